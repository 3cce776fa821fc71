// NVIDIA's driver, by declarations of our own: its library is looked for when a GPU is wanted, and never needed to
// build.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

namespace nf::runtime {

using CudaPointer = unsigned long long;  ///< an address on the device

/// The functions of the driver that are used: name in the library, result, parameters. Handles are `void*`.
#define NF_CUDA_FUNCTIONS(F)                                                                                  \
  F(cuInit, int, (unsigned flags))                                                                            \
  F(cuGetErrorName, int, (int error, const char** name))                                                      \
  F(cuDeviceGetCount, int, (int* count))                                                                      \
  F(cuDeviceGet, int, (int* device, int ordinal))                                                             \
  F(cuDeviceGetName, int, (char* name, int length, int device))                                               \
  F(cuDeviceGetAttribute, int, (int* value, int attribute, int device))                                       \
  F(cuDevicePrimaryCtxRetain, int, (void** context, int device))                                              \
  F(cuDevicePrimaryCtxRelease_v2, int, (int device))                                                          \
  F(cuCtxSetCurrent, int, (void* context))                                                                    \
  F(cuCtxSynchronize, int, ())                                                                                \
  F(cuModuleLoadDataEx, int, (void** module, const void* image, unsigned count, int* options, void** values)) \
  F(cuModuleUnload, int, (void* module))                                                                      \
  F(cuModuleGetFunction, int, (void** function, void* module, const char* name))                              \
  F(cuMemAlloc_v2, int, (CudaPointer * address, size_t bytes))                                                \
  F(cuMemFree_v2, int, (CudaPointer address))                                                                 \
  F(cuMemcpyHtoD_v2, int, (CudaPointer to, const void* from, size_t bytes))                                   \
  F(cuMemcpyDtoH_v2, int, (void* to, CudaPointer from, size_t bytes))                                         \
  F(cuLaunchKernel, int,                                                                                      \
    (void* function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x, unsigned block_y,   \
     unsigned block_z, unsigned shared_bytes, void* stream, void** arguments, void** extra))

/// The driver's functions.
struct CudaDriver {
#define NF_DECLARE(name, result, parameters) result(*name) parameters = nullptr;
  NF_CUDA_FUNCTIONS(NF_DECLARE)
#undef NF_DECLARE

  /// Loads the library and starts it. Throws `Error` (Unsupported) that says why no GPU can be used.
  explicit CudaDriver(const std::string& library);
  /// Throws what a result of the driver means, unless it is success; `doing` says at what it arose.
  void check(int result, const std::string& doing, const std::string& log = {}) const;
};

}  // namespace nf::runtime
