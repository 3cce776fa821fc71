// What the tests of region kernels share: stencils written in C++, arrays between guard pages, and the comparison with
// the interpreter.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "abi/abi.h"
#include "codegen/codegen.h"
#include "ir/interpret.h"
#include "ir/rewrite.h"

namespace nf::codegen::testing {

/// Builds a module with one stencil.
class StencilWriter {
 public:
  explicit StencilWriter(int rank);
  ir::InstId array(DType dtype);              ///< a relative parameter
  ir::InstId weights(DType dtype, int rank);  ///< an absolutely indexed one
  ir::InstId scalar(DType dtype);
  ir::InstId at(ir::InstId array, std::vector<int64_t> offset);
  ir::InstId constant(DType dtype, double value);
  ir::InstId cast(ir::InstId a, DType to);
  ir::InstId binary(ir::BinaryOp op, ir::InstId a, ir::InstId b);
  ir::InstId add(ir::InstId a, ir::InstId b) { return binary(ir::BinaryOp::Add, a, b); }
  ir::InstId compare(ir::CompareOp op, ir::InstId a, ir::InstId b);
  ir::InstId emit(ir::Op op, Type type);
  uint32_t site();  ///< a new place that can raise
  /// Raises at a new site where the condition holds, with the value.
  void check(ir::InstId condition, ir::InstId value);
  DType dtype(ir::InstId id) const;
  /// Ends the body; sets the results and the footprint and verifies.
  ir::Module finish(const std::vector<ir::InstId>& results);

 private:
  ir::Function& function();
  ir::InstId parameter(Type type, bool relative);
  ir::Module module_;
  ir::BlockId body_;
};

/// The sum over a window of `sides` in the type `sum`, floor-divided by its size and stored as `out`.
ir::Module mean(DType in, DType sum, DType out, const std::vector<int64_t>& sides);

/// An array whose rows are `padding` bytes longer than needed, whose first element is `misalignment` bytes behind an
/// aligned address or a guard page, and whose last one lies directly before a guard page.
class GuardedArray {
 public:
  enum class Guard { Before, Behind };
  GuardedArray(DType dtype, std::vector<int64_t> shape, int64_t padding, Guard guard);
  ~GuardedArray();
  GuardedArray(const GuardedArray&) = delete;
  GuardedArray& operator=(const GuardedArray&) = delete;
  const View& view() const { return view_; }
  abi::Array abi() const;
  std::byte* element(const std::vector<int64_t>& index) const;
  void fill(uint64_t seed);

 private:
  View view_;
  std::byte* mapping_ = nullptr;
  size_t mapped_ = 0;
};

/// This machine, or an older one with registers of so many bytes. (The features of a processor are not to be had with
/// fewer bytes: LLVM's code generator crashes on types that are then too wide.)
Target target_of(int vector_bytes);
std::shared_ptr<const Loaded> compiled(const ir::Module& module, const Target& target,
                                       const CompileOptions& options = {});
inline std::shared_ptr<const Loaded> compiled(const ir::Module& module, int vector_bytes,
                                              const CompileOptions& options = {}) {
  return compiled(module, target_of(vector_bytes), options);
}

/// Computes the region of a call; returns the status.
using RunRegion = std::function<int32_t(abi::Context*, const abi::StencilCall*)>;

/// Runs the stencil on random arrays of `shape` (each relative array), by the interpreter and as compiled code on the
/// whole interior, and expects equal bits inside and untouched bytes outside.
void expect_like_interpreter(const ir::Module& module, const RunRegion& run, const std::vector<int64_t>& shape,
                             uint64_t seed, int64_t padding, GuardedArray::Guard guard, uint64_t flags = 0);
inline void expect_like_interpreter(const ir::Module& module, const Loaded& code, const std::vector<int64_t>& shape,
                                    uint64_t seed, int64_t padding, GuardedArray::Guard guard, uint64_t flags = 0) {
  expect_like_interpreter(module, RunRegion(reinterpret_cast<abi::StencilFunction>(code.symbol(0))), shape, seed,
                          padding, guard, flags);
}

}  // namespace nf::codegen::testing
