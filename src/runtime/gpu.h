// One GPU of this machine: its memory, code for it, and launches of stencils.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "abi/abi.h"
#include "abi/gpu.h"

namespace nf::runtime {

struct CudaDriver;

/// A device whose driver has been started. Any thread may use it.
class Gpu : public std::enable_shared_from_this<Gpu> {
 public:
  /// Throws `Error` (Unsupported) that says why there is none.
  static std::shared_ptr<Gpu> open(int number = 0, const std::string& driver = "libcuda.so.1");
  ~Gpu();
  Gpu(const Gpu&) = delete;

  const std::string& name() const { return name_; }
  int major() const { return major_; }  ///< of its compute capability
  int minor() const { return minor_; }
  const CudaDriver& driver() const { return *driver_; }
  /// Makes the device the one that the driver's calls of this thread mean.
  void use() const;
  /// The same where nothing can be done about a failure.
  bool try_use() const noexcept;

 private:
  Gpu() = default;
  std::unique_ptr<const CudaDriver> driver_;
  int device_ = 0, major_ = 0, minor_ = 0;
  std::string name_;
  void* context_ = nullptr;
};

/// Memory of a GPU.
class GpuBuffer {
 public:
  GpuBuffer(std::shared_ptr<const Gpu> gpu, size_t bytes);
  ~GpuBuffer();
  GpuBuffer(const GpuBuffer&) = delete;
  /// The address, to be used on the device only.
  std::byte* data() const { return reinterpret_cast<std::byte*>(address_); }
  size_t size() const { return size_; }
  void copy_from(const void* host, size_t bytes);
  void copy_to(void* host, size_t bytes) const;

 private:
  std::shared_ptr<const Gpu> gpu_;
  size_t size_;
  uintptr_t address_ = 0;
};

/// Code that the driver has compiled for a GPU.
class GpuCode {
 public:
  GpuCode(std::shared_ptr<const Gpu> gpu, const std::string& ptx, abi::GpuKernel kernel);
  ~GpuCode();
  GpuCode(const GpuCode&) = delete;
  /// Computes a region; the arrays' memory is the GPU's. Waits for the end. Returns 0, or the site that raised, with
  /// `fault` filled.
  int32_t run(const abi::StencilCall& call, abi::Fault& fault);

 private:
  std::shared_ptr<const Gpu> gpu_;
  abi::GpuKernel kernel_;
  GpuBuffer fault_;
  void* module_ = nullptr;
  void* function_ = nullptr;
};

/// One launch: a part of a region that a grid has room for.
struct GpuLaunch {
  int64_t lo[kMaxRank], hi[kMaxRank];
  uint32_t grid[3];
};
/// The launches that compute the region [lo, hi); none when it is empty.
std::vector<GpuLaunch> plan_launches(const abi::GpuKernel& kernel, const int64_t* lo, const int64_t* hi);

}  // namespace nf::runtime
