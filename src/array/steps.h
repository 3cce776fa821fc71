// A graph as the straight list of steps that makes its frames; what planner and workers share.
#pragma once
#include <vector>

#include "array/array.h"

namespace nf::array {

/// One producer of frames. A consumer that asks for frame i gets frame i + `shift` of this step's own numbering.
struct Step {
  const Node* node = nullptr;  ///< its op is not FrameRange
  int64_t shift = 0;
  std::vector<int64_t> frame;  ///< shape of one frame
  DType dtype = DType::UInt8;  ///< of what is stored: a cast right after a stage is part of it
  int64_t frame_bytes = 0;
  // Of a stage that reads across frames: for output frames [b, e) it reads [b + before, e + after) of `input_frames`.
  bool across = false;
  int64_t before = 0, after = 0;
  int64_t input_frames = 0;

  const Apply* apply() const { return std::get_if<Apply>(&node->op); }
  int64_t overlap() const { return after - before; }
};

/// The steps from the leaf to the result. They point into the graph of `array`, which must live on.
std::vector<Step> make_steps(const Array& array);

/// Frame i of step `s`, counted in the leaf.
int64_t leaf_index(const std::vector<Step>& steps, size_t s, int64_t i);

/// Bytes that one worker needs for frames when it makes `batch` frames at a time. `direct`: the result is written
/// straight to where the caller wants it.
int64_t worker_bytes(const std::vector<Step>& steps, int64_t batch, bool direct);

}  // namespace nf::array
