// The graph of lazy arrays: each node knows its type before any data is read.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "array/array.h"
#include "array/views.h"
#include "base/assert.h"
#include "base/match.h"
#include "nearfield/error.h"

namespace nf {
namespace {

using array::ArrayType;
using array::Node;
using array::NodePtr;

Array make(ArrayType type, decltype(Node::op) op) {
  return Array(std::make_shared<const Node>(Node{std::move(type), std::move(op)}));
}

/// Axis names for an array that came without: the last two are an image, N counts.
std::string unnamed_axes(int rank) {
  constexpr std::string_view inner = "STZYX";
  if (rank <= 2) return std::string(inner.substr(inner.size() - size_t(rank)));
  std::string axes(size_t(rank), 'S');
  for (size_t i = 0; i < inner.size() && i < axes.size(); ++i) axes[axes.size() - 1 - i] = inner[inner.size() - 1 - i];
  axes[0] = 'N';
  return axes;
}

int64_t first_extent(const ArrayType& type) {
  if (type.shape.empty()) throw Error(ErrorKind::Value, "an array without axes cannot be indexed");
  return type.shape[0];
}

ArrayType part_of(ArrayType type, int64_t count, bool drop_axis) {
  type.shape[0] = count;
  if (drop_axis) type.shape.erase(type.shape.begin()), type.axes.erase(0, 1);
  return type;
}

/// Part of the first axis. It moves down to where the frames come from, so that what is not asked for is never
/// computed; only a stage that reads across frames stops it.
Array part(const NodePtr& whole, int64_t begin, int64_t count, bool drop_axis) {
  ArrayType type = part_of(whole->type, count, drop_axis);
  if (auto* memory = std::get_if<array::FromMemory>(&whole->op)) {
    View view = array::first_axis_range(memory->view, begin, begin + count);
    if (drop_axis) view = array::drop_axis(view, 0);
    return make(std::move(type), array::FromMemory{view, memory->owner});
  }
  if (!whole->type.is_stack()) return make(std::move(type), array::RowRange{whole, begin, drop_axis});
  if (auto* apply = std::get_if<array::Apply>(&whole->op); apply && !array::is_across(*apply)) {
    array::Apply moved = *apply;
    for (NodePtr& input : moved.inputs)
      if (array::streams(whole->type, input->type))
        input = part(input, begin, count, drop_axis).node();
      else if (drop_axis && input->type.rank() == whole->type.rank())
        input = part(input, 0, 1, true).node();  // one frame for all
    return make(std::move(type), std::move(moved));
  }
  if (auto* one = std::get_if<array::Part>(&whole->op)) {
    array::Part moved = *one;
    moved.input = part(one->input, begin, count, drop_axis).node();
    return make(std::move(type), std::move(moved));
  }
  if (auto* cast = std::get_if<array::Cast>(&whole->op))
    return make(std::move(type), array::Cast{part(cast->input, begin, count, drop_axis).node()});
  if (drop_axis && type.is_stack())
    throw Error(ErrorKind::Unsupported,
                "one index of an array that a kernel reads along its first of four or more axes",
                {"hint: take a slice, or compute the array first"});
  return make(std::move(type), array::FrameRange{whole, begin, drop_axis});
}

}  // namespace

namespace array {

const NodePtr& node_of(const Array& array) {
  if (!array.node()) throw Error(ErrorKind::Value, "an empty nf::Array has no elements");
  return array.node();
}

Array from_source(std::shared_ptr<const Source> source) {
  ArrayType type = source->type();
  return make(std::move(type), FromSource{std::move(source)});
}

bool is_across(const Apply& apply) {
  const ArrayType& in = apply.inputs[0]->type;
  return in.is_stack() && apply.stage.rank == in.spatial_rank() && !apply.stage.elementwise;
}

bool streams(const ArrayType& made, const ArrayType& input) {
  if (input.rank() != made.rank() || input.is_stack() != made.is_stack()) return false;
  return !made.is_stack() || input.frames() != 1 || made.frames() == 1;
}

std::vector<const Node*> inputs_of(const Node& node) {
  using Nodes = std::vector<const Node*>;
  return match(
      node.op, [](const FromSource&) { return Nodes{}; }, [](const FromMemory&) { return Nodes{}; },
      [](const Apply& n) {
        Nodes inputs;
        for (const NodePtr& input : n.inputs) inputs.push_back(input.get());
        return inputs;
      },
      [](const auto& n) { return Nodes{n.input.get()}; });
}

namespace {

/// The type of what an elementwise stage makes: NumPy's broadcasting, and the axes of the first input of that rank.
ArrayType broadcast(const Stage& stage, std::span<const ArrayType> inputs) {
  ArrayType out = *std::max_element(inputs.begin(), inputs.end(),
                                    [](const ArrayType& a, const ArrayType& b) { return a.rank() < b.rank(); });
  for (const ArrayType& in : inputs) {
    for (int axis = 1; axis <= in.rank(); ++axis) {
      const int64_t extent = in.shape[size_t(in.rank() - axis)];
      int64_t& wide = out.shape[size_t(out.rank() - axis)];
      if (wide == 1) wide = extent;
      if (extent != 1 && extent != wide)
        throw Error(ErrorKind::Value,
                    fmt::format("`{}`: arrays of the shapes {} and {} cannot be broadcast to one shape", stage.name,
                                shape_text(inputs[0].shape), shape_text(in.shape)));
    }
    if (in.rank() == out.rank() && in.is_stack() != out.is_stack())
      throw Error(ErrorKind::Value,
                  fmt::format("`{}`: of arrays with the axes {} and {} it is not known which belong "
                              "together",
                              stage.name, out.axes, in.axes),
                  {"hint: compute one of them first"});
    if (out.is_stack() && in.rank() < out.rank() && in.is_stack() &&
        in.frames() * in.frame_bytes() > out.frame_bytes() / size_of(out.dtype) * size_of(in.dtype))
      throw Error(ErrorKind::Value,
                  fmt::format("`{}`: {} is larger than a frame of the result", stage.name, shape_text(in.shape)));
  }
  return out;
}

/// Later arrays of a stencil have the first one's shape, or are what it sees of that at a time.
void check_same_shape(const Stage& stage, std::span<const ArrayType> inputs) {
  const ArrayType& first = inputs[0];
  const int seen = stage.rank + first.has_channels();
  for (const ArrayType& in : inputs) {
    const bool same = in.shape == first.shape && in.is_stack() == first.is_stack() && in.channels() == first.channels();
    const bool frame = in.rank() == seen && seen == first.rank() - first.is_stack() &&
                       std::equal(in.shape.begin(), in.shape.end(), first.shape.end() - seen);
    if (!same && !frame)
      throw Error(ErrorKind::Value,
                  fmt::format("`{}`: lazy arrays of the shapes {} and {}: a stencil takes arrays of one shape",
                              stage.name, shape_text(first.shape), shape_text(in.shape)));
  }
}

}  // namespace

namespace {

/// The first result of a stage that makes several arrays of the type `out`: a part of the bytes that it fills.
Array of_several(ArrayType out, Apply apply) {
  constexpr int64_t kRow = 64;  // rows of bytes begin at its multiples, as frames do
  std::vector<StageResult>& results = apply.type.results;
  ArrayType bytes = out;
  bytes.dtype = DType::UInt8, bytes.range.reset();
  int64_t size = 0;
  for (const StageResult& result : results) size += size_of(result.dtype);
  int64_t& extent = bytes.shape[size_t(bytes.rank() - 1 - bytes.has_channels())];
  apply.type.columns = extent * bytes.channels();
  extent = (extent * size + kRow - 1) / kRow * kRow;
  Part part{nullptr, results, 0, apply.type.columns};
  part.input = make(std::move(bytes), std::move(apply)).node();
  out.dtype = part.all[0].dtype, out.range = part.all[0].range;
  return make(std::move(out), std::move(part));
}

}  // namespace

Array with_stage(const Array& input, Stage stage) { return with_stage(std::vector{input}, std::move(stage)); }

Array with_stage(const std::vector<Array>& arrays, Stage stage) {
  std::vector<ArrayType> types;
  std::vector<NodePtr> inputs;
  for (const Array& array : arrays) types.push_back(node_of(array)->type), inputs.push_back(array.node());
  const ArrayType& in = types[0];
  if (stage.elementwise) {
    ArrayType out = broadcast(stage, types);
    StageType made = stage.infer(types);
    out.dtype = made.dtype, out.range = made.range;
    return make(std::move(out), Apply{std::move(inputs), std::move(stage), std::move(made)});
  }
  if (stage.rank > in.spatial_rank())
    throw Error(ErrorKind::Value,
                fmt::format("`{}` reads neighbours along {} axes, but the array {} has {}{}", stage.name, stage.rank,
                            shape_text(in.shape), in.spatial_rank(), in.has_channels() ? " besides its channels" : ""));
  check_same_shape(stage, types);
  StageType made = stage.infer(types);
  nf_assert(int(made.footprint.size()) == stage.rank, "a footprint of {} axes for rank {}", made.footprint.size(),
            stage.rank);
  ArrayType out = in;
  out.dtype = made.dtype;
  out.range = made.range;
  if (stage.mode == BorderMode::Valid)
    for (int axis = 0; axis < stage.rank; ++axis) {
      auto [lo, hi] = made.footprint[axis];
      int64_t& extent = out.shape[in.spatial_rank() - stage.rank + axis];
      extent = std::max<int64_t>(0, extent - (hi - lo));
    }
  if (made.results.empty()) return make(std::move(out), Apply{std::move(inputs), std::move(stage), std::move(made)});
  return of_several(std::move(out), Apply{std::move(inputs), std::move(stage), std::move(made)});
}

std::vector<int64_t> places_in_row(std::span<const StageResult> results) {
  std::vector<int64_t> places;
  for (size_t r = 0; r < results.size(); ++r) {
    int64_t before = 0;
    for (size_t other = 0; other < results.size(); ++other) {
      const int own = size_of(results[r].dtype), its = size_of(results[other].dtype);
      if (its > own || (its == own && other < r)) before += its;
    }
    places.push_back(before);
  }
  return places;
}

std::vector<const Node*> leaves(const Array& array) {
  std::vector<const Node*> found, open{node_of(array).get()};
  std::set<const Node*> seen;
  while (!open.empty()) {
    const Node* node = open.back();
    open.pop_back();
    if (!seen.insert(node).second) continue;
    std::vector<const Node*> inputs = inputs_of(*node);
    if (inputs.empty()) found.push_back(node);
    open.insert(open.end(), inputs.begin(), inputs.end());
  }
  return found;
}

}  // namespace array

Array Array::from_memory(const View& view, std::shared_ptr<void> owner) {
  ArrayType type;
  type.shape.assign(view.shape.begin(), view.shape.begin() + view.rank);
  type.dtype = view.dtype;
  type.axes = unnamed_axes(view.rank);
  return make(std::move(type), array::FromMemory{view, std::move(owner)});
}

namespace {

class FunctionSource final : public array::Source {
 public:
  FunctionSource(ArrayType type, std::function<void(int64_t, const View&)> read, int64_t scratch)
      : type_(std::move(type)), read_(std::move(read)), scratch_(scratch) {}
  const ArrayType& type() const override { return type_; }
  void read(int64_t i, const View& into) const override { read_(i, into); }
  std::string name(int64_t) const override { return {}; }
  std::string stem(int64_t) const override { return {}; }
  int64_t scratch_bytes() const override { return scratch_; }
  std::vector<std::string> describe() const override { return {}; }
  bool is_foreign() const override { return true; }

