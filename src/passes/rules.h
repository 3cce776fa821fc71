// The passes themselves, each in the file of its name, and the small queries that they share.
#pragma once
#include <optional>

#include "ir/ir.h"
#include "ir/rewrite.h"

namespace nf::passes {

ir::Function inline_calls(const ir::Function& in, const ir::Module& module);
ir::Function fold_constants(const ir::Function& in, const ir::Module& module);
ir::Function promote_slots(const ir::Function& in, const ir::Module& module);
ir::Function unroll_loops(const ir::Function& in, const ir::Module& module);
ir::Function if_convert(const ir::Function& in, const ir::Module& module);
ir::Function share_values(const ir::Function& in, const ir::Module& module);
ir::Function find_min_max(const ir::Function& in, const ir::Module& module);
ir::Function prove_indexes(const ir::Function& in, const ir::Module& module);
ir::Function drop_broadcasts(const ir::Function& in, const ir::Module& module);
ir::Module fuse_stages(const ir::Module& in);
ir::Module narrow_stages(const ir::Module& in);
ir::Module store_through(const ir::Module& in);
ir::Function narrow_floats(const ir::Function& in, const ir::Module& module);
ir::Function narrow_ranges(const ir::Function& in, const ir::Module& module);
ir::Function drop_dead(const ir::Function& in, const ir::Module& module);
/// `drop_dead` on every function, and without the functions that nothing calls any more.
ir::Module drop_dead(const ir::Module& in);

/// Adds a note, once: the rounds of a loop that was written out say the same.
inline void add_note(ir::Function& function, ir::Note note) {
  for (const ir::Note& known : function.notes)
    if (known.pass == note.pass && known.text == note.text && known.span == note.span) return;
  function.notes.push_back(std::move(note));
}

/// The value of a constant instruction.
inline std::optional<Scalar> constant(const ir::Function& function, ir::InstId id) {
  const ir::Const* n = std::get_if<ir::Const>(&function[id].op);
  return n ? std::optional(n->value) : std::nullopt;
}
/// The value of an instruction whose operands are constants, if it has one.
std::optional<Scalar> evaluate_constants(const ir::Function& function, const ir::Op& op, Type type);
/// What an instruction folds to, built into the rewriter's current block: a constant or an operand. Looks only at the
/// instruction and the new operands.
std::optional<ir::InstId> fold(ir::Rewriter& out, ir::InstId old, const ir::Module& module);
/// The number of rounds of a loop whose bounds are constants.
std::optional<uint64_t> trip_count(Scalar lo, Scalar hi, Scalar step);

/// Copies a check (`ir::is_check`) into the current block, with another condition; `now` says where the values went
/// that stand outside of it.
void copy_check(ir::Builder& build, const ir::Function& from, ir::InstId inst, ir::InstId condition,
                const std::function<ir::InstId(ir::InstId)>& now);

}  // namespace nf::passes
