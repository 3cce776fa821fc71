// Emits one block of a stencil: some rows of output below each other, one step of points wide, in explicit vectors.
//
// Note [Phases]. Eight-bit data that is computed in 16 bits needs no conversion instructions when the even and the odd
// points are kept apart: 64 bytes, read as 32 lanes of 16 bits, hold the even elements in their low halves (`and 255`)
// and the odd ones in their high halves (`lshr 8`). One load at offset c so yields two vectors, of the elements c + 2k
// and c + 1 + 2k. The even outputs of a tap at offset d take the vector that starts at d, the odd ones that at d + 1,
// which other taps want too. At the end the odd results are shifted back up and merged. With 32-bit arithmetic there
// are four phases.
//
// Note [Weights in turn]. A sum with weights of its own for many places needs more of them than there are registers:
// they come from memory, and to spread 16 bits over a register takes a unit that shuffles as well. So the outputs of a
// block add in step, each the term of the same weight one after the other, and share what was spread. (5x5 weights of
// uint8 on Zen 5, four rows: 82 spread constants, now 28; 83 us, now 71.)
//
// Note [Pinned results]. Behind what a block computes there are branches: which rows to ask for, whether and how to
// store what the step before computed. LLVM moves arithmetic whose results are first wanted behind them to there, but
// no loads, as it does not see that they may pass the stores. All that a block loads is then alive at a time, and where
// that is more than the registers, each load is stored and loaded again. An instruction that is none, but may do
// anything, stands behind the results and keeps the arithmetic next to its loads. (Zen 5: a filter of 31 taps 303 us an
// image, pinned 241; total variation 310 and 220, FAST corners 140 and 95 ms out of the cache. Blocks of few loads take
// up to a tenth longer when pinned: their arithmetic then begins only where the stores end.)
#include <llvm/IR/InlineAsm.h>
#include <llvm/IR/Intrinsics.h>
#include <llvm/IR/IntrinsicsX86.h>

#include <array>
#include <set>
#include <tuple>

#include "base/assert.h"
#include "base/match.h"
#include "base/past_cache.h"
#include "codegen/cpu/block_reads.h"
#include "codegen/cpu/multiply_pairs.h"
#include "codegen/cpu/past_cache.h"
#include "codegen/cpu/reduction_plan.h"
#include "codegen/cpu/reduction_terms.h"
#include "codegen/cpu/stencil_body.h"
#include "codegen/ops/divide.h"
#include "codegen/ops/divide_invariant.h"
#include "codegen/ops/emit.h"

namespace nf::codegen {
namespace {
using ir::InstId;
using llvm::Value;

/// Bytes of the narrowest vector register.
constexpr int64_t kLeastPinned = 16;
/// Sums of so many terms are computed for all outputs in turn.
constexpr size_t kManyTerms = 8;

class Block {
 public:
  Block(llvm::IRBuilder<>& build, const StencilBody& body, StencilStep step, const StencilPlace& place, Value* column)
      : build_(build),
        body_(body),
        function_(body.function),
        step_(step),
        place_(place),
        reads_(build, body, step, place, column) {
    for (auto& [root, found] : body.reductions)
      plans_.emplace(root, plan_reduction(found, place.rows, step.phases, step.registers, step.pairs));
  }

  /// Row by row of the input: what can be computed once a row is loaded is, so that few values are alive at a time.
  StencilBlock emit() {
    reads_.load_in_halves();
    for (auto& [root, plan] : plans_) add_in_turn(root);
    std::map<int64_t, std::vector<InstId>> ready;  // by turn
    for (InstId id : body_.order) ready[body_.turn[id.index]].push_back(id);
    std::set<int64_t> turns;  // few, though the rows may lie far apart
    for (auto& [turn, ids] : ready)
      for (int output = 0; output < place_.rows && turn != INT64_MIN; ++output) turns.insert(turn + output);
    for (const int64_t turn : turns) take_turn(ready, turn);
    StencilBlock block{results(), raises()};
    if (reads_.outnumber_registers())
      for (Value*& result : block.values) result = pinned(result);
    reads_.prefetch();
    return block;
  }

 private:
  using Key = std::tuple<size_t, int, DType, DType, Value*, Value*, Value*>;

