// A library with the names of NVIDIA's driver: device memory is memory of this process between guard pages, and kernels
// run on a machine for PTX. Tests tell it to fail, and ask what it was called for.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gpu/ptx_machine.h"

namespace {

struct Fake {
  std::string log;
  std::map<std::string, int> failures;
  std::map<unsigned long long, std::pair<void*, size_t>> memory;  ///< by address: the mapping
  std::vector<std::unique_ptr<nf::test::PtxModule>> modules;
  int allocated = 0;
  bool current = false;
};
Fake& fake() {
  static Fake state;
  return state;
}

/// Notes the call; what it is to return if a test wants it to fail.
int called(const char* name, const std::string& detail = "") {
  fake().log += name + (detail.empty() ? "" : " " + detail) + "\n";
  auto found = fake().failures.find(name);
  return found == fake().failures.end() ? 0 : found->second;
}

int context;

}  // namespace

#define NF_EXPORT extern "C" __attribute__((visibility("default")))

/// Lets the function return this (0: succeed again).
NF_EXPORT void fake_cuda_fail(const char* function, int result) {
  if (result == 0)
    fake().failures.erase(function);
  else
    fake().failures[function] = result;
}
/// The calls since the last time.
NF_EXPORT const char* fake_cuda_log() {
  static std::string last;
  last.swap(fake().log);
  fake().log.clear();
  return last.c_str();
}
/// Allocations and modules that are still there.
NF_EXPORT int fake_cuda_alive() {
  int modules = 0;
  for (auto& module : fake().modules) modules += module != nullptr;
  return modules + int(fake().memory.size());
}

NF_EXPORT int cuInit(unsigned flags) { return flags ? 1 : called("cuInit"); }
NF_EXPORT int cuGetErrorName(int error, const char** name) {
  *name = error == 222 ? "CUDA_ERROR_UNSUPPORTED_PTX_VERSION" : error == 2 ? "CUDA_ERROR_OUT_OF_MEMORY" : nullptr;
  return *name ? 0 : 1;
}
NF_EXPORT int cuDeviceGetCount(int* count) { return *count = 1, called("cuDeviceGetCount"); }
NF_EXPORT int cuDeviceGet(int* device, int ordinal) { return *device = 40 + ordinal, called("cuDeviceGet"); }
NF_EXPORT int cuDeviceGetName(char* name, int length, int device) {
  if (device != 40) return 101;
  std::snprintf(name, size_t(length), "Fake GPU");
  return 0;
}
NF_EXPORT int cuDeviceGetAttribute(int* value, int attribute, int device) {
  if (device != 40) return 101;
  *value = attribute == 75 ? 9 : attribute == 76 ? 0 : -1;
  return 0;
}
NF_EXPORT int cuDevicePrimaryCtxRetain(void** made, int device) {
  *made = &context;
  return device == 40 ? called("cuDevicePrimaryCtxRetain") : 101;
}
NF_EXPORT int cuDevicePrimaryCtxRelease_v2(int) {
  return fake().current = false, called("cuDevicePrimaryCtxRelease_v2");
}
NF_EXPORT int cuCtxSetCurrent(void* made) { return fake().current = made == &context, 0; }
NF_EXPORT int cuCtxSynchronize() { return called("cuCtxSynchronize"); }

NF_EXPORT int cuModuleLoadDataEx(void** module, const void* image, unsigned count, int* options, void** values) {
  if (!fake().current || count != 2 || options[0] != 5 || options[1] != 6) return 1;
  if (int result = called("cuModuleLoadDataEx")) {
    std::snprintf(static_cast<char*>(values[0]), size_t(values[1]), "ptxas: line 7 is beyond me");
    return result;
  }
  try {
    fake().modules.push_back(std::make_unique<nf::test::PtxModule>(static_cast<const char*>(image)));
  } catch (const std::exception& error) {
    std::snprintf(static_cast<char*>(values[0]), size_t(values[1]), "%s", error.what());
    return 218;
  }
  *module = reinterpret_cast<void*>(fake().modules.size());
  return 0;
}
NF_EXPORT int cuModuleUnload(void* module) {
  fake().modules.at(size_t(module) - 1).reset();
  return called("cuModuleUnload");
}
NF_EXPORT int cuModuleGetFunction(void** function, void* module, const char* name) {
  if (!fake().modules.at(size_t(module) - 1)->has_kernel(name)) return 500;
  *function = module;
  return called("cuModuleGetFunction", name);
}

NF_EXPORT int cuMemAlloc_v2(unsigned long long* address, size_t bytes) {
  if (!fake().current) return 201;
  if (int result = called("cuMemAlloc_v2")) return result;
  // A guard page behind every second allocation, before the others.
  const size_t page = size_t(sysconf(_SC_PAGESIZE)), inside = (bytes + page - 1) / page * page;
  auto* mapping = static_cast<char*>(mmap(nullptr, inside + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  if (mapping == MAP_FAILED) return 2;
  mprotect(mapping + page, inside, PROT_READ | PROT_WRITE);
  const bool behind = fake().allocated++ % 2 == 0;
  *address = reinterpret_cast<unsigned long long>(mapping + page + (behind ? inside - (bytes + 7) / 8 * 8 : 0));
  fake().memory[*address] = {mapping, inside + 2 * page};
  return 0;
}
NF_EXPORT int cuMemFree_v2(unsigned long long address) {
  auto found = fake().memory.find(address);
  if (found == fake().memory.end()) return 1;
  munmap(found->second.first, found->second.second);
  fake().memory.erase(found);
  return called("cuMemFree_v2");
}
NF_EXPORT int cuMemcpyHtoD_v2(unsigned long long to, const void* from, size_t bytes) {
  if (!fake().current) return 201;
  std::memcpy(reinterpret_cast<void*>(to), from, bytes);
  return called("cuMemcpyHtoD_v2");
}
NF_EXPORT int cuMemcpyDtoH_v2(void* to, unsigned long long from, size_t bytes) {
  if (!fake().current) return 201;
  std::memcpy(to, reinterpret_cast<void*>(from), bytes);
  return called("cuMemcpyDtoH_v2");
}
NF_EXPORT int cuLaunchKernel(void* function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x,
                             unsigned block_y, unsigned block_z, unsigned shared, void* stream, void** arguments,
                             void** extra) {
  char shape[128];
  std::snprintf(shape, sizeof shape, "%u %u %u of %u %u %u", grid_x, grid_y, grid_z, block_x, block_y, block_z);
  if (int result = called("cuLaunchKernel", shape)) return result;
  if (!fake().current || shared || stream || extra) return 1;
  const int grid[] = {int(grid_x), int(grid_y), int(grid_z)}, block[] = {int(block_x), int(block_y), int(block_z)};
  try {
    fake().modules.at(size_t(function) - 1)->launch("nf_0", grid, block, arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fake GPU: %s\n", error.what());
    return 700;
  }
  return 0;
}
