// The driver's loader and the launcher: what is called in which order, how grids are cut, and every way to have no GPU.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "gpu/support.h"
#include "nearfield/error.h"
#include "runtime/cuda_driver.h"

namespace nf::gpu::testing {
namespace {
using codegen::testing::mean;
using runtime::Gpu;

template <class F>
F of_fake(const char* name) {
  static void* library = dlopen(NF_FAKE_CUDA, RTLD_NOW | RTLD_LOCAL);
  return reinterpret_cast<F>(dlsym(library, name));
}
/// Lets a function of the stand-in fail while this lives.
class Failing {
 public:
  Failing(const char* function, int result) : function_(function) { set(result); }
  ~Failing() { set(0); }

 private:
  void set(int result) { of_fake<void (*)(const char*, int)>("fake_cuda_fail")(function_, result); }
  const char* function_;
};
std::string log() { return of_fake<const char* (*)()>("fake_cuda_log")(); }
int alive() { return of_fake<int (*)()>("fake_cuda_alive")(); }

template <class F>
Error error_of(F f) {
  try {
    f();
  } catch (const Error& error) {
    return error;
  }
  return Error(ErrorKind::Internal, "nothing was thrown");
}
Error opening(const std::string& library = NF_FAKE_CUDA, int number = 0) {
  return error_of([&] { Gpu::open(number, library); });
}

TEST(GpuDriver, WithoutItsLibraryThereIsNoGpu) {
  const Error error = opening("libno_such_driver.so.1");
  EXPECT_EQ(error.kind, ErrorKind::Unsupported);
  EXPECT_TRUE(error.message.starts_with("no GPU can be used: NVIDIA's driver cannot be loaded (libno_such_driver"))
      << error.message;
  EXPECT_EQ(error.notes, std::vector<std::string>{"hint: install the driver, or run on the CPU"});
}

TEST(GpuDriver, ALibraryThatLacksAFunctionIsNamedSo) {
  const Error error = opening("libm.so.6");
  EXPECT_EQ(error.kind, ErrorKind::Unsupported);
  EXPECT_EQ(error.message, "no GPU can be used: NVIDIA's driver lacks `cuInit`");
}

TEST(GpuDriver, AFailingStartIsExplained) {
  {
    Failing init("cuInit", 34);
    EXPECT_TRUE(opening().message.starts_with("no GPU can be used: a library without a driver, made for linking only"));
  }
  {
    Failing init("cuInit", 100);
    EXPECT_EQ(opening().message, "no GPU can be used: there is none in this machine");
  }
  {
    Failing init("cuInit", 999);
    const Error error = opening();
    EXPECT_EQ(error.kind, ErrorKind::Io);
    EXPECT_EQ(error.message, "starting NVIDIA's driver: an unknown error (999)");
  }
  {
    Failing retain("cuDevicePrimaryCtxRetain", 2);
    EXPECT_EQ(opening().kind, ErrorKind::Memory);
  }
  EXPECT_EQ(opening(NF_FAKE_CUDA, 1).message, "there is no GPU 1");
}

TEST(GpuDriver, CodeThatItDoesNotTakeIsReportedWithItsLog) {
  const codegen::GpuBinary binary = codegen::compile_ptx(mean(DType::UInt8, DType::Int16, DType::UInt8, {3, 3}));
  auto gpu = Gpu::open(0, NF_FAKE_CUDA);
  const int before = alive();
  {
    Failing load("cuModuleLoadDataEx", 222);
    const Error error = error_of([&] { runtime::GpuCode(gpu, binary.ptx, binary.kernel); });
    EXPECT_EQ(error.kind, ErrorKind::Unsupported);
    EXPECT_EQ(error.message, "compiling for the GPU: CUDA_ERROR_UNSUPPORTED_PTX_VERSION (222)");
    EXPECT_EQ(error.notes, (std::vector<std::string>{"ptxas: line 7 is beyond me",
                                                     "hint: the driver is too old for this code; update it"}));
  }
  {
    Failing find("cuModuleGetFunction", 500);
    EXPECT_EQ(error_of([&] { runtime::GpuCode(gpu, binary.ptx, binary.kernel); }).message,
              "looking for the kernel: an unknown error (500)");
  }
  {
    Failing allocate("cuMemAlloc_v2", 2);
    EXPECT_EQ(error_of([&] { runtime::GpuBuffer(gpu, 100); }).message,
              "asking for memory of the GPU: the GPU has no memory left");
  }
  EXPECT_EQ(alive(), before);
}

TEST(GpuDriver, CallsAreMadeInOrderAndEverythingIsGivenBack) {
  const ir::Module module = mean(DType::UInt8, DType::Int16, DType::UInt8, {3, 3});
  const codegen::GpuBinary binary = codegen::compile_ptx(module);
  const int before = alive();
  log();
  {
    auto gpu = Gpu::open(0, NF_FAKE_CUDA);
    EXPECT_EQ(gpu->name(), "Fake GPU");
    EXPECT_EQ(gpu->major() * 10 + gpu->minor(), 90);
    EXPECT_EQ(log(), "cuInit\ncuDeviceGetCount\ncuDeviceGet\ncuDevicePrimaryCtxRetain\n");
    using Guard = codegen::testing::GuardedArray::Guard;
    codegen::testing::expect_like_interpreter(module, on_gpu(gpu, binary), {70, 40}, 1, 0, Guard::Behind);
    EXPECT_EQ(log(),
              "cuMemAlloc_v2\ncuModuleLoadDataEx\ncuModuleGetFunction nf_0\n"        // the code
              "cuMemAlloc_v2\ncuMemcpyHtoD_v2\ncuMemAlloc_v2\ncuMemcpyHtoD_v2\n"     // two arrays
              "cuMemcpyHtoD_v2\ncuLaunchKernel 2 3 1 of 32 8 1\ncuCtxSynchronize\n"  // 38 x 68 points
              "cuMemcpyDtoH_v2\ncuMemcpyDtoH_v2\ncuMemFree_v2\ncuMemFree_v2\n"       // the fault, the result
              "cuModuleUnload\ncuMemFree_v2\n");
  }
  EXPECT_EQ(log(), "cuDevicePrimaryCtxRelease_v2\n");
  EXPECT_EQ(alive(), before);
}

TEST(GpuDriver, AFailingLaunchIsAnError) {
  const ir::Module module = mean(DType::UInt8, DType::Int16, DType::UInt8, {3});
  auto run = on_gpu(fake_gpu(), codegen::compile_ptx(module));
  uint8_t in[9] = {}, out[9] = {};
  abi::Array input{in, {9}, {1}}, output{out, {9}, {1}};
  abi::Value value;
  value.array = &input;
  abi::Context context{nullptr, nullptr, {}};
  abi::StencilCall call{&value, &output, {1}, {8}, 0};
  for (const char* function : {"cuLaunchKernel", "cuCtxSynchronize", "cuMemcpyHtoD_v2", "cuMemcpyDtoH_v2"}) {
    Failing launch(function, 700);
    EXPECT_EQ(error_of([&] { run(&context, &call); }).kind, ErrorKind::Io) << function;
  }
  EXPECT_EQ(run(&context, &call), 0);
}

/// The points of a region, each in exactly one launch, whose grid covers it and is no larger than allowed.
void expect_cover(const abi::GpuKernel& kernel, const std::vector<int64_t>& lo, const std::vector<int64_t>& hi,
                  size_t launches) {
  const auto made = runtime::plan_launches(kernel, lo.data(), hi.data());
  EXPECT_EQ(made.size(), launches);
  __int128 points = 0, wanted = 1;
  const size_t rank = lo.size();
  for (size_t d = 0; d < rank; ++d) wanted *= hi[d] - lo[d];
  for (const runtime::GpuLaunch& launch : made) {
    __int128 count = 1, planes = 1;
    for (size_t d = 0; d < rank; ++d) {
      EXPECT_LE(lo[d], launch.lo[d]);
      EXPECT_LT(launch.lo[d], launch.hi[d]);
      EXPECT_LE(launch.hi[d], hi[d]);
      count *= launch.hi[d] - launch.lo[d];
      if (d + 2 < rank) planes *= launch.hi[d] - launch.lo[d];
    }
    points += count;
    EXPECT_GE(int64_t(launch.grid[0]) * kernel.block[0], launch.hi[rank - 1] - launch.lo[rank - 1]);
    if (rank > 1) {
      EXPECT_GE(int64_t(launch.grid[1]) * kernel.block[1] * kernel.rows, launch.hi[rank - 2] - launch.lo[rank - 2]);
    }
    EXPECT_TRUE(planes == launch.grid[2]);
    EXPECT_LE(launch.grid[0], uint32_t(INT32_MAX));
    EXPECT_LE(launch.grid[1], 65535u);
    EXPECT_LE(launch.grid[2], 65535u);
  }
  EXPECT_TRUE(points == wanted);
}

TEST(GpuDriver, LargeRegionsTakeSeveralLaunches) {
  abi::GpuKernel line{1, {256, 1}, 1, {}, {}}, image{2, {32, 8}, 4, {}, {}}, volume{3, {32, 8}, 4, {}, {}},
      series{4, {32, 8}, 4, {}, {}};
  expect_cover(line, {1}, {1'000'000'001}, 1);
  expect_cover(image, {1, 1}, {2, 2}, 1);
  expect_cover(image, {5, 1}, {5 + 65535 * 32, 100}, 1);
  expect_cover(image, {5, 1}, {6 + 65535 * 32, 100}, 2);
  expect_cover(volume, {0, 0, 0}, {65536, 3, 3}, 2);
  expect_cover(volume, {7, 0, 0}, {200'000, 65535 * 64, 3}, 8);
  expect_cover(series, {0, 2, 0, 0}, {300, 302, 5, 5}, 2);
  expect_cover(series, {0, 2, 0, 0}, {3, 70'002, 5, 5}, 6);
  const int64_t lo[] = {3, 4}, empty[] = {9, 4};
  EXPECT_TRUE(runtime::plan_launches(image, lo, empty).empty());
}

TEST(GpuDriver, ARealGpuComputesTheSame) {
  std::shared_ptr<Gpu> gpu;
  try {
    gpu = Gpu::open();
  } catch (const Error& error) {
    GTEST_SKIP() << error.what();
  }
  const auto target = codegen::gpu_target_of(gpu->major(), gpu->minor());
  if (!target) GTEST_SKIP() << gpu->name() << " is older than what code is made for";
  for (DType dtype : {DType::UInt8, DType::Float32, DType::Float64}) {
    const DType sum = dtype == DType::UInt8 ? DType::Int16 : dtype;
    const ir::Module module = mean(dtype, sum, dtype, {3, 3});
    using Guard = codegen::testing::GuardedArray::Guard;
    codegen::testing::expect_like_interpreter(module, on_gpu(gpu, codegen::compile_ptx(module, *target)), {130, 210}, 1,
                                              0, Guard::Behind);
  }
}

}  // namespace
}  // namespace nf::gpu::testing