  /// What the outputs compute in one turn of the block. They alternate step by step, as each step of an output waits
  /// for the one before. (5x5 weights of float32 on Emerald Rapids, 0.94 of the time of one output after the other.)
  void take_turn(const std::map<int64_t, std::vector<InstId>>& ready, int64_t turn) {
    std::vector<std::pair<int, const std::vector<InstId>*>> outputs;
    size_t longest = 0;
    for (int output = 0; output < place_.rows; ++output)
      if (auto found = ready.find(turn - output); found != ready.end())
        outputs.emplace_back(output, &found->second), longest = std::max(longest, found->second.size());
    for (size_t at = 0; at < longest; ++at)
      for (auto& [output, ids] : outputs)
        for (int phase = 0; at < ids->size() && phase < step_.phases; ++phase) value((*ids)[at], output, phase);
  }

  DType dtype_of(InstId id) const { return function_[id].type.dtype(); }

  /// Builds a value, or finds the equal one of another output.
  template <class Make>
  Value* shared(size_t kind, int op, DType from, DType to, Value* a, Value* b, Value* c, Make make) {
    auto [at, fresh] = made_.try_emplace(Key(kind, op, from, to, a, b, c), nullptr);
    if (fresh) at->second = make();
    return at->second;
  }

  Value* splat(InstId id) {
    if (auto* constant = std::get_if<ir::Const>(&function_[id].op))
      return emit_const(build_, constant->value, step_.lanes);
    Value* scalar = place_.invariant(id);
    if (step_.lanes == 1) return scalar;
    return shared(0, int(id.index), {}, {}, nullptr, nullptr, nullptr, [&] {
      return llvm::IRBuilder<>(place_.splats_before).CreateVectorSplat(unsigned(step_.lanes), scalar);
    });
  }

  Value* value(InstId id, int row, int phase) {
    if (!body_.varies[id.index]) return splat(id);
    const auto key = std::tuple(id.index, row, phase);
    if (auto found = values_.find(key); found != values_.end()) return found->second;
    Value* made = body_.reductions.count(id) ? reduced(id, row, phase)
                  : body_.products.count(id) ? added_products(id, row, phase)
                                             : compute(id, row, phase);
    values_.emplace(key, made);
    return made;
  }

  Value* compute(InstId id, int row, int phase) {
    const ir::Inst& inst = function_[id];
    const size_t kind = inst.op.index();
    const DType to = inst.type.dtype();
    auto at = [&](InstId operand) { return value(operand, row, phase); };
    return match(
        inst.op,  //
        [&](const ir::Unary& n) {
          Value* a = at(n.a);
          return shared(kind, int(n.op), dtype_of(n.a), to, a, nullptr, nullptr,
                        [&] { return emit_unary(build_, n.op, dtype_of(n.a), a); });
        },
        [&](const ir::Binary& n) {
          if (divides_by_invariant(n, to)) return divided(id, n, to, at(n.a));
          Value *a = at(n.a), *b = at(n.b);
          return shared(kind, int(n.op), to, to, a, b, nullptr,
                        [&] { return emit_binary_in_range(build_, n.op, to, a, b, body_.ranges[n.a]); });
        },
        [&](const ir::Compare& n) {
          Value *a = at(n.a), *b = at(n.b);
          return shared(kind, int(n.op), dtype_of(n.a), to, a, b, nullptr,
                        [&] { return emit_compare(build_, n.op, dtype_of(n.a), a, b); });
        },
        [&](const ir::Select& n) {
          Value *c = at(n.condition), *a = at(n.a), *b = at(n.b);
          return shared(kind, 0, to, to, c, a, b, [&] { return build_.CreateSelect(c, a, b); });
        },
        [&](const ir::Cast& n) {
          if (auto* read = std::get_if<ir::Neighbor>(&function_[n.a].op); read && step_.phases > 1)
            return extract(*read, id, row, phase);
          Value* a = at(n.a);
          return shared(kind, 0, dtype_of(n.a), to, a, nullptr, nullptr,
                        [&] { return emit_cast(build_, a, dtype_of(n.a), to); });
        },
        [&](const ir::Math& n) {
          std::vector<Value*> args;
          for (InstId arg : n.args) args.push_back(at(arg));
          return shared(kind, int(n.fn), dtype_of(n.args[0]), to, args[0], args.size() > 1 ? args[1] : nullptr, nullptr,
                        [&] { return emit_math(build_, n.fn, dtype_of(n.args[0]), args); });
        },
        [&](const ir::Neighbor& n) { return read(n, row); },
        [&](const auto&) -> Value* {
          nf_assert(false, "instruction {} is not part of a straight-line stencil", id.index);
          return nullptr;
        });
  }

