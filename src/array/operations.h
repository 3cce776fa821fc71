// The operations on each element that lazy arrays know, and the text of the kernel that does one.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "nearfield/dtype.h"

namespace nf::array {

/// Which dtype an operation computes with, and what it gives.
enum class Rule : uint8_t {
  Arithmetic,  ///< the common dtype; bool has a text of its own, or none
  Small,       ///< the same, with bool as int8
  Division,    ///< floats; integers as float64
  Floating,    ///< floats; integers of 16 bits as float32, wider ones as float64
  Rounding,    ///< floats; integers and bool stay as they are
  Bits,        ///< integers and bool
  Shift,       ///< integers; bool as int8
  Comparison,  ///< by value, gives bool
  Test,        ///< of floats, gives bool; the text `False` or `True` of others is in `of_bool`
  Truth,       ///< each operand as bool, gives bool
  Choice,      ///< a bool, and two values of the common dtype
};

/// One operation. In the texts `{0}` and `{1}` are the operands as values of the dtype that it computes with.
struct Operation {
  std::string_view name;
  int operands;
  Rule rule;
  std::string_view text;             ///< `{zero}`, `{less}` and `{bits}` are 0, -1 and the width of the dtype
  std::string_view of_bool = {};     ///< the text for bool; empty: as the rule has it, or refused
  std::string_view of_integer = {};  ///< the text for integers where it is another one
  std::string_view check = {};       ///< for integers: a condition under which `error` is raised
  std::string_view error = {};
};

/// The operation of this name; throws Error (Value) when there is none.
const Operation& operation_named(std::string_view name);

/// How an operand comes: an array or a number, of which dtype.
struct OperandKind {
  DType dtype;
  bool is_array;
};

/// True for a comparison of integers and bools: no common dtype holds int64 and uint64.
bool compares_by_value(const Operation& operation, const std::vector<OperandKind>& operands);

/// The text of a kernel that computes the operation with `computed` and stores `result`. Parameters are the operands,
/// arrays first.
std::string kernel_text(const Operation& operation, const std::vector<OperandKind>& operands, DType computed,
                        DType result);

}  // namespace nf::array
