// See stages.h.
#include "engine/stages.h"

#include <algorithm>
#include <memory>

#include "engine/arguments.h"
#include "engine/image.h"
#include "engine/specialization.h"
#include "runtime/tuning.h"

namespace nf::engine {
namespace {

/// The rows of one piece of parallel work that make what its first rows repeat negligible.
constexpr int64_t kPieceRows = 64;
/// Columns of one piece when there is only one row.
constexpr int64_t kPieceColumns = 1 << 16;

using codegen::ChainBuffer;
using codegen::ChainStage;

bool same_shape(const View& a, const View& b) {
  return a.rank == b.rank && std::equal(a.shape.begin(), a.shape.begin() + a.rank, b.shape.begin());
}

/// The chain for one call: shapes, arguments and results.
class Call {
 public:
  Call(const Stages& stages, std::span<const Argument> args) : stages_(stages), args_(args) {}

  std::optional<Result> run(const ir::Module& sites) {
    if (!have_one_shape(stages_, args_)) return {};
    leaves_.assign(args_.size(), -1);
    for (const passes::StageGraph::Stage& stage : stages_.graph.stages)
      if (!add_stage(stage)) return {};
    chain_.periodic = std::any_of(chain_.stages.begin(), chain_.stages.end(), [](const ChainStage& stage) {
      return stage.mode == BorderMode::Wrap && (stage.lo[0] || stage.hi[0] || stage.lo[1] || stage.hi[1]);
    });
    if (!codegen::can_chain(chain_)) return {};
    if (stages_.into.empty())
      make_results();
    else if (!take_targets())
      return {};
    point_to_arrays();
    launch(sites);
    return take_results();
  }

 private:
  const ir::Function& function(size_t s) const { return stages_.module.functions[stages_.graph.stages[s].function]; }

  int add_buffer(View shape) {
    ChainBuffer buffer;
    buffer.size = size_of(shape.dtype);
    buffer.columns = shape.shape[shape.rank - 1];
    buffer.rows = shape.rank > 1 ? shape.shape[shape.rank - 2] : 1;
    chain_.buffers.push_back(buffer);
    views_.push_back(shape);
    return int(chain_.buffers.size() - 1);
  }

  /// The buffer of an argument that is read near each point: packed where its inner stride is not one element.
  int leaf(uint32_t position) {
    int& buffer = leaves_[position];
    if (buffer >= 0) return buffer;
    View view = std::get<View>(args_[position]);
    const int last = view.rank - 1;
    if (view.shape[last] <= 1) view.strides[last] = size_of(view.dtype);
    if (view.strides[last] != size_of(view.dtype)) {
      packed_.push_back(new_array(view.dtype, view.shape.data(), view.rank));
      copy_view(view, packed_.back().view);
      view = packed_.back().view;
    }
    buffer = add_buffer(view);
    is_leaf_.resize(chain_.buffers.size());
    is_leaf_.back() = true;
    return buffer;
  }

  bool add_stage(const passes::StageGraph::Stage& given) {
    const size_t s = chain_.stages.size();
    const ir::Function& f = function(s);
    ChainStage stage;
    stage.plan = stages_.code[s].plan, stage.tile = stages_.code[s].tile;
    stage.strips = stages_.code[s].strips, stage.mode = f.mode;
    chain_.rank = f.rank;
    for (size_t p = 0; p < given.inputs.size(); ++p) {
      const auto& input = given.inputs[p];
      int buffer = -1;
      if (f.params[p].relative) {
        buffer = input.stage < 0 ? leaf(input.position) : chain_.stages[size_t(input.stage)].results[input.position];
        if (views_[size_t(buffer)].rank != f.rank) return false;
        if (!stage.inputs.empty() && stage.inputs[0] >= 0 &&
            !same_shape(views_[size_t(buffer)], views_[size_t(stage.inputs[0])]))
          return false;
      }
      stage.inputs.push_back(buffer);
    }
    View shape = views_[size_t(stage.inputs[0])];
    for (int d = 0; d < f.rank; ++d) {
      auto [lo, hi] = f.footprint.axes[size_t(d)];
      const int axis = d - (f.rank - 2);  // 0: rows, 1: columns
      const bool valid = f.mode == BorderMode::Valid;
      if (valid) shape.shape[d] = std::max<int64_t>(0, shape.shape[d] - (hi - lo));
      if (axis < 0) {
        if (lo != 0 || hi != 0) return false;  // only rows of one plane are held
        continue;
      }
      stage.lo[axis] = lo, stage.hi[axis] = hi, stage.origin[axis] = valid ? -lo : 0;
    }
    for (size_t r = 0; r < f.results.size(); ++r) {
      shape.dtype = f.results[r].dtype();
      shape = View::contiguous(nullptr, shape.dtype, shape.shape.data(), shape.rank);
      stage.results.push_back(add_buffer(shape));
      is_leaf_.resize(chain_.buffers.size());
      stage.cval.push_back(ir::cast_scalar(f.cval.value_or(Scalar{shape.dtype, 0}), shape.dtype).bits);
    }
    chain_.stages.push_back(std::move(stage));
    return true;
  }