  /// Note [Pairs of products] in product_pairs.cpp.
  Value* added_products(InstId id, int row, int phase) {
    std::array<Value*, 4> factors;
    for (size_t i = 0; i < factors.size(); ++i) {
      const InstId factor = body_.products.at(id).factors[i];
      factors[i] = emit_cast(build_, value(factor, row, phase), dtype_of(factor), DType::Int16);
    }
    return emit_added_products(build_, factors, step_.vector_bytes);
  }

  /// Constants too where LLVM would take the vector apart: it multiplies no more than 32 bits at a time.
  bool divides_by_invariant(const ir::Binary& n, DType dtype) const {
    if (n.op != ir::BinaryOp::FloorDiv && n.op != ir::BinaryOp::Mod) return false;
    if (!is_integer(dtype) || body_.varies[n.b.index]) return false;
    const auto* constant = std::get_if<ir::Const>(&function_[n.b].op);
    if (!constant) return true;
    const uint64_t divisor = constant->value.bits;
    return bits_of(dtype) == 64 && (divisor & (divisor - 1)) != 0 && divisor != ~uint64_t(0);
  }
  Value* divided(InstId id, const ir::Binary& n, DType dtype, Value* a) {
    auto [at, fresh] = divisors_.try_emplace(id);
    if (fresh) {
      llvm::IRBuilder<> before(place_.splats_before);
      at->second =
          prepare_divisor(before, dtype, place_.invariant(n.b), step_.lanes, body_.ranges[n.a], body_.ranges[n.b]);
    }
    return shared(SIZE_MAX - 3, int(n.op), dtype, dtype, a, at->second.value, nullptr,
                  [&, &by = at->second] { return divide_by(build_, n.op, by, a); });
  }

  // ---- reading

  Value* read(const ir::Neighbor& n, int row) {
    const DType dtype = function_[n.array].type.dtype();
    Value* loaded =
        reads_.load(place_of(function_, n, row), memory_type(build_.getContext(), dtype, step_.lanes), size_of(dtype));
    if (!is_bool(dtype)) return loaded;
    return shared(n.offset.size(), -1, dtype, dtype, loaded, nullptr, nullptr,
                  [&] { return build_.CreateICmpNE(loaded, llvm::Constant::getNullValue(loaded->getType())); });
  }

  /// The elements column, column + phases, ... widened to the type of `cast` (Note [Phases]). `shift` is the phase.
  /// With `lifted` signed elements come with their lowest value subtracted.
  Value* extract(const ir::Neighbor& n, InstId cast, int64_t row, int64_t shift, bool lifted = false) {
    const DType narrow = function_[n.array].type.dtype();
    llvm::Type* word = register_type(build_.getContext(), dtype_of(cast), step_.lanes);
    ReadPlace place = place_of(function_, n, row);
    const int64_t wanted = place.column + shift;
    // Loads start at columns that some tap has: none reads further than the footprint.
    const int64_t group = (wanted - body_.first_column) / step_.phases * step_.phases + body_.first_column;
    place.column = std::min(group, body_.last_column);
    Value* loaded = reads_.load(place, word, size_of(narrow));
    const int bits = bits_of(narrow), width = bits * step_.phases;
    const int below = int(wanted - place.column) * bits, above = width - below - bits;
    auto count = [&](int n) { return llvm::ConstantInt::get(word, uint64_t(n)); };
    if (lifted) {
      const llvm::APInt signs = llvm::APInt::getSplat(unsigned(width), llvm::APInt::getSignMask(unsigned(bits)));
      loaded = shared(SIZE_MAX - 2, 0, narrow, narrow, loaded, nullptr, nullptr,
                      [&] { return build_.CreateXor(loaded, llvm::ConstantInt::get(word, signs)); });
    }
    return shared(SIZE_MAX, below, narrow, dtype_of(cast), loaded, nullptr, nullptr, [&]() -> Value* {
      if (is_signed(narrow) && !lifted) {
        Value* top = above ? build_.CreateShl(loaded, count(above)) : loaded;
        return build_.CreateAShr(top, count(width - bits));
      }
      Value* low = below ? build_.CreateLShr(loaded, count(below)) : loaded;
      return above ? build_.CreateAnd(low, llvm::ConstantInt::get(word, (uint64_t(1) << bits) - 1)) : low;
    });
  }

