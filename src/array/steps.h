// A graph as the list of steps that makes its frames; what planner and workers share.
#pragma once
#include <vector>

#include "array/array.h"

namespace nf::array {

/// Frames [begin, end).
struct Frames {
  int64_t begin = 0, end = 0;
  int64_t count() const { return end - begin; }
  bool empty() const { return begin >= end; }
};

/// One input of a step.
struct Edge {
  int step = 0;
  int64_t shift = 0;      ///< frame i is frame i + shift of that step's own numbering
  bool whole = false;     ///< all frames of the input at once, for each frame
  int64_t frames = 0;     ///< how many those are
  bool is_stack = false;  ///< what is whole is a stack, and not one frame
};

/// One producer of frames. Steps stand after those that they read.
struct Step {
  const Node* node = nullptr;  ///< its op is not FrameRange
  std::vector<Edge> inputs;
  std::vector<int64_t> frame;  ///< shape of one frame
  DType dtype = DType::UInt8;  ///< of what is stored: a cast right after a stage is part of it
  int64_t frame_bytes = 0;
  bool whole = false;        ///< what it makes goes into every frame
  std::vector<bool> wanted;  ///< of a stage that makes several results: which of them are read
  // Of a stage that reads across frames: for output frames [b, e) it reads [b + before, e + after) of `input_frames`.
  bool across = false;
  int64_t before = 0, after = 0;
  int64_t input_frames = 0;
  bool rolls = false;  ///< frames of one batch are needed for the next one

  /// True for a part of what another step holds.
  bool is_view() const { return std::holds_alternative<RowRange>(node->op) || std::holds_alternative<Part>(node->op); }
  const Apply* apply() const { return std::get_if<Apply>(&node->op); }
  int64_t overlap() const { return after - before; }
  bool wraps() const { return across && apply()->stage.mode == BorderMode::Wrap; }
  /// True when its frames lie in memory already.
  bool in_memory() const {
    return std::holds_alternative<FromMemory>(node->op) || std::holds_alternative<Reduce>(node->op);
  }
};

/// The steps of a graph; the last one makes the result, whose frame i is its frame i + `shift`. They point into the
/// graph, which must live on.
struct Steps {
  std::vector<Step> list;
  int64_t shift = 0;

  const Step& result() const { return list.back(); }
};
Steps make_steps(const Node& result);

/// The frames of an input that a step reads to make frames `made` of its own.
Frames asked_of(const Step& step, const Edge& edge, Frames made);

/// For each step the most frames that are held when `batch` frames of the result are made at a time.
std::vector<int64_t> frames_held(const Steps& steps, int64_t batch);
/// Bytes that one worker needs for frames when it makes `batch` frames at a time. `direct`: the result is written
/// straight to where the caller wants it.
int64_t worker_bytes(const Steps& steps, int64_t batch, bool direct);

/// Where frame `i` of a node comes from: the first leaf on its way, and the frame's index there.
struct LeafFrame {
  const Node* leaf = nullptr;
  int64_t index = 0;
};
LeafFrame leaf_frame(const Node* node, int64_t i);

}  // namespace nf::array
