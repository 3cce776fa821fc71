// Lazy arrays: images, stacks and what kernels make of them; nothing is read or computed until asked.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "nearfield/kernel.h"

#pragma GCC visibility push(default)

namespace nf {
namespace array {
struct Node;
}

/// What a run tells while it goes on.
struct Progress {
  int64_t frames_done = 0, frames_total = 0;
  int64_t bytes_in = 0, bytes_out = 0;  ///< of pixels, not of files
  double seconds = 0;
};
/// Called now and then from one thread.
using ProgressCallback = std::function<void(const Progress&)>;

/// How a run behaves.
struct RunOptions {
  int64_t memory = 0;  ///< budget in bytes; 0: a quarter of RAM (or NEARFIELD_MEMORY)
  int threads = 0;     ///< 0: all
  ProgressCallback progress;
};

/// How elements are put together along axes, by NumPy's names.
enum class Reduction : uint8_t { Sum, Product, Mean, Min, Max, ArgMin, ArgMax, Any, All };

/// A lazy array. Cheap to copy.
class Array {
 public:
  Array() = default;
  explicit Array(std::shared_ptr<const array::Node> node) : node_(std::move(node)) {}
  /// An array in memory; `owner` keeps the data alive.
  static Array from_memory(const View& view, std::shared_ptr<void> owner);
  /// An array whose frames (along the first axis of three or more; else all of it is frame 0) a function makes: it is
  /// called by several threads at once, with a C-contiguous view to fill. `scratch` is what one call needs besides.
  static Array from_function(const std::vector<int64_t>& shape, DType dtype,
                             std::function<void(int64_t frame, const View& into)> read, int64_t scratch = 0);

  std::vector<int64_t> shape() const;
  DType dtype() const;
  int rank() const;
  /// Axis names, one character each: "NYX", "YXC", ...
  std::string axes() const;
  /// Integer values are known to lie in [lo, hi].
  std::optional<std::pair<double, double>> range() const;
  /// The shape of the unit that is read and computed at a time.
  std::vector<int64_t> tile() const;
  /// Bytes of all elements.
  int64_t bytes() const;
  /// How many frames before and after its own a frame is made from (lo <= 0 <= hi), for an array that a kernel across
  /// frames made.
  std::optional<std::pair<int64_t, int64_t>> reach() const;
  /// True when frame i of this array is made from frame i of `input`, one of those that it is made from.
  bool streams(const Array& input) const;

  /// Part of the first axis (a frame range); `step` 1. Negative indexes count from the end.
  Array slice(int64_t begin, int64_t end) const;
  /// One index of the first axis, which goes away.
  Array at(int64_t index) const;
  /// C cast of each element.
  Array astype(DType dtype) const;
  /// The kernel over this array with call options.
  Array apply(const Kernel& kernel, const CallOptions& options = {}) const;
  /// All results of the kernel of which this array is one: they are made together when they are computed together.
  std::vector<Array> results() const;
  /// A reduction along some axes (negative ones count from the end), or along all; dtypes are NumPy 2's. `ArgMin` and
  /// `ArgMax` take one axis or all. It is computed in one pass, within the budget, before what is made of it.
  Array reduce(Reduction reduction, const std::optional<std::vector<int>>& axes = {}, bool keepdims = false) const;

  /// Computes into memory.
  NewArray compute(const RunOptions& options = {}) const;
  /// Computes into `out`, of this shape and dtype.
  void compute_into(const View& out, const RunOptions& options = {}) const;

  const std::shared_ptr<const array::Node>& node() const { return node_; }

 private:
  std::shared_ptr<const array::Node> node_;
};

/// What an operation on lazy arrays takes: an array or a number.
class Operand {
 public:
  Operand(Array array) : value_(std::move(array)) {}
  /// A number that keeps its dtype, as NumPy's do.
  Operand(Scalar number) : value_(number) {}
  /// Numbers that take the dtype of the arrays, as Python's do: a bool fits every dtype, an integer all but bool, a
  /// float float32 and float64.
  Operand(bool number) : value_(Scalar::of(DType::Bool, number)), weak_(true) {}
  Operand(int number) : Operand(int64_t(number)) {}
  Operand(int64_t number) : value_(Scalar::of(DType::Int64, number)), weak_(true) {}
  Operand(double number) : value_(Scalar::of(DType::Float64, number)), weak_(true) {}
  static Operand weak(Scalar number) {
    Operand operand(number);
    operand.weak_ = true;
    return operand;
  }

  bool is_array() const { return std::holds_alternative<Array>(value_); }
  const Array& array() const { return std::get<Array>(value_); }
  const Scalar& number() const { return std::get<Scalar>(value_); }
  bool is_weak() const { return weak_; }

 private:
  std::variant<Array, Scalar> value_;
  bool weak_ = false;
};

/// A stencil of several arguments over lazy arrays and numbers; the first is an array. Arrays have one shape, or that
/// of what the stencil sees of the first one at a time; those that it indexes absolutely lie in memory and have any. Of
/// several results this is the first, and `results()` has all. The arrays of a function of numbers are broadcast.
Array apply(const Kernel& kernel, const std::vector<Operand>& operands, const CallOptions& options = {});

/// An operation on each element, lazily, by the names of the array API ("add", "floor_divide", "less", "where", "exp",
/// ...). Shapes are broadcast; dtypes are NumPy 2's. Throws Error (Type) for dtypes that it does not take.
Array elementwise(std::string_view operation, const std::vector<Operand>& operands);

inline Array operator+(const Operand& a, const Array& b) { return elementwise("add", {a, b}); }
inline Array operator+(const Array& a, const Operand& b) { return elementwise("add", {a, b}); }
inline Array operator+(const Array& a, const Array& b) { return elementwise("add", {a, b}); }
inline Array operator-(const Operand& a, const Array& b) { return elementwise("subtract", {a, b}); }
inline Array operator-(const Array& a, const Operand& b) { return elementwise("subtract", {a, b}); }
inline Array operator-(const Array& a, const Array& b) { return elementwise("subtract", {a, b}); }
inline Array operator*(const Operand& a, const Array& b) { return elementwise("multiply", {a, b}); }
inline Array operator*(const Array& a, const Operand& b) { return elementwise("multiply", {a, b}); }
inline Array operator*(const Array& a, const Array& b) { return elementwise("multiply", {a, b}); }
inline Array operator/(const Operand& a, const Array& b) { return elementwise("divide", {a, b}); }
inline Array operator/(const Array& a, const Operand& b) { return elementwise("divide", {a, b}); }
inline Array operator/(const Array& a, const Array& b) { return elementwise("divide", {a, b}); }
inline Array operator-(const Array& a) { return elementwise("negative", {a}); }

}  // namespace nf

#pragma GCC visibility pop