  /// What taps of a sum are too large by: flipping the sign bits of a load once is cheaper than extending the sign of
  /// each phase, and the sum puts it right (most often in the constant of a division by the size of the window).
  uint64_t lift_of(InstId root, const Tap& tap) const {
    if (step_.phases == 1 || count(plans_.at(root), ReductionPlan::Kind::Pair) > 0) return 0;
    const DType narrow = dtype_of(std::get<ir::Cast>(function_[tap.leaf].op).a);
    return is_signed(narrow) ? uint64_t(1) << (bits_of(narrow) - 1) : 0;
  }

  /// What the tap reads, elsewhere.
  ir::Neighbor moved(const Tap& tap, const std::vector<int64_t>& offset) const {
    auto* cast = std::get_if<ir::Cast>(&function_[tap.leaf].op);
    ir::Neighbor read = std::get<ir::Neighbor>(function_[cast ? cast->a : tap.leaf].op);
    read.offset = offset;
    return read;
  }

  /// Note [Pairs] in reduction_plan.cpp.
  Value* pair(const Tap& tap, const ReductionPlan::Node& node) {
    llvm::LLVMContext& context = build_.getContext();
    Value* loaded = reads_.load(place_of(function_, moved(tap, node.offset), 0),
                                register_type(context, DType::Int16, step_.lanes), 1);
    // One of the two alone: more units shift and mask than multiply.
    if (node.is_single() && node.right == 1)
      return is_signed(tap.element) ? build_.CreateAShr(loaded, 8) : build_.CreateLShr(loaded, 8);
    if (node.is_single() && !is_signed(tap.element)) return build_.CreateAnd(loaded, 255);
    llvm::Type* bytes = register_type(context, DType::Int8, 2 * step_.lanes);
    const uint64_t both = (uint64_t(int64_t(node.weight)) & 255) | (uint64_t(int64_t(node.right)) & 255) << 8;
    // Shared, so that what carries values on finds the same operations in all rows.
    Value* data = shared(SIZE_MAX - 4, 0, tap.element, tap.element, loaded, nullptr, nullptr,
                         [&] { return build_.CreateBitCast(loaded, bytes); });
    Value* weights = build_.CreateBitCast(llvm::ConstantInt::get(loaded->getType(), both), bytes);
    if (is_signed(tap.element)) std::swap(data, weights);  // the first operand has no sign
    return build_.CreateIntrinsic(
        step_.lanes == 32 ? llvm::Intrinsic::x86_avx512_pmaddubs_w_512 : llvm::Intrinsic::x86_avx2_pmadd_ub_sw,
        {data, weights});
  }

  Value* tap(InstId root, const Tap& tap, const std::vector<int64_t>& offset) {
    InstId read = tap.leaf;
    auto* cast = std::get_if<ir::Cast>(&function_[read].op);
    if (cast) read = cast->a;
    const ir::Neighbor moved = this->moved(tap, offset);
    if (step_.phases > 1) return extract(moved, tap.leaf, 0, 0, lift_of(root, tap) != 0);
    Value* loaded = this->read(moved, 0);
    if (!cast) return loaded;
    const DType from = dtype_of(read), to = dtype_of(tap.leaf);
    return shared(function_[tap.leaf].op.index(), 0, from, to, loaded, nullptr, nullptr,
                  [&] { return emit_cast(build_, loaded, from, to); });
  }

  // ---- sums, minima and maxima

