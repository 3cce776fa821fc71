// A small machine for PTX text: it runs kernels thread by thread on the memory of this process, with the semantics of
// the PTX manual. It stands in for a GPU where there is none, and is stricter: unaligned access and what is undefined
// throw.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace nf::test {

class PtxModule {
 public:
  /// Throws std::runtime_error for text that it cannot read, with the line.
  explicit PtxModule(const std::string& text);
  ~PtxModule();
  PtxModule(PtxModule&&) noexcept;

  bool has_kernel(const std::string& name) const;
  /// The size of each argument in bytes.
  std::vector<int> argument_sizes(const std::string& kernel) const;
  /// Runs a grid of blocks. `arguments[i]` is the address of argument i, as for cuLaunchKernel. The block must be the
  /// one that the kernel requires, if it does.
  void launch(const std::string& kernel, const int (&grid)[3], const int (&block)[3], void* const* arguments) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace nf::test