  void make_results() {
    for (const auto& output : stages_.graph.outputs) {
      const int buffer = chain_.stages[size_t(output.stage)].results[output.position];
      const bool is_first = std::find(outputs_.begin(), outputs_.end(), buffer) == outputs_.end();
      const View& shape = views_[size_t(buffer)];
      outputs_.push_back(buffer);
      results_.push_back(new_array(shape.dtype, shape.shape.data(), shape.rank));
      if (is_first) views_[size_t(buffer)] = results_.back().view;
    }
  }

  /// The arrays that are stored into, when the stages can do that themselves: while they read their arguments, and in
  /// the shapes that they make.
  bool take_targets() {
    for (size_t i = 0; i < stages_.into.size(); ++i) {
      const auto& output = stages_.graph.outputs[i];
      const int buffer = chain_.stages[size_t(output.stage)].results[output.position];
      View target = std::get<View>(args_[stages_.into[i]]);
      const int last = target.rank - 1;
      if (target.shape[last] <= 1) target.strides[last] = size_of(target.dtype);
      View& shape = views_[size_t(buffer)];
      if (shape.data || !same_shape(target, shape) || target.strides[last] != size_of(target.dtype)) return false;
      for (size_t a = 0; a < args_.size(); ++a)
        if (const View* view = std::get_if<View>(&args_[a]); view && a != stages_.into[i] && overlap(*view, target))
          return false;
      outputs_.push_back(buffer);
      shape = target;
    }
    return true;
  }

  void point_to_arrays() {
    arrays_.resize(views_.size());
    for (size_t b = 0; b < views_.size(); ++b) {
      arrays_[b] = to_abi(views_[b]);
      if (is_leaf_[b])
        chain_.buffers[b].array = &arrays_[b];
      else if (views_[b].data)
        chain_.buffers[b].out = &arrays_[b];
    }
    whole_.reserve(args_.size());
    values_.resize(chain_.stages.size());
    for (size_t s = 0; s < chain_.stages.size(); ++s) {
      const auto& inputs = stages_.graph.stages[s].inputs;
      values_[s].resize(inputs.size());
      for (size_t p = 0; p < inputs.size(); ++p) {
        const int buffer = chain_.stages[s].inputs[p];
        if (buffer >= 0) {
          values_[s][p].array = &arrays_[size_t(buffer)];
        } else if (inputs[p].constant) {
          values_[s][p] = to_abi(*inputs[p].constant);
        } else if (const View* view = std::get_if<View>(&args_[inputs[p].position])) {
          whole_.push_back(std::make_unique<abi::Array>(to_abi(*view)));
          values_[s][p].array = whole_.back().get();
        } else {
          values_[s][p] = to_abi(std::get<Scalar>(args_[inputs[p].position]));
        }
      }
      chain_.stages[s].args = values_[s].data();
    }
  }

