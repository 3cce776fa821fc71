// See draw_stencil.h.
#include "unit/engine/draw_stencil.h"

namespace nf::test {
namespace {

using codegen::testing::StencilWriter;
using ir::BinaryOp;
using ir::CompareOp;
using ir::InstId;
using ir::MathFn;
using ir::UnaryOp;

class Drawer {
 public:
  explicit Drawer(uint64_t seed) : random_(seed), rank_(pick<int>({1, 2, 2, 2, 3})), w_(rank_) {}

  ir::Module draw() {
    const bool reals = chance(25);
    static const std::vector<DType> all = {DType::Bool,   DType::Int8,    DType::UInt8,  DType::Int16,
                                           DType::UInt16, DType::Int32,   DType::UInt32, DType::Int64,
                                           DType::UInt64, DType::Float32, DType::Float64};
    static const std::vector<DType> pixels = {DType::Int8,  DType::UInt8, DType::Int8,
                                              DType::UInt8, DType::Int16, DType::UInt16};
    static const std::vector<DType> floats = {DType::Float32, DType::Float32, DType::Float64};
    for (int i = chance(25) ? 2 : 1; i > 0; --i)
      arrays_.push_back(w_.array(pick(reals ? floats : chance(85) ? pixels : all)));
    if (chance(30)) scalars_.push_back(w_.scalar(pick(all)));
    std::vector<InstId> results;
    for (int i = chance(15) ? 2 : 1; i > 0; --i) {
      const int depth = 1 + below(4);
      InstId value = reals ? real(chance(60) ? DType::Float64 : DType::Float32, depth)
                           : integer(chance(80) ? DType::Int64 : DType::UInt64, depth);
      if (chance(10)) value = condition(depth);
      if (chance(70)) value = w_.cast(value, chance(70) ? w_.dtype(neighbor()) : pick(all));
      results.push_back(value);
    }
    results.push_back(read(w_.dtype(arrays_[0]) == DType::Bool ? DType::Bool : w_.dtype(arrays_[0])));
    if (!chance(20)) results.pop_back();
    for (int i = chance(20) ? 1 + below(2) : 0; i > 0; --i) check();
    if (!reals && chance(15)) results.push_back(threshold(w_.scalar(pick(all))));
    return w_.finish(results);
  }

 private:
  int below(int n) { return int(random_() % uint64_t(n)); }
  bool chance(int percent) { return below(100) < percent; }
  template <class T>
  T pick(const std::vector<T>& from) {
    return from[size_t(below(int(from.size())))];
  }

  InstId neighbor() {
    const int reach = pick<int>({0, 1, 1, 1, 2, 5});
    std::vector<int64_t> offset;
    for (int d = 0; d < rank_; ++d) offset.push_back(below(2 * reach + 1) - reach);
    return w_.at(pick(arrays_), offset);
  }
  InstId read(DType dtype) { return w_.cast(neighbor(), dtype); }
  InstId number(DType dtype, std::vector<double> from) {
    double value = pick(from);
    return w_.constant(dtype, value < 0 && !is_float(dtype) && !is_signed(dtype) ? -value : value);
  }

  // A box of taps with weights of the kinds that filters have.
  InstId window(DType dtype) {
    InstId array = pick(arrays_), total;
    std::vector<int64_t> lo, hi;
    for (int d = 0; d < rank_; ++d) lo.push_back(-below(3)), hi.push_back(below(3));
    const int kind = below(4);
    std::vector<int64_t> at = lo;
    for (int count = 0; count < 30;) {
      double weight = kind == 0   ? 1
                      : kind == 1 ? pick<double>({1, 2, 4})
                      : kind == 2 ? double(at.back())
                                  : below(41) - 20;
      if (!is_float(dtype) && !is_signed(dtype)) weight = std::abs(weight);
      InstId term = w_.cast(w_.at(array, at), dtype);
      if (weight != 1) term = w_.binary(BinaryOp::Mul, term, w_.constant(dtype, weight));
      total = count++ == 0 ? term : w_.binary(chance(90) ? BinaryOp::Add : BinaryOp::Sub, total, term);
      int d = rank_ - 1;
      while (d >= 0 && ++at[size_t(d)] > hi[size_t(d)]) at[size_t(d)] = lo[size_t(d)], --d;
      if (d < 0) break;
    }
    return total;
  }

