// The scalar rules of Numba: which dtype an operation on which dtypes gives. Measured, and tied to Numba by a test.
#pragma once
#include <optional>

#include "nearfield/dtype.h"
#include "syntax/tree.h"
#include "types/typed.h"

namespace nf::types {

/// The dtype of any binary operator, or nothing where Python or Numba has none (`1.5 & 2`).
std::optional<DType> binary_result(syntax::BinaryOp op, DType a, DType b);
/// The dtype of a unary operator.
std::optional<DType> unary_result(syntax::UnaryOp op, DType a);
/// The same for elements of whole arrays, which keep their width (Numba follows NumPy there); a number beside an array
/// counts with its own full dtype.
std::optional<DType> array_binary_result(syntax::BinaryOp op, DType a, DType b);
std::optional<DType> array_unary_result(syntax::UnaryOp op, DType a);
/// The dtype in which two numbers are compared; nothing for a signed integer against uint64, which no dtype holds both.
std::optional<DType> comparison_dtype(DType a, DType b);
/// The dtype of a loop variable over `range` of these bounds.
std::optional<DType> range_dtype(const std::vector<DType>& bounds);

/// How the result dtype of a function of one or two numbers follows from its arguments.
enum class ResultRule : uint8_t {
  MathFloat,     ///< `math.sqrt`: integers give float64
  NumpyFloat,    ///< `np.sqrt`: integers up to 16 bits give float32
  MathInteger,   ///< `math.floor`: int64, or uint64 for unsigned
  Same,          ///< `np.floor`
  Numeric,       ///< `abs`: as `Same`, a bool gives int8
  Truth,         ///< `math.isnan`
  Unified,       ///< `max`
  NumpyUnified,  ///< `np.maximum`: as Unified, but float32 with any integer is float32
  NumpyNumeric,  ///< `np.power`: as NumpyUnified, two bools give int8
};
DType function_result(ResultRule rule, DType a);
DType function_result(ResultRule rule, DType a, DType b);
/// The dtype of a sum over an array.
DType sum_dtype(DType element);
/// int64 or uint64, by signedness; a bool gives int64; floats stay.
DType widened(DType a);

}  // namespace nf::types