  Value* node(InstId root, int at) {
    auto [found, fresh] = nodes_.try_emplace(std::pair(root, at), nullptr);
    if (!fresh) return found->second;
    using Kind = ReductionPlan::Kind;
    const ReductionPlan::Node& n = plans_.at(root).nodes[size_t(at)];
    const DType dtype = dtype_of(root);
    auto binary = [&](ir::BinaryOp op, Value* a, Value* b) {
      return shared(SIZE_MAX - 1, int(op), dtype, dtype, a, b, nullptr,
                    [&] { return emit_binary(build_, op, dtype, a, b); });
    };
    auto of_both = [&](ir::BinaryOp op) {
      Value *a = node(root, n.a), *b = node(root, n.b);
      return binary(op, a, b);
    };
    Value* made = nullptr;
    switch (n.kind) {
      case Kind::Tap: made = tap(root, body_.reductions.at(root).taps[n.tap], n.offset); break;
      case Kind::Pair: made = pair(body_.reductions.at(root).taps[n.tap], n); break;
      case Kind::Add: made = of_both(ir::BinaryOp::Add); break;
      case Kind::Subtract: made = of_both(ir::BinaryOp::Sub); break;
      case Kind::Min: made = of_both(ir::BinaryOp::Min); break;
      case Kind::Max: made = of_both(ir::BinaryOp::Max); break;
      case Kind::Scale: made = binary(ir::BinaryOp::Mul, node(root, n.a), number(dtype, n.weight)); break;
    }
    return nodes_[std::pair(root, at)] = made;
  }

  /// A sum of many weighted integers for all outputs at once: Note [Weights in turn].
  void add_in_turn(InstId root) {
    const ReductionPlan& plan = plans_.at(root);
    const DType dtype = dtype_of(root);
    if (!is_integer(dtype) || body_.reductions.at(root).combine != Combine::Sum) return;
    const std::vector<std::vector<int>> terms = terms_of_roots(plan);
    size_t most = 0;
    for (const std::vector<int>& of_root : terms) {
      if (of_root.size() < kManyTerms) return;
      most = std::max(most, of_root.size());
    }
    std::vector<Value*> sums(plan.roots.size());
    for (size_t term = 0; term < most; ++term)
      for (int phase = 0; phase < plan.columns; ++phase)
        for (size_t at = size_t(phase); at < sums.size(); at += size_t(plan.columns)) {
          if (term >= terms[at].size()) continue;
          Value* more = node(root, terms[at][term]);
          sums[at] = sums[at] ? emit_binary(build_, ir::BinaryOp::Add, dtype, sums[at], more) : more;
        }
    for (size_t at = 0; at < sums.size(); ++at) nodes_[std::pair(root, plan.roots[at])] = sums[at];
  }

  Value* number(DType dtype, double value) {
    return emit_const(build_, is_float(dtype) ? ir::float_scalar(dtype, value) : integer(dtype, int64_t(value)),
                      step_.lanes);
  }
  static Scalar integer(DType dtype, int64_t value) { return ir::integer_scalar(dtype, value); }

  /// A sum and a constant. An operand that other outputs share takes the constant, so that it is added once for all.
  Value* sum_with(InstId root, int at, uint64_t constant) {
    const ReductionPlan& plan = plans_.at(root);
    const DType dtype = dtype_of(root);
    auto plus = [&](Value* value) {
      Value* number = emit_const(build_, integer(dtype, int64_t(constant)), step_.lanes);
      return shared(SIZE_MAX - 1, int(ir::BinaryOp::Add), dtype, dtype, value, number, nullptr,
                    [&] { return emit_binary(build_, ir::BinaryOp::Add, dtype, value, number); });
    };
    const int operand = shared_operand(plan, at);
    if (operand < 0) return plus(node(root, at));
    const ReductionPlan::Node& sum = plan.nodes[size_t(at)];
    Value *with = plus(node(root, operand)), *other = node(root, operand == sum.a ? sum.b : sum.a);
    return emit_binary(build_, ir::BinaryOp::Add, dtype, with, other);
  }

