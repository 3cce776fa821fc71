// Runs IR text both ways, by the interpreter and as machine code, and compares everything that can be seen from
// outside.
#pragma once
#include <random>
#include <string>
#include <vector>

#include "abi/abi.h"
#include "codegen/codegen.h"
#include "ir/interpret.h"
#include "ir/ir.h"
#include "unit/codegen/guarded.h"

namespace nf::test {

/// An array whose memory is guarded on both sides.
struct TestArray {
  GuardedPtr memory;
  size_t size = 0;    ///< bytes
  size_t offset = 0;  ///< of element 0
  View view;

  /// The same array with memory of its own.
  TestArray clone(bool at_front) const;
  /// All its bytes, gaps included.
  std::string bytes() const { return {reinterpret_cast<const char*>(memory->data()), size}; }
};

/// How the elements of a test array lie in memory.
enum class Order { C, F, Reversed, Padded, Repeated };
inline constexpr Order kAnyOrders[] = {Order::C, Order::F, Order::Reversed, Order::Padded, Order::Repeated};
TestArray make_array(DType dtype, const std::vector<int64_t>& shape, Order order, std::mt19937_64& random);
/// Values that matter (edges, zero, NaN, infinities) and others.
Scalar random_scalar(DType dtype, std::mt19937_64& random);
const std::vector<Scalar>& edge_scalars(DType dtype);

/// An argument: a scalar or an array.
using TestArgument = std::variant<Scalar, TestArray>;

/// A compiled module.
class Compiled {
 public:
  explicit Compiled(const std::string& text, codegen::CompileOptions options = {},
                    const codegen::Target& target = codegen::host_target());
  const ir::Module& module() const { return module_; }
  /// What the machine code of function 0 does; `status` may be kCancelled or kOutOfMemory.
  ir::Outcome run(const std::vector<TestArgument>& args, int32_t* status = nullptr) const;
  bool cancelled = false;             ///< the flag that is set during `run`
  int64_t budget = int64_t(1) << 30;  ///< bytes that `run` may allocate

 private:
  ir::Module module_;
  std::shared_ptr<const codegen::Loaded> code_;
};

/// Expects that interpreter and machine code agree on results, on what is raised and on the arguments' memory
/// afterwards.
void expect_same(const Compiled& compiled, const std::vector<TestArgument>& args);

}  // namespace nf::test
