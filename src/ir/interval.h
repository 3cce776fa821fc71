// Arithmetic on intervals of integers: what an operation can yield, given what its operands can be.
#pragma once
#include <optional>

#include "ir/ir.h"

namespace nf::ir {

/// The smallest interval that holds both.
Range join(Range a, Range b);
/// What lies in both; nothing when nothing does.
std::optional<Range> intersect(Range a, Range b);

/// The exact results, before they wrap to the type; nothing when 128 bits do not hold them or no bound is known.
/// `same`: both operands are one value.
std::optional<Range> interval_of(BinaryOp op, DType dtype, Range a, Range b, bool same = false);
Range interval_of(UnaryOp op, DType dtype, Range a);
Range interval_of(CompareOp op, Range a, Range b);

/// Those a for which `a op b` is true for some b; nothing when there is none.
std::optional<Range> where(CompareOp op, Range a, Range b);
/// The comparison that is true where this one is false (of integers), and the one with its operands exchanged.
CompareOp negated(CompareOp op);
CompareOp mirrored(CompareOp op);

/// The values of an integer type that are congruent to those of the interval: moved by a multiple of 2**bits when all
/// of them wrap alike, else all of the type.
Range wrapped(DType dtype, Range exact);

}  // namespace nf::ir