 private:
  ArrayType type_;
  std::function<void(int64_t, const View&)> read_;
  int64_t scratch_;
};

}  // namespace

Array Array::from_function(const std::vector<int64_t>& shape, DType dtype,
                           std::function<void(int64_t frame, const View& into)> read, int64_t scratch) {
  ArrayType type{shape, dtype, unnamed_axes(int(shape.size())), {}};
  return array::from_source(std::make_shared<FunctionSource>(std::move(type), std::move(read), scratch));
}

std::vector<Array> Array::results() const {
  const auto* part = std::get_if<array::Part>(&array::node_of(*this)->op);
  if (!part) return {*this};
  std::vector<Array> all;
  for (size_t r = 0; r < part->all.size(); ++r) {
    array::Part one = *part;
    one.position = r;
    ArrayType type = node_->type;
    type.dtype = part->all[r].dtype, type.range = part->all[r].range;
    all.push_back(make(std::move(type), std::move(one)));
  }
  return all;
}

std::optional<std::pair<int64_t, int64_t>> Array::reach() const {
  const array::Node* node = array::node_of(*this).get();
  if (const auto* part = std::get_if<array::Part>(&node->op)) node = part->input.get();
  const auto* apply = std::get_if<array::Apply>(&node->op);
  if (!apply || !array::is_across(*apply)) return {};
  return apply->type.footprint[0];
}

bool Array::streams(const Array& input) const {
  return array::streams(array::node_of(*this)->type, array::node_of(input)->type);
}

std::vector<int64_t> Array::shape() const { return array::node_of(*this)->type.shape; }
DType Array::dtype() const { return array::node_of(*this)->type.dtype; }
int Array::rank() const { return array::node_of(*this)->type.rank(); }
std::string Array::axes() const { return array::node_of(*this)->type.axes; }

std::optional<std::pair<double, double>> Array::range() const {
  const ArrayType& type = array::node_of(*this)->type;
  if (is_float(type.dtype)) return {};
  ir::Range range = type.range.value_or(array::dtype_range(type.dtype));
  return std::pair(double(range.lo), double(range.hi));
}

std::vector<int64_t> Array::tile() const {
  const ArrayType& type = array::node_of(*this)->type;
  std::vector<int64_t> tile = type.shape;
  if (type.is_stack()) tile[0] = std::min<int64_t>(tile[0], 1);
  return tile;
}

int64_t Array::bytes() const {
  const ArrayType& type = array::node_of(*this)->type;
  return type.frames() * type.frame_bytes();
}

Array Array::slice(int64_t begin, int64_t end) const {
  int64_t extent = first_extent(array::node_of(*this)->type);
  auto clamp = [&](int64_t i) { return std::clamp<int64_t>(i < 0 ? i + extent : i, 0, extent); };
  begin = clamp(begin);
  return part(node_, begin, std::max<int64_t>(0, clamp(end) - begin), false);
}

Array Array::at(int64_t index) const {
  int64_t extent = first_extent(array::node_of(*this)->type);
  if (index < -extent || index >= extent)
    throw Error(ErrorKind::Index, fmt::format("index {} is out of range for an axis of {}", index, extent));
  return part(node_, index < 0 ? index + extent : index, 1, true);
}

Array Array::astype(DType dtype) const {
  const ArrayType& from = array::node_of(*this)->type;
  if (from.dtype == dtype) return *this;
  ArrayType type = from;
  type.dtype = dtype;
  // A range goes on when no value changes; else all that is known is the dtype's.
  if (type.range && (is_float(dtype) || !array::dtype_range(dtype).contains(*type.range))) type.range.reset();
  if (!type.range && !is_float(from.dtype) && !is_float(dtype) && !is_bool(dtype) &&
      array::dtype_range(dtype).contains(array::dtype_range(from.dtype)))
    type.range = array::dtype_range(from.dtype);
  return make(std::move(type), array::Cast{node_});
}

}  // namespace nf
