// The rewriter: copies a function instruction by instruction; rules name replacements and the rest is rebuilt.
#pragma once
#include <functional>
#include <type_traits>
#include <utility>

#include "ir/ir.h"

namespace nf::ir {

/// Builds instructions into the current block of a function.
class Builder {
 public:
  explicit Builder(Function& function, BlockId block) : function_(function), block_(block) {}
  InstId emit(Op op, Type type, Span span = {}) {
    InstId id = function_.insts.add({std::move(op), type, span});
    function_.blocks[block_].insts.push_back(id);
    return id;
  }
  InstId constant(Scalar value, Span span = {}) { return emit(Const{value}, Type::scalar(value.dtype), span); }
  InstId constant(int64_t value, Span span = {}) { return constant(Scalar::of(DType::Int64, value), span); }
  InstId cast(InstId value, DType to, Span span = {}) {
    return function_[value].type.dtype() == to ? value : emit(Cast{value}, Type::scalar(to), span);
  }
  Function& function() { return function_; }
  BlockId block() const { return block_; }
  /// Makes `block` current and returns the previous one.
  BlockId enter(BlockId block) { return std::exchange(block_, block); }

 private:
  Function& function_;
  BlockId block_;
};

/// Copies a function. A rule `optional<InstId> rule(Rewriter&, InstId old, const Op& op)` may name a replacement (built
/// with `emit`); what no rule touches is rebuilt on the new operands. Pure constants are folded by the passes, not here.
class Rewriter {
 public:
  using Rule = std::function<std::optional<InstId>(Rewriter&, InstId, const Inst&)>;
  Rewriter(const Function& in, Rule rule);
  /// Where an old instruction went.
  InstId operator[](InstId old) const { return to_[old]; }
  Builder& out() { return builder_; }
  const Function& in() const { return in_; }
  Function run();

 private:
  BlockId copy(BlockId old);
  const Function& in_;
  Function out_;
  Builder builder_;
  Rule rule_;
  Table<Inst, InstId> to_;
};
Function rewrite(const Function& in, Rewriter::Rule rule);

}  // namespace nf::ir
