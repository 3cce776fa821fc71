// What one worker holds: the buffers in which it makes frames, kept from one batch to the next.
#pragma once
#include <optional>
#include <vector>

#include "array/steps.h"
#include "runtime/runtime.h"

namespace nf::array {

/// Makes frames of the result by asking backwards, step by step. Used by one thread at a time.
class Worker {
 public:
  /// For at most `batch` frames at a time.
  Worker(const std::vector<Step>& steps, int64_t batch, bool parallel);

  /// Frames [begin, end) of the result as a view of rank frame + 1; in `into`, when given. Valid until the next call.
  View frames(int64_t begin, int64_t end, const View* into = nullptr) {
    return make(steps_.size() - 1, begin, end, into);
  }

 private:
  /// The memory of one step.
  struct State {
    runtime::Buffer made;
    int64_t window_frames = 0;                 ///< how many it can hold
    runtime::Buffer window;                    ///< input frames of a stage across frames
    int64_t window_begin = 0, window_end = 0;  ///< which frames lie there
  };

  View make(size_t s, int64_t begin, int64_t end, const View* into);
  View make_leaf(const Step& step, const FromSource& leaf, State& state, int64_t begin, int64_t end, const View* into);
  View make_across(size_t s, int64_t begin, int64_t end, const View* into);
  View fill_window(size_t s, int64_t begin, int64_t end);
  /// Where a step stores: `into` if rows can be written there, else the step's own memory.
  View place(const Step& step, runtime::Buffer& own, int64_t count, const View* into);
  void compute(const Step& step, const View& in, const View& out, int64_t frame);

  const std::vector<Step>& steps_;
  bool parallel_;
  std::vector<State> state_;
};

}  // namespace nf::array
