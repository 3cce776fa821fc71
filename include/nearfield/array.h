// Lazy arrays: images, stacks and what kernels make of them; nothing is read or computed until asked.
#pragma once
#include <functional>
#include <memory>
#include <string>
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

/// A lazy array. Cheap to copy.
class Array {
 public:
  Array() = default;
  explicit Array(std::shared_ptr<const array::Node> node) : node_(std::move(node)) {}
  /// An array in memory; `owner` keeps the data alive.
  static Array from_memory(const View& view, std::shared_ptr<void> owner);

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

  /// Part of the first axis (a frame range); `step` 1. Negative indexes count from the end.
  Array slice(int64_t begin, int64_t end) const;
  /// One index of the first axis, which goes away.
  Array at(int64_t index) const;
  /// C cast of each element.
  Array astype(DType dtype) const;
  /// The kernel over this array with call options.
  Array apply(const Kernel& kernel, const CallOptions& options = {}) const;

  /// Computes into memory.
  NewArray compute(const RunOptions& options = {}) const;
  /// Computes into `out`, of this shape and dtype.
  void compute_into(const View& out, const RunOptions& options = {}) const;

  const std::shared_ptr<const array::Node>& node() const { return node_; }

 private:
  std::shared_ptr<const array::Node> node_;
};

}  // namespace nf

#pragma GCC visibility pop
