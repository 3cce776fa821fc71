// The rewriter: copies a function forward, so that no pass changes IR under its own feet.
#include "ir/rewrite.h"

namespace nf::ir {

Rewriter::Rewriter(const Function& in, Rule rule)
    : in_(in), builder_(out_, BlockId::none()), rule_(std::move(rule)), to_(in.insts.size(), InstId::none()) {
  out_ = in;
  out_.insts = {};
  out_.blocks = {};
}

Function Rewriter::run() {
  out_.body = copy_block(in_.body);
  return std::move(out_);
}

BlockId Rewriter::copy_block(BlockId old) {
  BlockId block = out_.blocks.add({});
  BlockId outer = builder_.enter(block);
  open_.push_back(block);
  inline_block(old);
  open_.pop_back();
  builder_.enter(outer);
  return block;
}

void Rewriter::inline_block(BlockId old) {
  for (InstId inst : in_[old].insts) {
    if (ended()) return;  // a rule may have put a Return here
    visit(inst);
  }
}

void Rewriter::visit(InstId old) {
  std::optional<InstId> replacement = rule_ ? rule_(*this, old, in_[old]) : std::nullopt;
  to_[old] = replacement ? *replacement : copy(old);
}

InstId Rewriter::copy(InstId old) {
  const Inst& inst = in_[old];
  return builder_.emit(copy_op(inst.op), inst.type, inst.span);
}

Op Rewriter::copy_op(const Op& old) {
  Op op = old;
  std::visit([&](auto& n) { operands(n, [&](InstId& id) { id = to_[id]; }); }, op);
  if (For* loop = std::get_if<For>(&op)) {
    const Inst& var = in_[loop->var];
    loop->var = to_[loop->var] = out_.insts.add({LoopVar{}, var.type, var.span});
  }
  std::visit([&](auto& n) { blocks_of(n, [&](BlockId& id) { id = copy_block(id); }); }, op);
  if (While* loop = std::get_if<While>(&op)) loop->test = to_[loop->test];
  return op;
}

Function rewrite(const Function& in, Rewriter::Rule rule) { return Rewriter(in, std::move(rule)).run(); }

}  // namespace nf::ir
