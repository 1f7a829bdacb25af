// Which instruction sets the processor and the operating system offer, and which of the compiled kernel
// sets to use. Names are those that MALMOI_ISA takes.
#pragma once

#include <string>
#include <vector>

namespace malmoi {

/** Names of the instruction sets that kernels exist for and that this machine can run, best first. */
std::vector<std::string> usableInstructionSets();

/** All names that kernels were compiled for in this build, best first, usable here or not. */
std::vector<std::string> compiledInstructionSets();

}  // namespace malmoi
