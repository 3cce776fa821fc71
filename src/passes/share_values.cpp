// Computes equal values once.
//
//     %3 = add %a, %b
//     %4 = add %b, %a          becomes   %3 = add %a, %b
//     %5 = mul %3, %4                    %5 = mul %3, %3
//
// Pure instructions only, and only where the first stands in this block or in one around it.
#include <fmt/format.h>

#include <unordered_map>

#include "base/match.h"
#include "passes/rules.h"

namespace nf::passes {

using namespace ir;

namespace {

using Key = std::vector<uint64_t>;
struct HashKey {
  size_t operator()(const Key& key) const {
    uint64_t hash = 0xCBF29CE484222325;
    for (uint64_t word : key) hash = (hash ^ word) * 0x9E3779B97F4A7C15, hash ^= hash >> 29;
    return size_t(hash);
  }
};

bool commutes(BinaryOp op) {
  return op == BinaryOp::Add || op == BinaryOp::Mul || op == BinaryOp::And || op == BinaryOp::Or || op == BinaryOp::Xor;
}

// All that makes the instruction what it is: its kind, type, operands and numbers.
Key key_of(const Op& op, Type type) {
  Key key{op.index(), type.bits()};
  for_operands(op, [&](InstId id) { key.push_back(id.index); });
  match(
      op, [&](const Const& n) { key.push_back(n.value.bits); }, [&](const Param& n) { key.push_back(n.position); },
      [&](const Global& n) { key.push_back(n.constant); }, [&](const Unary& n) { key.push_back(uint64_t(n.op)); },
      [&](const Binary& n) {
        if (commutes(n.op) && key[2] > key[3]) std::swap(key[2], key[3]);
        key.push_back(uint64_t(n.op));
      },
      [&](const Compare& n) { key.push_back(uint64_t(n.op)); }, [&](const Math& n) { key.push_back(uint64_t(n.fn)); },
      [&](const Neighbor& n) { key.insert(key.end(), n.offset.begin(), n.offset.end()); },
      [&](const Dim& n) { key.push_back(n.axis); }, [&](const Item& n) { key.push_back(n.position); },
      [](const auto&) {});
  return key;
}

struct Entry {
  InstId value;
  BlockId block;
};

// What costs something to compute twice.
bool computes(const Op& op) {
  auto is = [&]<class... Free>() { return (std::holds_alternative<Free>(op) || ...); };
  return !is.operator()<Const, Param, Global, Dim, Item, MakeTuple>();
}

}  // namespace

Function share_values(const Function& in, const Module&) {
  std::unordered_map<Key, Entry, HashKey> seen;
  int shared = 0;
  Function result = rewrite(in, [&](Rewriter& out, InstId, const Inst& inst) -> std::optional<InstId> {
    if (!is_pure(inst.op)) return {};
    Op op = out.copy_op(inst.op);
    auto [found, is_new] = seen.try_emplace(key_of(op, inst.type));
    if (!is_new && out.is_open(found->second.block)) {
      shared += computes(inst.op);
      return found->second.value;
    }
    found->second = {out.out().emit(std::move(op), inst.type, inst.span), out.out().block()};
    return found->second.value;
  });
  if (shared != 0)
    add_note(result, {"share-values", true,
                      fmt::format("{} repeated value{} computed once", shared, shared == 1 ? " is" : "s are")});
  return result;
}

}  // namespace nf::passes