  InstId threshold(InstId limit) {
    InstId value = w_.cast(chance(60) ? neighbor() : integer(DType::Int64, 1), DType::Int64);
    limit = w_.cast(limit, DType::Int64);
    return chance(50) ? w_.compare(CompareOp(below(6)), value, limit) : w_.compare(CompareOp(below(6)), limit, value);
  }

  // Holds at few points, or at none.
  void check() {
    const DType dtype = is_float(w_.dtype(arrays_[0])) ? DType::Float64 : DType::Int64;
    InstId value = is_float(dtype) ? real(dtype, 1) : integer(dtype, 1);
    InstId rare = w_.compare(CompareOp::Eq, value, number(dtype, {0, 1, 7, 100, -3}));
    if (chance(60))
      rare = w_.binary(BinaryOp::And, rare, w_.compare(CompareOp::Gt, read(dtype), number(dtype, {0, 90, 120})));
    w_.check(rare, value);
  }

  InstId condition(int depth) {
    if (depth > 0 && chance(20)) {
      InstId a = condition(depth - 1), b = condition(depth - 1);
      return w_.binary(pick<BinaryOp>({BinaryOp::And, BinaryOp::Or, BinaryOp::Xor}), a, b);
    }
    const bool reals = is_float(w_.dtype(arrays_[0]));
    InstId a = reals ? real(DType::Float64, depth - 1) : integer(DType::Int64, depth - 1);
    InstId b = reals ? real(DType::Float64, depth - 1) : integer(DType::Int64, depth - 1);
    InstId c = w_.compare(CompareOp(below(6)), a, b);
    return chance(10) ? w_.emit(ir::Unary{UnaryOp::Not, c}, Type::scalar(DType::Bool)) : c;
  }
  InstId select(InstId c, InstId a, InstId b) { return w_.emit(ir::Select{c, a, b}, Type::scalar(w_.dtype(a))); }
  InstId unary(UnaryOp op, InstId a) { return w_.emit(ir::Unary{op, a}, Type::scalar(w_.dtype(a))); }

  InstId leaf(DType dtype) {
    if (chance(15)) return number(dtype, {0, 1, 2, 3, 7, 100, 255, 1000, -1, -3, -128, 65536});
    if (!scalars_.empty() && chance(20)) return w_.cast(pick(scalars_), dtype);
    return chance(25) ? window(dtype) : read(dtype);
  }

