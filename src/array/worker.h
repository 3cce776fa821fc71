// What one worker holds: the buffers in which it makes frames, kept from one batch to the next.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "array/steps.h"
#include "runtime/runtime.h"

namespace nf::array {

/// Results of the reductions of a graph, which are computed before it.
using Reductions = std::map<const Node*, NewArray>;

/// Makes frames of the result, all steps one after the other, each of exactly the frames that are asked of it and that
/// it does not hold yet. Used by one thread at a time.
class Worker {
 public:
  /// For at most `batch` frames at a time.
  Worker(const Steps& steps, const Reductions& reductions, int64_t batch, bool parallel);

  /// Frames [begin, end) of the result as a view of rank frame + 1; in `into`, when given. Valid until the next call.
  View frames(int64_t begin, int64_t end, const View* into = nullptr);

 private:
  /// The memory of one step.
  struct State {
    runtime::Buffer frames;                         ///< what is held
    runtime::Buffer scratch;                        ///< what a stage across frames makes, with the frames around
    std::vector<runtime::Buffer> windows;           ///< input frames of a stage whose borders wrap, one for each input
    std::vector<std::unique_ptr<Worker>> at_edges;  ///< what makes the frames beyond the other end
    Frames held;
    View view;  ///< of the frames held
  };

  const Step& step(size_t s) const { return steps_.list[s]; }
  Frames missing(size_t s, Frames wanted) const;
  void make(size_t s, Frames wanted, Frames todo, const View* into);
  /// Where frames `todo` of a step are to be stored; what is held of `wanted` stays.
  View room(size_t s, Frames wanted, Frames todo, const View* into);
  void read(const Step& step, const FromSource& source, Frames todo, const View& into);
  void compute_frames(const Step& step, Frames todo, const View& into);
  void make_across(size_t s, Frames wanted, Frames todo, const View* into);
  /// The input frames that a stage across frames reads for [from, to).
  View window(size_t s, size_t input, int64_t from, int64_t to);
  View memory_of(const Step& step, Frames wanted) const;
  /// Frames of an edge's step, which are held.
  View held(const Edge& edge, Frames frames) const;
  void compute(const Step& step, std::vector<View> in, const View& out, int64_t frame);

  const Steps& steps_;
  const Reductions& reductions_;
  bool parallel_;
  std::vector<int64_t> most_;  ///< frames that each step holds
  std::vector<State> state_;
  std::vector<std::unique_ptr<Steps>> edge_steps_;  ///< of the workers at the edges
};

}  // namespace nf::array
