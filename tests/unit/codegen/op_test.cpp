// Pure operations, as scalars and as lanes of vectors, against their definition.
#include <gtest/gtest.h>

#include "unit/codegen/stencil_support.h"

namespace nf::codegen::testing {
namespace {
using Guard = GuardedArray::Guard;
using ir::BinaryOp;
using ir::InstId;
using ir::MathFn;
using ir::UnaryOp;

constexpr DType kAll[] = {DType::Bool,   DType::Int8,  DType::UInt8,  DType::Int16,   DType::UInt16, DType::Int32,
                          DType::UInt32, DType::Int64, DType::UInt64, DType::Float32, DType::Float64};

/// Whole vectors, and a last few points that are computed one by one.
void check(const ir::Module& module, const std::string& what) {
  SCOPED_TRACE(what);
  auto code = compiled(module, host_target().vector_bytes);
  expect_like_interpreter(module, *code, {3, 1000}, 7, 0, Guard::Behind);
  expect_like_interpreter(module, *code, {40, 1}, 8, 5, Guard::Before);
}

/// `build` makes the results from one element of each of the arrays.
void check_results(const std::vector<DType>& dtypes, const std::string& what,
                   const std::function<std::vector<InstId>(StencilWriter&, const std::vector<InstId>&)>& build) {
  StencilWriter w(2);
  std::vector<InstId> elements;
  for (DType dtype : dtypes) elements.push_back(w.at(w.array(dtype), {0, 0}));
  std::vector<InstId> results = build(w, elements);
  std::string name = what;
  for (DType dtype : dtypes) name += " " + std::string(name_of(dtype));
  check(w.finish(results), name);
}
void check_elementwise(const std::vector<DType>& dtypes, const std::string& what,
                       const std::function<InstId(StencilWriter&, const std::vector<InstId>&)>& build) {
  check_results(dtypes, what, [&](StencilWriter& w, const auto& x) { return std::vector<InstId>{build(w, x)}; });
}

TEST(Op, UnaryIsAsDefined) {
  for (DType dtype : kAll)
    for (UnaryOp op : {UnaryOp::Neg, UnaryOp::Invert, UnaryOp::Not, UnaryOp::Abs})
      if (ir::has_op(op, dtype))
        check_elementwise({dtype}, "unary " + std::to_string(int(op)), [&](StencilWriter& w, const auto& x) {
          return w.emit(ir::Unary{op, x[0]}, Type::scalar(op == UnaryOp::Not ? DType::Bool : dtype));
        });
}

TEST(Op, BinaryIsAsDefined) {
  for (DType dtype : kAll)
    for (int op = 0; op <= int(BinaryOp::Max); ++op)
      if (ir::has_op(BinaryOp(op), dtype))
        check_elementwise({dtype, dtype}, "binary " + std::to_string(op),
                          [&](StencilWriter& w, const auto& x) { return w.binary(BinaryOp(op), x[0], x[1]); });
}

TEST(Op, ConstantsOnTheRightAreAsDefined) {
  for (DType dtype : kAll) {
    if (!is_integer(dtype)) continue;
    for (BinaryOp op : {BinaryOp::FloorDiv, BinaryOp::Mod, BinaryOp::Pow, BinaryOp::Shl, BinaryOp::Shr, BinaryOp::Mul})
      check_results({dtype}, "constants " + std::to_string(int(op)), [&](StencilWriter& w, const auto& x) {
        std::vector<InstId> results;  // result k is of constant k
        for (double constant : {0.0, 1.0, -1.0, 2.0, 3.0, -3.0, 7.0, 9.0, 16.0, 64.0, 100.0, -128.0})
          if (constant >= 0 || is_signed(dtype)) results.push_back(w.binary(op, x[0], w.constant(dtype, constant)));
        return results;
      });
  }
}

TEST(Op, DivisionUsesWhatIsKnownOfItsOperand) {
  // Nine-bit values in 16 bits, negative ones too, by every divisor: the reciprocals are exact.
  for (DType in : {DType::UInt8, DType::Int8})
    for (int divisor = 2; divisor < 300; divisor += divisor < 40 ? 1 : 37)
      for (BinaryOp op : {BinaryOp::FloorDiv, BinaryOp::Mod})
        check_elementwise({in, in}, "range " + std::to_string(divisor), [&](StencilWriter& w, const auto& x) {
          InstId sum = w.add(w.cast(x[0], DType::Int16), w.cast(x[1], DType::Int16));
          return w.binary(op, sum, w.constant(DType::Int16, divisor));
        });
}

TEST(Op, ComparisonsAndSelectAreAsDefined) {
  for (DType dtype : kAll)
    for (int op = 0; op <= int(ir::CompareOp::Ge); ++op) {
      check_elementwise({dtype, dtype}, "compare",
                        [&](StencilWriter& w, const auto& x) { return w.compare(ir::CompareOp(op), x[0], x[1]); });
      check_elementwise({dtype, dtype}, "select", [&](StencilWriter& w, const auto& x) {
        return w.emit(ir::Select{w.compare(ir::CompareOp(op), x[0], x[1]), x[0], x[1]}, Type::scalar(dtype));
      });
    }
}

TEST(Op, CastsAreAsDefined) {
  for (DType from : kAll)
    for (DType to : kAll) {
      if (from == to) continue;
      check_elementwise({from}, "cast to " + std::string(name_of(to)),
                        [&](StencilWriter& w, const auto& x) { return w.cast(x[0], to); });
      if (!is_float(from)) continue;
      // Around the edges of every integer type, where clamping and wrapping differ.
      for (double scale : {0x1p-12, 0x1p8, 0x1p24, 0x1p40, 0x1p41, 0x1p50})
        check_elementwise({from}, "scaled cast to " + std::string(name_of(to)), [&](StencilWriter& w, const auto& x) {
          return w.cast(w.binary(BinaryOp::Mul, x[0], w.constant(from, scale)), to);
        });
    }
}

/// In registers of every size, and with arguments of several sizes; one row of outputs at a time.
void check_at_every_width(DType dtype, size_t count, const std::string& what,
                          const std::function<InstId(StencilWriter&, const std::vector<InstId>&)>& build) {
  SCOPED_TRACE(what + " " + std::string(name_of(dtype)));
  StencilWriter w(1);
  std::vector<InstId> elements, results;
  for (size_t i = 0; i < count; ++i) elements.push_back(w.at(w.array(dtype), {0}));
  for (double scale : {1.0, 0x1p-12, 1e4}) {
    std::vector<InstId> args;
    for (InstId x : elements) args.push_back(w.binary(BinaryOp::Mul, x, w.constant(dtype, scale)));
    results.push_back(build(w, args));
  }
  const ir::Module module = w.finish(results);
  for (int bytes : {16, 32, 64}) {
    if (bytes > host_target().vector_bytes) continue;
    SCOPED_TRACE("registers of " + std::to_string(bytes) + " bytes");
    auto code = compiled(module, bytes);
    expect_like_interpreter(module, *code, {2000}, 11, 0, Guard::Behind);
    expect_like_interpreter(module, *code, {1}, 12, 0, Guard::Before);
  }
}

TEST(Op, MathHasTheBitsOfItsDefinitionAtEveryWidth) {
  for (DType dtype : {DType::Float32, DType::Float64}) {
    for (int fn = 0; fn <= int(MathFn::IsFinite); ++fn) {
      const bool asks = MathFn(fn) >= MathFn::IsNan;
      check_at_every_width(dtype, size_t(ir::arity(MathFn(fn))), "math " + std::to_string(fn),
                           [&](StencilWriter& w, const auto& x) {
                             return w.emit(ir::Math{MathFn(fn), x}, Type::scalar(asks ? DType::Bool : dtype));
                           });
    }
    for (BinaryOp op : {BinaryOp::Pow, BinaryOp::FloorDiv, BinaryOp::Mod})
      check_at_every_width(dtype, 2, "binary " + std::to_string(int(op)),
                           [&](StencilWriter& w, const auto& x) { return w.binary(op, x[0], x[1]); });
  }
}

}  // namespace
}  // namespace nf::codegen::testing