  InstId integer(DType dtype, int depth) {
    if (depth <= 0 || chance(10)) return leaf(dtype);
    auto part = [&] { return integer(dtype, depth - 1); };
    switch (below(14)) {
      case 0:
      case 1:
      case 2: {
        InstId a = part(), b = part();
        return w_.binary(pick<BinaryOp>({BinaryOp::Add, BinaryOp::Add, BinaryOp::Sub, BinaryOp::Mul}), a, b);
      }
      case 3: {
        InstId a = part(), b = part();
        return w_.binary(pick<BinaryOp>({BinaryOp::And, BinaryOp::Or, BinaryOp::Xor, BinaryOp::Min, BinaryOp::Max}), a,
                         b);
      }
      case 4:
      case 5: {  // by what is known when the code is made, or when it is called, or not before each point
        InstId a = part(), b;
        const BinaryOp op = chance(60) ? BinaryOp::FloorDiv : BinaryOp::Mod;
        if (!scalars_.empty() && chance(50))
          b = w_.cast(pick(scalars_), dtype);
        else if (chance(10))
          b = integer(dtype, depth - 2);
        else
          b = number(dtype, {1, 2, 3, 5, 7, 9, 10, 16, 25, 49, 127, 128, 255, 256, 1000, 65537, -1, -2, -3, -9, 0});
        return w_.binary(op, a, b);
      }
      case 6: {
        InstId a = part();
        InstId count = chance(80) ? number(dtype, {0, 1, 2, 3, 4, 7, 8, 15, 31, 63, 64})
                                  : w_.binary(BinaryOp::And, read(dtype), number(dtype, {1, 3, 7}));
        return w_.binary(chance(60) ? BinaryOp::Shr : BinaryOp::Shl, a, count);
      }
      case 7: return unary(pick<UnaryOp>({UnaryOp::Neg, UnaryOp::Abs, UnaryOp::Invert}), part());
      case 8: {  // the distance, and the ways to write it
        InstId a = part(), b = part(), difference = w_.binary(BinaryOp::Sub, a, b);
        if (chance(50)) return unary(UnaryOp::Abs, difference);
        InstId c = w_.compare(CompareOp(below(6)), a, b);
        return select(c, difference, chance(50) ? w_.binary(BinaryOp::Sub, b, a) : unary(UnaryOp::Neg, difference));
      }
      case 9: {  // a clamp by comparisons
        InstId a = part(), limit = number(dtype, {0, 10, 100, 127, 255, -128});
        InstId c = w_.compare(CompareOp(below(6)), a, limit);
        return chance(50) ? select(c, a, limit) : select(c, limit, a);
      }
      case 10: {
        InstId c = condition(depth - 1), a = part(), b = part();
        return select(c, a, b);
      }
      case 11: {
        InstId a = part();
        return w_.binary(BinaryOp::Mul, a, a);
      }
      case 12: {  // through a narrower type, which wraps
        InstId a = part();
        DType through = pick<DType>({DType::UInt8, DType::Int8, DType::UInt16, DType::Int16, DType::Int32,
                                     DType::UInt32, DType::UInt64, DType::Int64, DType::Bool});
        return w_.cast(w_.cast(a, through), dtype);
      }
      default: {
        if (chance(70)) return integer(dtype, depth - 1);
        return w_.cast(real(chance(50) ? DType::Float32 : DType::Float64, depth - 1), dtype);
      }
    }
  }

  InstId real(DType dtype, int depth) {
    if (depth <= 0 || chance(10)) {
      if (chance(20)) return number(dtype, {0, 1, 2, 0.5, -1, 0.1, 255, 9, -3.75, 1e10});
      return leaf(dtype);
    }
    auto part = [&] { return real(dtype, depth - 1); };
    switch (below(10)) {
      case 0:
      case 1:
      case 2:
      case 3: {
        InstId a = part(), b = part();
        return w_.binary(pick<BinaryOp>({BinaryOp::Add, BinaryOp::Add, BinaryOp::Sub, BinaryOp::Mul, BinaryOp::Div,
                                         BinaryOp::FloorDiv, BinaryOp::Mod, BinaryOp::Min, BinaryOp::Max}),
                         a, b);
      }
      case 4: return unary(pick<UnaryOp>({UnaryOp::Neg, UnaryOp::Abs}), part());
      case 5: {
        InstId c = condition(depth - 1), a = part(), b = part();
        return select(c, a, b);
      }
      case 6: {
        InstId a = part();
        MathFn fn = pick<MathFn>({MathFn::Sqrt, MathFn::Floor, MathFn::Ceil, MathFn::Trunc, MathFn::Round});
        return w_.emit(ir::Math{fn, {a}}, Type::scalar(dtype));
      }
      case 7: {
        InstId a = part();
        return w_.cast(w_.cast(a, pick<DType>({DType::Float32, DType::Float64, DType::Int32, DType::UInt8, DType::Int64,
                                               DType::UInt64, DType::Int16, DType::Bool})),
                       dtype);
      }
      case 8: return w_.cast(integer(DType::Int64, depth - 1), dtype);
      default: {
        InstId a = part();
        return w_.binary(pick<BinaryOp>({BinaryOp::Div, BinaryOp::FloorDiv, BinaryOp::Mul, BinaryOp::Mod}), a,
                         number(dtype, {2, 9, 0.5, 3, -7}));
      }
    }
  }

  std::mt19937_64 random_;
  int rank_;
  StencilWriter w_;
  std::vector<InstId> arrays_, scalars_;
};

}  // namespace

ir::Module draw_stencil(uint64_t seed) { return Drawer(seed).draw(); }

}  // namespace nf::test