  void launch(const ir::Module& sites) {
    int64_t bytes = 0, rows = 0, columns = 0, planes = 1;
    for (size_t b = 0; b < views_.size(); ++b)
      if (views_[b].data) bytes += views_[b].bytes();
    for (int buffer : outputs_) {
      const View& view = views_[size_t(buffer)];
      rows = std::max(rows, chain_.buffers[size_t(buffer)].rows);
      columns = std::max(columns, chain_.buffers[size_t(buffer)].columns);
      planes = view.size() == 0 ? 0 : 1;
      for (int d = 0; d < view.rank - 2; ++d) planes *= view.shape[d];
    }
    if (planes == 0 || rows == 0 || columns == 0) return;
    const bool threads = runtime::worth_threads(double(bytes) * double(chain_.stages.size()) / kBytesPerNanosecond);
    chain_.streaming = chain_.prefetches = bytes > runtime::tuning().streaming_from(threads);
    for (size_t b = 0; b < views_.size(); ++b)
      if (const bool cold = note_use(views_[b]); cold && is_leaf_[b]) chain_.prefetches = true;
    const int64_t row_bytes = std::max<int64_t>(1, bytes / (planes * rows));
    const int64_t piece =
        !threads ? rows
                 : std::clamp<int64_t>(runtime::tuning().task_bytes / row_bytes, std::min(kPieceRows, rows), rows);
    const int64_t wide = threads && rows == 1 ? std::min(columns, kPieceColumns) : columns;
    const int64_t down = (rows + piece - 1) / piece, across = (columns + wide - 1) / wide;
    const int64_t plane_bytes = std::max<int64_t>(1, bytes / planes);
    const int64_t grain = down * across > 1 ? 1 : std::max<int64_t>(1, runtime::tuning().task_bytes / plane_bytes);
    runtime::parallel_for(0, planes * down * across, grain, threads, [&](int64_t begin, int64_t end) {
      CallContext context;
      for (int64_t i = begin; i < end; ++i) {
        codegen::ChainPart part;
        part.plane = i / (down * across);
        part.row = i / across % down * piece, part.row_end = part.row + piece;
        part.column = i % across * wide, part.column_end = part.column + wide;
        if (int32_t status = codegen::run_chain(&context, chain_, part)) throw_fault(sites, status, context.fault);
      }
    });
  }

  Result take_results() {
    if (!stages_.into.empty()) return NoneResult{};
    for (size_t i = 0; i < outputs_.size(); ++i)
      if (views_[size_t(outputs_[i])].data != results_[i].view.data)
        copy_view(views_[size_t(outputs_[i])], results_[i].view);  // the caller may write into either
    if (results_.size() == 1) return results_[0];
    auto tuple = std::make_shared<ResultTuple>();
    for (NewArray& result : results_) tuple->items.push_back(std::move(result));
    return tuple;
  }

  const Stages& stages_;
  std::span<const Argument> args_;
  codegen::Chain chain_;
  std::vector<View> views_;  ///< of each buffer; without data where there is none as a whole
  std::vector<bool> is_leaf_;
  std::vector<int> leaves_;   ///< of each argument: its buffer
  std::vector<int> outputs_;  ///< buffers
  std::vector<NewArray> results_, packed_;
  std::vector<abi::Array> arrays_;
  std::vector<std::unique_ptr<abi::Array>> whole_;
  std::vector<std::vector<abi::Value>> values_;
};

}  // namespace

std::optional<Stages> make_stages(const ir::Module& lowered, bool stores) {
  const ir::Function& entry = lowered.functions[0];
  const bool applies = std::any_of(entry.insts.begin(), entry.insts.end(), [&](const ir::Inst& inst) {
    const auto* call = std::get_if<ir::Call>(&inst.op);
    return call && lowered.functions[call->function].kind == ir::FunctionKind::Stencil;
  });
  if (entry.kind != ir::FunctionKind::Jit || !applies) return {};
  Stages stages;
  const ir::Module one_shape = passes::with_one_shape(lowered);
  std::optional<ir::Module> returning;
  if (stores) returning = passes::return_what_is_stored(one_shape, stages.into);
  stages.module = passes::run(returning ? *returning : one_shape);
  std::optional<passes::StageGraph> graph = passes::find_stages(stages.module);
  if (!graph) return {};
  stages.graph = std::move(*graph);
  return stages;
}

bool have_one_shape(const Stages& stages, std::span<const Argument> args) {
  return std::all_of(stages.graph.same_shape.begin(), stages.graph.same_shape.end(), [&](auto pair) {
    return same_shape(std::get<View>(args[pair.first]), std::get<View>(args[pair.second]));
  });
}

std::optional<Result> run_stages(const Specialization& made, std::span<const Argument> args) {
  if (!made.stages || made.stages->code.empty()) return {};
  return Call(*made.stages, args).run(made.module);
}

}  // namespace nf::engine
