// The types of expressions: four bytes, compared with `==`.
#pragma once
#include <span>
#include <string>

#include "nearfield/dtype.h"

namespace nf {

/// How the elements of an array lie in memory: row-major, column-major, or with any strides.
enum class Layout : uint8_t { C, F, Any };

/// The type of an expression. Scalars and arrays are packed into the id itself; tuples are interned in a table.
class Type {
 public:
  enum class Kind : uint8_t { Unknown, None, Scalar, Array, Tuple };

  constexpr Type() = default;
  static constexpr Type unknown() { return Type(Kind::Unknown, 0); }
  static constexpr Type none() { return Type(Kind::None, 0); }
  static constexpr Type scalar(DType d) { return Type(Kind::Scalar, uint32_t(d)); }
  static constexpr Type array(DType d, int rank, Layout layout = Layout::C, bool readonly = false) {
    return Type(Kind::Array, uint32_t(d) | uint32_t(rank) << 5 | uint32_t(layout) << 10 | uint32_t(readonly) << 12);
  }
  static Type tuple(std::span<const Type> items);

  constexpr Kind kind() const { return Kind(bits_ >> 28); }
  constexpr bool is_unknown() const { return kind() == Kind::Unknown; }
  constexpr bool is_none() const { return kind() == Kind::None; }
  constexpr bool is_scalar() const { return kind() == Kind::Scalar; }
  constexpr bool is_array() const { return kind() == Kind::Array; }
  constexpr bool is_tuple() const { return kind() == Kind::Tuple; }
  /// The dtype of a scalar or of an array's elements.
  constexpr DType dtype() const { return DType(bits_ & 31); }
  constexpr int rank() const { return int(bits_ >> 5 & 31); }
  constexpr Layout layout() const { return Layout(bits_ >> 10 & 3); }
  constexpr bool readonly() const { return bits_ >> 12 & 1; }
  /// The types of a tuple's items; the span stays valid for the life of the process.
  std::span<const Type> items() const;

  constexpr bool operator==(const Type&) const = default;
  constexpr uint32_t bits() const { return bits_; }

 private:
  constexpr Type(Kind kind, uint32_t payload) : bits_(uint32_t(kind) << 28 | payload) {}
  uint32_t bits_ = 0;
};

/// "float64", "uint8[:, :]" (any strides), "uint8[:, ::1]" (C), "uint8[::1, :]" (F), "(int64, float64)", "none".
std::string to_string(Type type);

}  // namespace nf
