// Regions on a GPU or its stand-in.
#include "gpu/support.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace nf::gpu::testing {
namespace {

/// A copy of an array on the device.
class OnDevice {
 public:
  OnDevice(const std::shared_ptr<runtime::Gpu>& gpu, const abi::Array& host, int rank, int size)
      : host_(host), buffer_(gpu, bytes(host, rank, size)), device_(host) {
    buffer_.copy_from(host.data, buffer_.size());
    device_.data = buffer_.data();
  }
  abi::Array& device() { return device_; }
  void copy_back() { buffer_.copy_to(host_.data, buffer_.size()); }

 private:
  static size_t bytes(const abi::Array& array, int rank, int size) {
    int64_t last = size;
    for (int d = 0; d < rank; ++d) {
      if (array.shape[d] == 0) return 0;
      last += (array.shape[d] - 1) * array.strides[d];
    }
    return size_t(last);
  }
  abi::Array host_;
  runtime::GpuBuffer buffer_;
  abi::Array device_;
};

}  // namespace

std::shared_ptr<runtime::Gpu> fake_gpu() {
  static const std::shared_ptr<runtime::Gpu> gpu = runtime::Gpu::open(0, NF_FAKE_CUDA);
  return gpu;
}

codegen::testing::RunRegion on_gpu(std::shared_ptr<runtime::Gpu> gpu, const codegen::GpuBinary& binary) {
  auto code = std::make_shared<runtime::GpuCode>(gpu, binary.ptx, binary.kernel);
  return [gpu, code, shape = binary.kernel](abi::Context* context, const abi::StencilCall* call) {
    std::vector<std::unique_ptr<OnDevice>> arrays;
    std::vector<abi::Value> args(call->args, call->args + shape.params.size());
    for (size_t i = 0; i < args.size(); ++i) {
      if (!shape.params[i].array) continue;
      arrays.push_back(std::make_unique<OnDevice>(gpu, *args[i].array, shape.params[i].rank, shape.params[i].size));
      args[i].array = &arrays.back()->device();
    }
    std::vector<std::unique_ptr<OnDevice>> results;
    std::vector<abi::Array> outs;
    for (size_t r = 0; r < shape.results.size(); ++r) {
      results.push_back(std::make_unique<OnDevice>(gpu, call->outs[r], shape.rank, shape.results[r].size));
      outs.push_back(results.back()->device());
    }
    abi::StencilCall there = *call;
    there.args = args.data(), there.outs = outs.data();
    const int32_t status = code->run(there, context->fault);
    for (auto& result : results) result->copy_back();
    return status;
  };
}

void expect_like_interpreter(const ir::Module& module, const std::vector<int64_t>& shape, uint64_t seed,
                             int64_t padding) {
  using Guard = codegen::testing::GuardedArray::Guard;
  codegen::testing::expect_like_interpreter(module, on_gpu(fake_gpu(), codegen::compile_ptx(module)), shape, seed,
                                            padding, Guard::Behind);
}

bool has_ptxas() { return std::system("ptxas --version > /dev/null 2>&1") == 0; }

std::string ptxas_complaint(const std::string& ptx, const std::string& gpu) {
  const std::string base = ::testing::TempDir() + "nf_" + std::to_string(getpid());
  std::ofstream(base + ".ptx") << ptx;
  const std::string command = "ptxas -arch=" + gpu + " " + base + ".ptx -o /dev/null 2>&1";
  std::string said;
  FILE* pipe = popen(command.c_str(), "r");
  for (char part[256]; pipe && std::fgets(part, sizeof part, pipe);) said += part;
  const int status = pipe ? pclose(pipe) : -1;
  std::remove((base + ".ptx").c_str());
  return status == 0 ? "" : "ptxas failed: " + said;
}

}  // namespace nf::gpu::testing
