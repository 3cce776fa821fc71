// Every operation on every dtype: machine code gives what the interpreter gives, on scalars and in vectorised loops.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ir/names.h"
#include "unit/codegen/machine.h"

namespace nf::test {
namespace {

std::vector<DType> all_dtypes() {
  std::vector<DType> list;
  for (int i = 0; i < kDTypeCount; ++i) list.push_back(DType(i));
  return list;
}

/// One operation, named by its text behind the operands' types.
struct Operation {
  std::string op;
  std::vector<DType> operands;
  DType result;

  /// `f(a, b)`.
  std::string scalar_text() const {
    std::string params, values, args;
    for (size_t i = 0; i < operands.size(); ++i) {
      params += fmt::format("{}p{}: {}", i ? ", " : "", i, name_of(operands[i]));
      values += fmt::format("  %{} = param {} : {}\n", i, i, name_of(operands[i]));
      args += fmt::format("{}%{}", i ? ", " : "", i);
    }
    return fmt::format("func @f({}) -> {} {{\n{}  %9 = {} {} : {}\n  return %9\n}}\n", params, name_of(result), values,
                       op, args, name_of(result));
  }
  /// `for i in range(n): out[i] = f(a[i], b[i])`: LLVM vectorises it.
  std::string loop_text() const {
    std::string params, values, loads, args;
    for (size_t i = 0; i < operands.size(); ++i) {
      params += fmt::format("p{}: {}[::1], ", i, name_of(operands[i]));
      values += fmt::format("  %{} = param {} : {}[::1]\n", i, i, name_of(operands[i]));
      loads += fmt::format("    %1{} = load %{}[%5] : {}\n", i, i, name_of(operands[i]));
      args += fmt::format("{}%1{}", i ? ", " : "", i);
    }
    return fmt::format(
        "func @f({}out: {}[::1]) {{\n{}  %2 = param {} : {}[::1]\n  %3 = dim %2, 0 : int64\n  %4 = const 0 : int64\n"
        "  %6 = const 1 : int64\n  for %5 = %4 to %3 step %6 {{\n{}    %9 = {} {} : {}\n    store %9, %2[%5]\n  }}\n"
        "  return\n}}\n",
        params, name_of(result), values, operands.size(), name_of(result), loads, op, args, name_of(result));
  }
};

void check_operation(const Operation& operation) {
  SCOPED_TRACE(fmt::format("{} of {}", operation.op, name_of(operation.operands[0])));
  Compiled scalar(operation.scalar_text());
  const std::vector<Scalar>& first = edge_scalars(operation.operands[0]);
  std::vector<std::vector<TestArgument>> cases;
  for (Scalar a : first) {
    if (operation.operands.size() == 1) {
      cases.push_back({a});
    } else {
      for (Scalar b : edge_scalars(operation.operands[1])) cases.push_back({a, b});
    }
  }
  for (const std::vector<TestArgument>& args : cases) {
    expect_same(scalar, args);
    if (::testing::Test::HasFatalFailure()) return;
  }
  Compiled loop(operation.loop_text());
  std::mt19937_64 random(1);
  for (int64_t length : {0, 1, 5, 300}) {
    std::vector<TestArgument> args;
    for (DType dtype : operation.operands) args.push_back(make_array(dtype, {length}, Order::C, random));
    args.push_back(make_array(operation.result, {length}, Order::C, random));
    expect_same(loop, args);
    if (::testing::Test::HasFatalFailure()) return;
  }
}

TEST(Operations, UnaryOnEveryDtype) {
  for (DType dtype : all_dtypes())
    for (ir::UnaryOp op : {ir::UnaryOp::Neg, ir::UnaryOp::Invert, ir::UnaryOp::Not, ir::UnaryOp::Abs})
      if (ir::has_op(op, dtype)) check_operation({std::string(ir::kUnaryNames[int(op)]), {dtype}, dtype});
}

TEST(Operations, BinaryOnEveryDtype) {
  for (DType dtype : all_dtypes())
    for (int op = 0; op <= int(ir::BinaryOp::Max); ++op)
      if (ir::has_op(ir::BinaryOp(op), dtype))
        check_operation({std::string(ir::kBinaryNames[op]), {dtype, dtype}, dtype});
}

TEST(Operations, CompareOnEveryDtype) {
  for (DType dtype : all_dtypes())
    for (int op = 0; op <= int(ir::CompareOp::Ge); ++op)
      check_operation({std::string(ir::kCompareNames[op]), {dtype, dtype}, DType::Bool});
}

TEST(Operations, CastBetweenAllDtypes) {
  for (DType from : all_dtypes())
    for (DType to : all_dtypes()) check_operation({"cast", {from}, to});
}

TEST(Operations, MathOnBothFloats) {
  for (DType dtype : {DType::Float32, DType::Float64}) {
    for (int fn = 0; fn <= int(ir::MathFn::IsFinite); ++fn) {
      bool test = ir::MathFn(fn) >= ir::MathFn::IsNan;
      std::vector<DType> operands(size_t(ir::arity(ir::MathFn(fn))), dtype);
      check_operation({std::string(ir::kMathNames[fn]), operands, test ? DType::Bool : dtype});
    }
  }
}

}  // namespace
}  // namespace nf::test
