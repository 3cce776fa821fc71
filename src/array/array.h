// Front door of `array`: lazy arrays and how they run. In: sources of frames and stages that compute a frame from a
// frame. Out: a plan that states its memory before it starts, and frames handed to a sink, all cores at work. It names
// no file format, sees no IR, and reads or computes nothing until asked.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "ir/ir.h"
#include "nearfield/array.h"
#include "nearfield/environment.h"
#include "nearfield/view.h"

namespace nf::array {

struct Node;
using NodePtr = std::shared_ptr<const Node>;

/// What is known of an array before any data is read.
///
/// `axes` has one letter for each axis: Y and X span an image, a C after them holds interleaved channels, and what
/// stands before Y leads. The first leading axis (N) counts *frames*, the unit that is read, computed and written at a
/// time; an array without leading axes is one frame.
struct ArrayType {
  std::vector<int64_t> shape;
  DType dtype = DType::UInt8;
  std::string axes;
  std::optional<ir::Range> range;  ///< of integer elements, when known; else the dtype's

  int rank() const { return int(shape.size()); }
  bool is_stack() const { return rank() > 2 && axes[0] != 'Y'; }
  int64_t frames() const { return is_stack() ? shape[0] : 1; }
  /// The shape of one frame.
  std::vector<int64_t> frame_shape() const { return {shape.begin() + is_stack(), shape.end()}; }
  int64_t channels() const { return has_channels() ? shape.back() : 1; }
  bool has_channels() const { return !axes.empty() && axes.back() == 'C'; }
  /// The number of axes that stencils run over: all but the channels.
  int spatial_rank() const { return rank() - has_channels(); }
  int64_t frame_bytes() const;
};
/// "(12, 512, 512) uint8".
std::string to_string(const ArrayType& type);
/// "(12, 512, 512)".
std::string shape_text(const std::vector<int64_t>& shape);

/// Where frames come from. `read` is called by several threads at once.
class Source {
 public:
  virtual ~Source() = default;
  virtual const ArrayType& type() const = 0;
  /// Reads frame `i` into `into`: C-contiguous, of the announced shape and dtype. Throws Error that names the file.
  virtual void read(int64_t i, const View& into) const = 0;
  /// What a person calls frame `i` (a path); empty when it has no name.
  virtual std::string name(int64_t i) const = 0;
  /// What `*` in an output pattern becomes for frame `i`; empty when it has no name.
  virtual std::string stem(int64_t i) const = 0;
  /// Memory that one `read` needs besides the frame.
  virtual int64_t scratch_bytes() const = 0;
  /// More lines for `describe`.
  virtual std::vector<std::string> describe() const = 0;
  /// True when `read` calls code that is not ours: it may wait for other threads, which want ours.
  virtual bool is_foreign() const { return false; }
};

/// Where frames go. `write` is called by several threads at once and in any order.
class Sink {
 public:
  virtual ~Sink() = default;
  /// Where frames [begin, end) are to be made, as a view of rank frame + 1. Then `write` is not called for them.
  virtual std::optional<View> destination(int64_t begin, int64_t end) { return {}; }
  /// Takes frame `i`, a view of any strides.
  virtual void write(int64_t i, const View& frame) = 0;
  /// The run fails: no more frames come, and a `write` that waits for one returns.
  virtual void stop() {}
};

/// One of several results of a stage.
struct StageResult {
  DType dtype = DType::UInt8;
  std::optional<ir::Range> range;
};
/// What a stage makes of an array, known before any data is read.
struct StageType {
  DType dtype = DType::UInt8;
  std::optional<ir::Range> range;
  /// How far it reads around a point on each of its axes (the last `Stage::rank` that are not channels): lo <= 0 <= hi.
  std::vector<std::pair<int64_t, int64_t>> footprint;
  /// All results of a stage that makes several. Then it fills bytes: each row holds a row of each result, see `Part`.
  std::vector<StageResult> results{};
  int64_t columns = 0;  ///< of a row of each of them, channels included
};
/// How a stage is called on one frame: channels are merged into the last axis, whose offsets are multiples of
/// `channels`.
struct StageCall {
  int64_t channels = 1;
  std::vector<std::optional<ir::Range>> input_ranges;
  bool parallel = false;
  std::span<const StageResult> results{};
  int64_t columns = 0;         ///< both as in `StageType`
  std::vector<bool> wanted{};  ///< which of the results are read; the others may be anything
};
/// A computation of each element from its neighbours. Both functions are called by several threads at once.
struct Stage {
  std::string name;
  int rank = 2;
  BorderMode mode = BorderMode::Constant;
  bool casts = true;  ///< `compute` stores any dtype, as a C cast of its result; else only that of `infer`
  /// Each element comes from those at its own place. Inputs are broadcast as NumPy has it, and `compute` gets them with
  /// all their axes, channels too.
  bool elementwise = false;
  std::function<StageType(std::span<const ArrayType> inputs)> infer;
  /// Computes `out` from the inputs; none has a channel axis.
  std::function<void(std::span<const View> in, const View& out, const StageCall& call)> compute;
};

// The nodes of a graph.
struct FromSource {
  std::shared_ptr<const Source> source;
};
struct FromMemory {
  View view;
  std::shared_ptr<void> owner;
};
/// A stage over each frame, or, when its rank is greater than a frame's, across neighbouring frames.
struct Apply {
  std::vector<NodePtr> inputs;  ///< the first one (of an elementwise stage: any that `streams`) has the frames
  Stage stage;
  StageType type;
};
/// True when the stage reads neighbouring frames of a stack.
bool is_across(const Apply& apply);
/// True when frame i of `made` comes from frame i of `input`; else all of `input` goes into each frame.
bool streams(const ArrayType& made, const ArrayType& input);
/// One result of a stage that makes several, as a view of the bytes that it fills.
struct Part {
  NodePtr input;
  std::vector<StageResult> all;
  size_t position = 0;
  int64_t columns = 0;  ///< of a row of each result, channels included
};
/// Where in a row of bytes each result begins, for a row of one column: the widest dtypes come first, so that all are
/// aligned.
std::vector<int64_t> places_in_row(std::span<const StageResult> results);
/// A C cast of each element.
struct Cast {
  NodePtr input;
};
/// Frames [begin, begin + shape[0]) of a stack: over a source, or over a stage that reads across frames.
struct FrameRange {
  NodePtr input;
  int64_t begin = 0;
  bool drop_axis = false;  ///< one frame, taken out of the stack
};
/// Rows [begin, begin + shape[0]) of a single frame.
struct RowRange {
  NodePtr input;
  int64_t begin = 0;
  bool drop_axis = false;
};
/// A reduction along axes. It is computed before what it is part of, and its result lies in memory.
struct Reduce {
  NodePtr input;
  Reduction reduction = Reduction::Sum;
  std::vector<int> axes;  ///< ascending
  bool keepdims = false;
};
/// One lazy array: what is known of it, and what it is made from.
struct Node {
  ArrayType type;
  std::variant<FromSource, FromMemory, Apply, Part, Cast, FrameRange, RowRange, Reduce> op;
};
/// What a node is made from.
std::vector<const Node*> inputs_of(const Node& node);

Array from_source(std::shared_ptr<const Source> source);
/// `array` with its stage applied. Throws Error when the ranks do not fit.
Array with_stage(const Array& array, Stage stage);
/// The same for a stage of several arrays: later ones have the first one's shape, or that of what the stage sees at a
/// time; for an elementwise stage shapes that broadcast.
Array with_stage(const std::vector<Array>& arrays, Stage stage);
/// The node of `array`; throws Error (Value) when it is empty.
const NodePtr& node_of(const Array& array);

/// Bytes that a run may hold: `options.memory`, else NEARFIELD_MEMORY, else a quarter of RAM (or of the container's
/// limit).
int64_t memory_budget(const RunOptions& options);
/// "2GiB", "500 MB", "1048576"; nothing for other text.
std::optional<int64_t> parse_bytes(std::string_view text);
/// "1.5 GiB".
std::string format_bytes(int64_t bytes);

/// The range of the values of an integer dtype or bool.
ir::Range dtype_range(DType dtype);
/// The least and the greatest element of an integer or bool view; nothing when it is empty.
std::optional<ir::Range> measure_range(const View& view);
/// Copies with a C cast; the shapes are equal, the strides any. Floats become integers by truncation, wrapped into the
/// width; what is beyond int64 (and NaN) becomes int64's least value first.
void copy_elements(const View& from, const View& to);

/// Frame `i` of the result, as the leaf of the graph calls it.
struct FrameName {
  std::string name;
  std::string stem;
  int64_t index = 0;  ///< in the leaf
};
FrameName frame_name(const Array& array, int64_t i);
/// The leaves of a graph.
std::vector<const Node*> leaves(const Array& array);

/// How a run will go, known before it starts.
struct Plan {
  int64_t frames = 0;
  int64_t batch = 1;             ///< frames computed at a time by one worker
  int64_t run_length = 1;        ///< frames that one worker takes in order, keeping the overlap
  int workers = 1;               ///< batches in flight
  bool parallel_inside = false;  ///< workers are fewer than threads: each frame is computed by several
  int64_t bytes_per_worker = 0;
  int64_t planned_memory = 0;  ///< the peak, with the base that code and threads take
};
/// Plans; `scratch` is what a sink needs for one frame and `shared` for all of them, `direct` says that it has a
/// destination. Throws Error (Memory) when one frame does not fit the budget.
Plan plan_run(const Array& array, const RunOptions& options, int64_t scratch, bool direct, int64_t shared = 0);
/// Runs a plan. The error of the lowest failing frame is thrown, when all work in flight has ended.
Progress run(const Array& array, const Plan& plan, const RunOptions& options, Sink& sink);

/// The memory that the library holds besides frames: code, threads, the compiler.
inline constexpr int64_t kBaseMemory = int64_t(64) << 20;

}  // namespace nf::array
