// NumPy 2's promotion of dtypes, for operations on lazy arrays.
#pragma once
#include <span>

#include "nearfield/array.h"

namespace nf::array {

/// The dtype that holds both, as `numpy.promote_types` has it.
DType promote(DType a, DType b);
/// The dtype that an operation on these operands computes with. Weak numbers count by their kind alone.
DType promote(std::span<const Operand> operands);
DType dtype_of(const Operand& operand);

/// The number as a value of a dtype, by C's cast. Throws Error (Overflow) for a weak integer that the dtype does not
/// hold.
Scalar as_dtype(const Operand& number, DType dtype);

}  // namespace nf::array
