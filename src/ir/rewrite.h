// The rewriter: copies a function instruction by instruction; rules name replacements and the rest is rebuilt.
#pragma once
#include <algorithm>
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

/// Copies a function. A rule may name a replacement for an instruction, built with `out()`, or `none()` to drop it
/// (when nothing uses it); what no rule touches is rebuilt on the new operands. Pure constants are folded by the
/// passes, not here.
class Rewriter {
 public:
  using Rule = std::function<std::optional<InstId>(Rewriter&, InstId, const Inst&)>;
  Rewriter(const Function& in, Rule rule);
  Function run();

  /// Where an old instruction went.
  InstId operator[](InstId old) const { return to_[old]; }
  Builder& out() { return builder_; }
  const Function& in() const { return in_; }
  /// For rules. Says where an old instruction goes, before others that use it are copied.
  void map(InstId old, InstId now) { to_[old] = now; }
  /// The same operation on the new operands, with its blocks copied.
  Op copy_op(const Op& old);
  /// Copies one instruction into the current block, without asking the rule.
  InstId copy(InstId old);
  /// Copies the instructions of an old block into the current block, up to what ends it; may be done several times.
  void inline_block(BlockId old);
  /// Copies an old block into a new one.
  BlockId copy_block(BlockId old);
  /// True when the current block has its end already: nothing may follow.
  bool ended() const {
    const std::vector<InstId>& done = out_[builder_.block()].insts;
    return !done.empty() && ends_block(out_[done.back()].op);
  }
  /// True when values of this new block may be used where the copy now stands.
  bool is_open(BlockId now) const { return std::find(open_.begin(), open_.end(), now) != open_.end(); }

 private:
  void visit(InstId old);
  const Function& in_;
  Function out_;
  Builder builder_;
  Rule rule_;
  Table<Inst, InstId> to_;
  std::vector<BlockId> open_;  // the current block and those around it
};
Function rewrite(const Function& in, Rewriter::Rule rule);

}  // namespace nf::ir
