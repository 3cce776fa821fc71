// Finds the driver and explains its errors.
#include "runtime/cuda_driver.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include "nearfield/error.h"

namespace nf::runtime {
namespace {

/// Results of the driver that users meet.
enum Result { kSuccess = 0, kOutOfMemory = 2, kStubLibrary = 34, kNoDevice = 100, kOldDriver = 222 };

[[noreturn]] void no_gpu(const std::string& reason, const std::string& hint) {
  throw Error(ErrorKind::Unsupported, "no GPU can be used: " + reason, {"hint: " + hint});
}

}  // namespace

CudaDriver::CudaDriver(const std::string& library) {
  // Never closed: the driver does not survive that.
  void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    const char* reason = dlerror();
    no_gpu(fmt::format("NVIDIA's driver cannot be loaded ({})", reason ? reason : library),
           "install the driver, or run on the CPU");
  }
#define NF_FIND(name, result, parameters)                        \
  name = reinterpret_cast<decltype(name)>(dlsym(handle, #name)); \
  if (!name) no_gpu("NVIDIA's driver lacks `" #name "`", "it is too old: update it, or run on the CPU");
  NF_CUDA_FUNCTIONS(NF_FIND)
#undef NF_FIND
  const int started = cuInit(0);
  if (started == kStubLibrary)
    no_gpu("a library without a driver, made for linking only, was found as " + library,
           "take its folder out of LD_LIBRARY_PATH");
  if (started == kNoDevice) no_gpu("there is none in this machine", "run on the CPU");
  check(started, "starting NVIDIA's driver");
}

void CudaDriver::check(int result, const std::string& doing, const std::string& log) const {
  if (result == kSuccess) return;
  const char* name = nullptr;
  if (cuGetErrorName(result, &name) != kSuccess || !name) name = "an unknown error";
  std::vector<std::string> notes;
  if (!log.empty()) notes.push_back(log);
  if (result == kOldDriver) notes.push_back("hint: the driver is too old for this code; update it");
  if (result == kOutOfMemory) throw Error(ErrorKind::Memory, fmt::format("{}: the GPU has no memory left", doing));
  const ErrorKind kind = result == kOldDriver ? ErrorKind::Unsupported : ErrorKind::Io;
  throw Error(kind, fmt::format("{}: {} ({})", doing, name, result), std::move(notes));
}

}  // namespace nf::runtime
