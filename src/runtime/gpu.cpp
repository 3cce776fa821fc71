// A GPU, its memory and its code, by calls of the driver.
#include "runtime/gpu.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "nearfield/error.h"
#include "runtime/cuda_driver.h"

namespace nf::runtime {
namespace {

// The driver's numbers.
constexpr int kCapabilityMajor = 75, kCapabilityMinor = 76;
constexpr int kErrorLog = 5, kErrorLogBytes = 6;

/// The kernel's arguments as words, and where each begins.
class ArgumentList {
 public:
  void word(uint64_t bits) { words_.push_back(bits); }
  void array(const abi::Array& array, int rank) {
    word(uint64_t(reinterpret_cast<uintptr_t>(array.data)));
    for (int d = 0; d < rank; ++d) word(uint64_t(array.shape[d]));
    for (int d = 0; d < rank; ++d) word(uint64_t(array.strides[d]));
  }
  /// A scalar lies in the low bytes of its word.
  std::vector<void*> addresses() {
    std::vector<void*> list;
    for (uint64_t& word : words_) list.push_back(&word);
    return list;
  }

 private:
  std::vector<uint64_t> words_;
};

int64_t groups(int64_t count, int64_t of) { return (count + of - 1) / of; }

}  // namespace

std::shared_ptr<Gpu> Gpu::open(int number, const std::string& driver) {
  std::shared_ptr<Gpu> gpu(new Gpu);
  gpu->driver_ = std::make_unique<const CudaDriver>(driver);
  const CudaDriver& cuda = *gpu->driver_;
  int count = 0;
  cuda.check(cuda.cuDeviceGetCount(&count), "counting the GPUs");
  if (number < 0 || number >= count)
    throw Error(ErrorKind::Unsupported, "there is no GPU " + std::to_string(number),
                {"this machine has " + std::to_string(count) + ", counted from 0"});
  cuda.check(cuda.cuDeviceGet(&gpu->device_, number), "opening the GPU");
  char name[256] = {};
  cuda.check(cuda.cuDeviceGetName(name, int(sizeof name - 1), gpu->device_), "asking for the GPU's name");
  gpu->name_ = name;
  cuda.check(cuda.cuDeviceGetAttribute(&gpu->major_, kCapabilityMajor, gpu->device_), "asking what the GPU can do");
  cuda.check(cuda.cuDeviceGetAttribute(&gpu->minor_, kCapabilityMinor, gpu->device_), "asking what the GPU can do");
  void* context = nullptr;
  cuda.check(cuda.cuDevicePrimaryCtxRetain(&context, gpu->device_), "starting the GPU");
  gpu->context_ = context;
  return gpu;
}

Gpu::~Gpu() {
  if (context_) driver_->cuDevicePrimaryCtxRelease_v2(device_);
}

void Gpu::use() const { driver_->check(driver_->cuCtxSetCurrent(context_), "choosing the GPU"); }

bool Gpu::try_use() const noexcept { return driver_->cuCtxSetCurrent(context_) == 0; }

GpuBuffer::GpuBuffer(std::shared_ptr<const Gpu> gpu, size_t bytes) : gpu_(std::move(gpu)), size_(bytes) {
  if (bytes == 0) return;
  gpu_->use();
  CudaPointer address = 0;
  gpu_->driver().check(gpu_->driver().cuMemAlloc_v2(&address, bytes), "asking for memory of the GPU");
  address_ = uintptr_t(address);
}

GpuBuffer::~GpuBuffer() {
  if (address_ && gpu_->try_use()) gpu_->driver().cuMemFree_v2(address_);
}

void GpuBuffer::copy_from(const void* host, size_t bytes) {
  if (bytes == 0) return;
  gpu_->use();
  gpu_->driver().check(gpu_->driver().cuMemcpyHtoD_v2(address_, host, bytes), "copying to the GPU");
}

void GpuBuffer::copy_to(void* host, size_t bytes) const {
  if (bytes == 0) return;
  gpu_->use();
  gpu_->driver().check(gpu_->driver().cuMemcpyDtoH_v2(host, address_, bytes), "copying from the GPU");
}

GpuCode::GpuCode(std::shared_ptr<const Gpu> gpu, const std::string& ptx, abi::GpuKernel kernel)
    : gpu_(std::move(gpu)), kernel_(std::move(kernel)), fault_(gpu_, sizeof(abi::Fault)) {
  const CudaDriver& cuda = gpu_->driver();
  gpu_->use();
  std::string log(8192, '\0');
  int options[] = {kErrorLog, kErrorLogBytes};
  void* values[] = {log.data(), reinterpret_cast<void*>(uintptr_t(log.size()))};
  const int loaded = cuda.cuModuleLoadDataEx(&module_, ptx.c_str(), 2, options, values);
  log.resize(std::strlen(log.c_str()));
  cuda.check(loaded, "compiling for the GPU", log);
  const int found = cuda.cuModuleGetFunction(&function_, module_, "nf_0");
  if (found != 0) cuda.cuModuleUnload(module_);  // no destructor follows an exception here
  cuda.check(found, "looking for the kernel");
}

GpuCode::~GpuCode() {
  if (gpu_->try_use()) gpu_->driver().cuModuleUnload(module_);
}

int32_t GpuCode::run(const abi::StencilCall& call, abi::Fault& fault) {
  const CudaDriver& cuda = gpu_->driver();
  const std::vector<GpuLaunch> launches = plan_launches(kernel_, call.lo, call.hi);
  if (launches.empty()) return 0;
  gpu_->use();
  fault = {};
  fault_.copy_from(&fault, sizeof fault);
  for (const GpuLaunch& launch : launches) {
    ArgumentList list;
    for (size_t i = 0; i < kernel_.params.size(); ++i)
      if (kernel_.params[i].array)
        list.array(*call.args[i].array, kernel_.params[i].rank);
      else
        list.word(call.args[i].bits);
    for (size_t i = 0; i < kernel_.results.size(); ++i) list.array(call.outs[i], kernel_.rank);
    for (int d = 0; d < kernel_.rank; ++d) list.word(uint64_t(launch.lo[d]));
    for (int d = 0; d < kernel_.rank; ++d) list.word(uint64_t(launch.hi[d]));
    list.word(uint64_t(reinterpret_cast<uintptr_t>(fault_.data())));
    std::vector<void*> arguments = list.addresses();
    cuda.check(
        cuda.cuLaunchKernel(function_, launch.grid[0], launch.grid[1], launch.grid[2], unsigned(kernel_.block[0]),
                            unsigned(kernel_.block[1]), 1, 0, nullptr, arguments.data(), nullptr),
        "starting the kernel");
  }
  cuda.check(cuda.cuCtxSynchronize(), "running the kernel");
  fault_.copy_to(&fault, sizeof fault);
  return int32_t(fault.site);
}

std::vector<GpuLaunch> plan_launches(const abi::GpuKernel& kernel, const int64_t* lo, const int64_t* hi) {
  const int rank = kernel.rank;
  // How far a launch reaches on each axis. Planes are counted on z, the last outer axis first.
  int64_t reach[kMaxRank];
  int64_t planes = abi::kGpuGridLimit;
  for (int d = rank - 1; d >= 0; --d) {
    const int64_t extent = hi[d] - lo[d];
    if (extent <= 0) return {};
    if (d == rank - 1)
      reach[d] = int64_t(INT32_MAX) * kernel.block[0];
    else if (d == rank - 2)
      reach[d] = abi::kGpuGridLimit * kernel.block[1] * kernel.rows;
    else
      reach[d] = planes, planes = std::max<int64_t>(1, planes / std::min(extent, planes));
  }
  std::vector<GpuLaunch> launches;
  GpuLaunch launch{};
  std::copy_n(lo, rank, launch.lo);
  for (;;) {
    for (int d = 0; d < rank; ++d) launch.hi[d] = std::min(hi[d], launch.lo[d] + reach[d]);
    auto extent = [&](int d) { return launch.hi[d] - launch.lo[d]; };
    launch.grid[0] = uint32_t(groups(extent(rank - 1), kernel.block[0]));
    launch.grid[1] = rank > 1 ? uint32_t(groups(extent(rank - 2), int64_t(kernel.block[1]) * kernel.rows)) : 1;
    launch.grid[2] = 1;
    for (int d = 0; d < rank - 2; ++d) launch.grid[2] *= uint32_t(extent(d));
    launches.push_back(launch);
    int axis = rank - 1;
    for (; axis >= 0; --axis) {
      launch.lo[axis] += reach[axis];
      if (launch.lo[axis] < hi[axis]) break;
      launch.lo[axis] = lo[axis];
    }
    if (axis < 0) return launches;
  }
}

}  // namespace nf::runtime