  Value* reduced(InstId root, int row, int phase) {
    const ReductionPlan& plan = plans_.at(root);
    const Reduction& found = body_.reductions.at(root);
    const DType dtype = dtype_of(root);
    const ir::BinaryOp ops[] = {ir::BinaryOp::Add, ir::BinaryOp::Min, ir::BinaryOp::Max};
    const int at = plan.roots[size_t(row * plan.columns + phase)];
    const bool sums_integers = found.combine == Combine::Sum && !found.floats;
    uint64_t constant = found.constant;
    for (const Tap& tap : found.taps)
      if (sums_integers) constant -= uint64_t(int64_t(tap.weight)) * lift_of(root, tap);
    const bool adds = sums_integers && constant != 0;
    Value* total = at < 0 ? nullptr : adds ? sum_with(root, at, constant) : node(root, at);
    auto combine = [&](Value* term) {
      total = total ? emit_binary(build_, ops[int(found.combine)], dtype, total, term) : term;
    };
    for (auto& [other, weight] : found.others) {
      Value* term = value(other, row, phase);
      combine(weight == 1 ? term : emit_binary(build_, ir::BinaryOp::Mul, dtype, term, number(dtype, weight)));
    }
    if (found.floats && found.combine == Combine::Sum && (found.float_constant != 0 || !total))
      combine(number(dtype, found.float_constant));
    if (sums_integers && (!total || (adds && at < 0)))
      combine(emit_const(build_, integer(dtype, int64_t(constant)), step_.lanes));
    return total;
  }

  // ---- writing

  /// From the last row to the first: see Note [One block] in run_stencil.cpp.
  std::vector<Value*> results() {
    std::vector<Value*> list;
    for (int output = place_.rows; output-- > 0;)
      for (size_t result = 0; result < body_.results.size(); ++result)
        list.push_back(step_.phases > 1
                           ? merged(result, output)
                           : memory_form(value(body_.results[result], output, 0), function_.results[result].dtype()));
    return list;
  }

  /// Whether a check holds at some point of the block.
  Value* raises() {
    Value* some = nullptr;
    for (InstId condition : body_.raises)
      for (int row = 0; row < place_.rows; ++row)
        for (int phase = 0; phase < step_.phases; ++phase) {
          Value* here = value(condition, row, phase);
          some = some ? build_.CreateOr(some, here) : here;
        }
    return some && some->getType()->isVectorTy() ? build_.CreateOrReduce(some) : some;
  }

  /// The value, which LLVM cannot compute any later: Note [Pinned results].
  Value* pinned(Value* v) {
    const int64_t bytes = int64_t(v->getType()->getPrimitiveSizeInBits().getFixedValue()) / 8;
    if (bytes < kLeastPinned || bytes > place_.widest_pinned || (bytes & (bytes - 1)) != 0) return v;
    auto* nothing = llvm::InlineAsm::get(llvm::FunctionType::get(v->getType(), {v->getType()}, false), "", "=v,0",
                                         /*hasSideEffects=*/true);
    return build_.CreateCall(nothing, {v});
  }

  Value* memory_form(Value* v, DType dtype) {
    return is_bool(dtype) ? build_.CreateZExt(v, memory_type(build_.getContext(), dtype, step_.lanes)) : v;
  }

  /// The phases of a result side by side again.
  Value* merged(size_t result, int row) {
    const DType dtype = function_.results[result].dtype();
    const unsigned bits = unsigned(8 * size_of(dtype));
    llvm::Type* word =
        llvm::FixedVectorType::get(build_.getIntNTy(bits * unsigned(step_.phases)), unsigned(step_.lanes));
    Value* all = nullptr;
    const auto [from, constant] = without_constant(body_.results[result], dtype);
    for (int phase = 0; phase < step_.phases; ++phase) {
      Value* part = value(from, row, phase);
      if (from != body_.results[result])
        part = build_.CreateTrunc(part, register_type(build_.getContext(), dtype, step_.lanes));
      part = build_.CreateZExt(part, word);
      if (phase) part = build_.CreateShl(part, llvm::ConstantInt::get(word, bits * unsigned(phase)));
      all = all ? build_.CreateOr(all, part) : part;
    }
    if (!constant) return all;
    llvm::Type* bytes = register_type(build_.getContext(), dtype, step_.points());
    return build_.CreateAdd(build_.CreateBitCast(all, bytes), llvm::ConstantInt::get(bytes, constant));
  }

