// How functions of the addon are registered: a family of kernels has a file in this folder with an `export...`
// function, which addon.cc calls.
#pragma once

#include "binding/arguments.h"
#include "kernels/kernel_table.h"

namespace malmoi {

/** The kernels in use. */
const KernelTable& kernels();

using KernelFunction = void (*)(Arguments& arguments);

/** Exports `function` under `name`; C++ exceptions become JavaScript errors. */
void exportKernel(Napi::Env env, Napi::Object exports, const char* name, KernelFunction function);

/** Reads the argument `precision` and refuses bfloat16 where these kernels have none. */
Precision readPrecision(Arguments& arguments);
/** Reads `size` elements that are stored as the precision says: float32, or two of bfloat16 in an int32. */
void* readElements(Arguments& arguments, const char* name, Precision precision, int64_t size);
/** The same, or null. */
void* optionalElements(Arguments& arguments, const char* name, Precision precision, int64_t size);
/** Reads the argument `activation`. */
Activation readActivation(Arguments& arguments);
/** Reads the argument `dropout`: [threshold, scale, seedLow, seedHigh, step, siteLow, siteHigh], or null for none. */
Dropout readDropout(Arguments& arguments, bool optional);

void exportMatrixKernels(Napi::Env env, Napi::Object exports);
void exportDenseKernels(Napi::Env env, Napi::Object exports);
void exportFeedForwardKernels(Napi::Env env, Napi::Object exports);
void exportDropoutKernels(Napi::Env env, Napi::Object exports);
void exportLossKernels(Napi::Env env, Napi::Object exports);
void exportOptimizerKernels(Napi::Env env, Napi::Object exports);
void exportLayerNormKernels(Napi::Env env, Napi::Object exports);
void exportGeluKernels(Napi::Env env, Napi::Object exports);
void exportEmbeddingKernels(Napi::Env env, Napi::Object exports);
void exportAttentionKernels(Napi::Env env, Napi::Object exports);
void exportElementwiseKernels(Napi::Env env, Napi::Object exports);
void exportReductionKernels(Napi::Env env, Napi::Object exports);
void exportLayoutKernels(Napi::Env env, Napi::Object exports);
void exportLimitKernels(Napi::Env env, Napi::Object exports);

}  // namespace malmoi
