// The addon: what it exports beside kernels, and the choice of the instruction set.
#include <atomic>
#include <exception>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include "binding/kernel_functions.h"
#include "core/cpu_features.h"
#include "core/scratch.h"
#include "core/thread_pool.h"

namespace malmoi {
namespace {

/** The table of an instruction set; each is made once and stays. */
const KernelTable* tableOf(const std::string& name) {
#if defined(__x86_64__)
  static const KernelTable kAmx = amx::kernels();
  static const KernelTable kAvx512Bf16 = avx512bf16::kernels();
  static const KernelTable kAvx512 = avx512::kernels();
  static const KernelTable kAvx2 = avx2::kernels();
  if (name == "amx") return &kAmx;
  if (name == "avx512bf16") return &kAvx512Bf16;
  if (name == "avx512") return &kAvx512;
  if (name == "avx2") return &kAvx2;
#endif
  static const KernelTable kPortable = portable::kernels();
  return &kPortable;
}

/**
 * One for the process: kernels of two instruction sets would not give the same bits. Atomic, since JavaScript
 * threads share it.
 */
std::atomic<const KernelTable*>& selected() {
  static std::atomic<const KernelTable*> table{tableOf(usableInstructionSets().front())};
  return table;
}

Napi::Array toArray(Napi::Env env, const std::vector<std::string>& names) {
  Napi::Array array = Napi::Array::New(env, names.size());
  for (size_t i = 0; i < names.size(); i++) array[static_cast<uint32_t>(i)] = Napi::String::New(env, names[i]);
  return array;
}

/** { compiled, usable, current, hasBfloat16 } */
Napi::Value instructionSets(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Napi::Object result = Napi::Object::New(env);
  result.Set("compiled", toArray(env, compiledInstructionSets()));
  result.Set("usable", toArray(env, usableInstructionSets()));
  result.Set("current", Napi::String::New(env, kernels().name));
  result.Set("hasBfloat16", Napi::Boolean::New(env, kernels().hasBfloat16));
  return result;
}

void selectInstructionSet(Arguments& arguments) {
  const std::string name = arguments.string("name");
  for (const std::string& usable : usableInstructionSets()) {
    if (usable == name) {
      selected() = tableOf(name);
      return;
    }
  }
  arguments.fail("name", "must be an instruction set that this machine has, not " + name);
}

void setThreads(Arguments& arguments) {
  setThreadCount(static_cast<int>(arguments.integer("threads", 1, 1024)));
}

/** Bytes of working memory that the kernels hold. */
Napi::Value heldScratch(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(scratchBytes()));
}

/**
 * Offset of the first address of an ArrayBuffer that is a multiple of 64. Asks for large pages where the buffer
 * is large, since a step walks through hundreds of megabytes.
 */
Napi::Value alignBuffer(const Napi::CallbackInfo& info) {
  if (info.Length() < 1 || !info[0].IsArrayBuffer()) {
    throw kernelError(info.Env(), "alignBuffer: argument buffer must be an ArrayBuffer.");
  }
  auto buffer = info[0].As<Napi::ArrayBuffer>();
  const auto address = reinterpret_cast<uintptr_t>(buffer.Data());
#if defined(__linux__)
  constexpr uintptr_t kLargePage = uintptr_t{2} << 20;
  const uintptr_t from = (address + kLargePage - 1) & ~(kLargePage - 1);
  const uintptr_t to = (address + buffer.ByteLength()) & ~(kLargePage - 1);
  // Advice: where the system refuses it, nothing but time is lost.
  if (to > from) (void)madvise(reinterpret_cast<void*>(from), to - from, MADV_HUGEPAGE);
#endif
  return Napi::Number::New(info.Env(), static_cast<double>((64 - address % 64) % 64));
}

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  exports.Set("instructionSets", Napi::Function::New(env, instructionSets, "instructionSets"));
  exports.Set("heldScratch", Napi::Function::New(env, heldScratch, "heldScratch"));
  exports.Set("alignBuffer", Napi::Function::New(env, alignBuffer, "alignBuffer"));
  exportKernel(env, exports, "selectInstructionSet", selectInstructionSet);
  exportKernel(env, exports, "setThreads", setThreads);
  exportMatrixKernels(env, exports);
  exportDenseKernels(env, exports);
  exportFeedForwardKernels(env, exports);
  exportDropoutKernels(env, exports);
  exportLossKernels(env, exports);
  exportOptimizerKernels(env, exports);
  exportLayerNormKernels(env, exports);
  exportGeluKernels(env, exports);
  exportEmbeddingKernels(env, exports);
  exportAttentionKernels(env, exports);
  exportElementwiseKernels(env, exports);
  exportReductionKernels(env, exports);
  exportLayoutKernels(env, exports);
  exportLimitKernels(env, exports);
  return exports;
}

}  // namespace

const KernelTable& kernels() { return *selected(); }

void exportKernel(Napi::Env env, Napi::Object exports, const char* name, KernelFunction function) {
  // `name` is a literal and outlives the addon.
  const auto call = [name, function](const Napi::CallbackInfo& info) {
    Arguments arguments(info, name);
    try {
      function(arguments);
    } catch (const Napi::Error&) {
      throw;
    } catch (const std::bad_alloc&) {
      throw kernelError(info.Env(), std::string(name) + ": not enough memory for its working space.");
    } catch (const std::exception& error) {
      throw kernelError(info.Env(), std::string(name) + ": " + error.what());
    }
  };
  exports.Set(name, Napi::Function::New(env, call, name));
}

}  // namespace malmoi

static Napi::Object initializeAddon(Napi::Env env, Napi::Object exports) {
  return malmoi::initialize(env, exports);
}

NODE_API_MODULE(malmoi_native, initializeAddon)