  /// A result that is `cast(cast(value) + constant)` of integers, as the value and the constant modulo 2**bits: adding
  /// the constant to all phases at once, in their narrow type, is fewer instructions. Else the result, and 0.
  std::pair<InstId, uint64_t> without_constant(InstId result, DType dtype) const {
    InstId at = result;
    uint64_t constant = 0;
    bool has_constant = false;
    const uint64_t mask = (uint64_t(1) << bits_of(dtype)) - 1;
    auto narrows = [&](InstId id) { return is_integer(dtype_of(id)) && bits_of(dtype_of(id)) >= bits_of(dtype); };
    for (;;) {
      if (auto* cast = std::get_if<ir::Cast>(&function_[at].op); cast && narrows(at) && narrows(cast->a)) {
        at = cast->a;
        continue;
      }
      auto* sum = std::get_if<ir::Binary>(&function_[at].op);
      if (!sum || !narrows(at) || body_.reductions.count(at)) break;
      auto* right = std::get_if<ir::Const>(&function_[sum->b].op);
      if (!right || (sum->op != ir::BinaryOp::Add && sum->op != ir::BinaryOp::Sub)) break;
      const uint64_t bits = uint64_t(ir::integer_value(right->value));
      constant += sum->op == ir::BinaryOp::Add ? bits : -bits, has_constant = true;
      at = sum->a;
    }
    return has_constant && body_.varies[at.index] ? std::pair(at, constant & mask) : std::pair(result, uint64_t(0));
  }

  llvm::IRBuilder<>& build_;
  const StencilBody& body_;
  const ir::Function& function_;
  const StencilStep step_;
  const StencilPlace& place_;
  BlockReads reads_;
  std::map<InstId, ReductionPlan> plans_;
  std::map<std::tuple<uint32_t, int, int>, Value*> values_;
  std::map<Key, Value*> made_;
  std::map<std::pair<InstId, int>, Value*> nodes_;
  std::map<InstId, InvariantDivisor> divisors_;  // by the division
};

}  // namespace

StencilBlock emit_stencil_block(llvm::IRBuilder<>& build, const StencilBody& body, StencilStep step,
                                const StencilPlace& place, Value* column) {
  return Block(build, body, step, place, column).emit();
}

void store_stencil_block(llvm::IRBuilder<>& build, const StencilBody& body, StencilStep step, const StencilPlace& place,
                         Value* column, const std::vector<Value*>& values, PastCache* past_cache) {
  llvm::LLVMContext& context = build.getContext();
  const std::vector<Type>& results = body.function.results;
  std::vector<PastCache::Item> items;
  for (size_t i = 0; i < values.size(); ++i) {
    const size_t result = i % results.size();
    const int row = place.rows - 1 - int(i / results.size());
    const int64_t size = size_of(results[result].dtype());
    Value* offset = build.CreateMul(column, build.getInt64(uint64_t(size)));
    items.push_back({values[i], behind(build, place.pointer(place.output(result, row)), offset), size});
  }
  auto in_scope = [&](llvm::StoreInst* stored) {
    stored->setMetadata(llvm::LLVMContext::MD_alias_scope, place.outputs_scope);
    stored->setMetadata(llvm::LLVMContext::MD_noalias, place.inputs_scope);
  };
  auto store = [&] {
    for (const PastCache::Item& item : items)
      in_scope(build.CreateAlignedStore(item.value, item.place, llvm::Align(1)));
  };
  if (!past_cache) return store();
  llvm::Function* function = build.GetInsertBlock()->getParent();
  auto *past = llvm::BasicBlock::Create(context, kPastCache, function),
       *plain = llvm::BasicBlock::Create(context, "plain", function),
       *after = llvm::BasicBlock::Create(context, "stored", function);
  build.CreateCondBr(past_cache->wanted(), past, plain);
  build.SetInsertPoint(past);
  past_cache->store(column, items, in_scope);
  build.CreateBr(after);
  build.SetInsertPoint(plain);
  store();
  build.CreateBr(after);
  build.SetInsertPoint(after);
}

}  // namespace nf::codegen
