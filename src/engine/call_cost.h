// What calls teach about the time that a kernel takes.
#pragma once
#include <algorithm>
#include <chrono>

#include "engine/specialization.h"

namespace nf::engine {

/// Learns from a call on one thread what a byte takes; calls that are too short for the clock teach nothing.
class SerialTime {
 public:
  SerialTime(const Specialization& made, double bytes) : made_(made), bytes_(bytes) {
    if (measures()) start_ = std::chrono::steady_clock::now();
  }
  ~SerialTime() {
    if (!measures()) return;
    const std::chrono::duration<double, std::nano> taken = std::chrono::steady_clock::now() - start_;
    const double known = made_.nanoseconds_per_byte.load(std::memory_order_relaxed);
    // At most a tenth more: the first call finds nothing in the cache, and any call may be interrupted.
    made_.nanoseconds_per_byte.store(std::min(taken.count() / bytes_, known * 1.1), std::memory_order_relaxed);
  }
  SerialTime(const SerialTime&) = delete;

 private:
  bool measures() const { return bytes_ >= 256 << 10; }
  const Specialization& made_;
  const double bytes_;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace nf::engine
