// The definition of every instruction, written for clarity and not for speed.
#include "ir/interpret.h"

#include "base/assert.h"
#include "base/match.h"
#include "base/overlap.h"
#include "ir/elements.h"
#include "nearfield/error.h"

namespace nf::ir {
namespace {

// Something raised: unwinds to `interpret`.
struct Raised {
  uint32_t site;
  std::vector<Scalar> values;
};
// Arrays whose shapes do not fit: becomes `Raised` where there is a site.
struct ShapeMismatch {
  int64_t axis, have, want;
};
// How a block ended.
enum class Flow { Next, Break, Continue, Return };

constexpr int kMaxCalls = 200;  // of functions in each other

Scalar int64_scalar(int64_t value) { return integer_scalar(DType::Int64, value); }
int64_t as_int64(const Value& value) { return int64_t(integer_value(std::get<Scalar>(value.data))); }
const View& as_view(const Value& value) { return std::get<OwnedArray>(value.data).view; }

// What all calls of one run share.
class Machine {
 public:
  Machine(const Module& module, const Limits& limits) : module_(module), limits_(limits) {}

  std::vector<Value> call_jit(const Function& function, std::vector<Value> args);
  std::vector<Value> apply_stencil(const Function& function, std::vector<Value> args, const View* out, bool keep);
  OwnedArray new_array(DType dtype, const Index& shape, int rank);
  void step() {
    if (++steps_ > limits_.steps) throw Error(ErrorKind::Value, fmt::format("more than {} steps", limits_.steps));
  }
  void observe(const Function& function, InstId inst, const Value& value) {
    const Scalar* scalar = std::get_if<Scalar>(&value.data);
    if (scalar && limits_.observe) limits_.observe(function, inst, *scalar);
  }
  const Module& module() const { return module_; }

 private:
  const Module& module_;
  Limits limits_;
  uint64_t steps_ = 0;
  int64_t bytes_ = 0;
  int calls_ = 0;
};

// One call of a function (of a stencil: one output point after the other).
class Frame {
 public:
  Frame(Machine& machine, const Function& function, std::vector<Value> args)
      : machine_(machine), f_(function), args_(std::move(args)), values_(function.insts.size()) {}

  const std::vector<Value>& run(const Index& point = {}) {
    point_ = point;
    results_.clear();
    block(f_.body);
    nf_assert(results_.size() == f_.results.size(), "@{} ended without its results", f_.name);
    return results_;
  }

 private:
  Value& at(InstId id) { return values_[id.index]; }
  Scalar scalar(InstId id) { return std::get<Scalar>(at(id).data); }
  int64_t integer(InstId id) { return as_int64(at(id)); }
  bool truth(InstId id) { return integer_value(scalar(id)) != 0; }
  const View& view(InstId id) { return as_view(at(id)); }
  std::vector<Scalar> scalars(const std::vector<InstId>& ids) {
    std::vector<Scalar> list;
    for (InstId id : ids) list.push_back(scalar(id));
    return list;
  }

  Flow block(BlockId id) {
    for (InstId inst : f_[id].insts) {
      machine_.step();
      Flow flow = match(f_[inst].op, [&](const auto& n) {
        if constexpr (requires { value(n, f_[inst].type); }) {
          at(inst) = value(n, f_[inst].type);
          machine_.observe(f_, inst, at(inst));
          return Flow::Next;
        } else {
          return run(n);
        }
      });
      if (flow != Flow::Next) return flow;
    }
    return Flow::Next;
  }

  // ---- values
  Value value(const Const& n, Type) { return {n.value}; }
  Value value(const Param& n, Type) { return args_[n.position]; }
  Value value(const Global& n, Type) {
    const ConstantArray& array = machine_.module().constants[n.constant];
    View view = View::contiguous(const_cast<std::byte*>(array.data.data()), array.dtype, array.shape.data(),
                                 int(array.shape.size()));
    view.readonly = true;
    return {OwnedArray{nullptr, view}};
  }
  Value value(const Unary& n, Type) { return {evaluate(n.op, scalar(n.a))}; }
  Value value(const Binary& n, Type) { return {evaluate(n.op, scalar(n.a), scalar(n.b))}; }
  Value value(const Compare& n, Type) { return {evaluate(n.op, scalar(n.a), scalar(n.b))}; }
  Value value(const Select& n, Type) { return truth(n.condition) ? at(n.a) : at(n.b); }
  Value value(const Cast& n, Type type) { return {cast_scalar(scalar(n.a), type.dtype())}; }
  Value value(const Math& n, Type type) { return {evaluate(n.fn, scalars(n.args), type.dtype())}; }
  Value value(const Neighbor& n, Type) {
    Index offset{};
    std::copy(n.offset.begin(), n.offset.end(), offset.begin());
    return {neighbor(view(n.array), offset)};
  }
  Value value(const NeighborAt& n, Type) {
    Index offset{};
    for (size_t d = 0; d < n.offset.size(); ++d) {
      offset[d] = integer(n.offset[d]);
      auto [lo, hi] = f_.footprint.axes[d];
      if (offset[d] < lo || offset[d] > hi) throw Raised{n.site, {int64_scalar(offset[d]), int64_scalar(int64_t(d))}};
    }
    return {neighbor(view(n.array), offset)};
  }
  Scalar neighbor(const View& array, const Index& offset) {
    Index index{};
    for (int d = 0; d < array.rank; ++d) index[d] = extend_index(f_.mode, point_[d] + offset[d], array.shape[d]);
    return read_element(array, index);
  }
  Value value(const Dim& n, Type) { return {int64_scalar(view(n.array).shape[n.axis])}; }
  Value value(const Load& n, Type) {
    const View& array = view(n.array);
    return {read_element(array, element(array, n.index, n.wrap, n.check, n.site))};
  }
  Value value(const Alloc& n, Type type) {
    Index shape{};
    for (size_t d = 0; d < n.shape.size(); ++d) {
      shape[d] = integer(n.shape[d]);
      if (shape[d] < 0) throw Raised{n.site, {int64_scalar(shape[d])}};
    }
    return {machine_.new_array(type.dtype(), shape, type.rank())};
  }
  Value value(const Ravel& n, Type) {
    OwnedArray array = std::get<OwnedArray>(at(n.array).data);
    int64_t count = array.view.size();
    if (!array.view.c_contiguous()) {
      OwnedArray flat = machine_.new_array(array.view.dtype, {count}, 1);
      int64_t next = 0;
      for_each_index(array.view,
                     [&](const Index& i) { write_element(flat.view, {next++}, read_element(array.view, i)); });
      return {flat};
    }
    bool readonly = array.view.readonly;
    array.view = View::contiguous(array.view.data, array.view.dtype, &count, 1);
    array.view.readonly = readonly;
    return {array};
  }
  Value value(const Row& n, Type type) {
    OwnedArray array = std::get<OwnedArray>(at(n.array).data);
    View& view = array.view;
    const int skip = int(n.index.size());
    for (int d = 0; d < skip; ++d)
      view.data = static_cast<char*>(view.data) + integer(n.index[size_t(d)]) * view.strides[d];
    view.rank -= skip;
    std::copy_n(view.shape.begin() + skip, view.rank, view.shape.begin());
    std::copy_n(view.strides.begin() + skip, view.rank, view.strides.begin());
    if (view.rank == 0) view.rank = 1, view.shape[0] = 1, view.strides[0] = size_of(view.dtype);
    view.readonly |= type.readonly();
    return {array};
  }
  Value value(const Broadcast& n, Type type) {
    OwnedArray array = std::get<OwnedArray>(at(n.array).data);
    Index extents{};
    const int rank = type.rank();
    auto stretch = [&](const View& other) {
      for (int d = 0; d < other.rank; ++d) {
        int64_t& extent = extents[size_t(rank - other.rank + d)];
        const int64_t own = other.shape[d];
        if (own != 1 && extent != 1 && own != extent)
          throw Raised{n.site, {int64_scalar(rank - other.rank + d), int64_scalar(extent), int64_scalar(own)}};
        if (extent == 1) extent = own;
      }
    };
    std::fill_n(extents.begin(), rank, 1);
    stretch(array.view);
    for (InstId other : n.with) stretch(view(other));
    const View from = array.view;
    array.view.rank = rank, array.view.shape = extents, array.view.readonly = true;
    for (int d = 0; d < rank; ++d) {
      const int own = d - (rank - from.rank);
      array.view.strides[d] = own < 0 || from.shape[own] == 1 ? 0 : from.strides[own];
    }
    return {array};
  }
  Value value(const Apart& n, Type type) {
    const View& from = view(n.array);
    auto shares = [&](InstId id) {
      const View& other = view(id);
      const bool same = n.same && other.data == from.data && other.rank == from.rank && other.shape == from.shape &&
                        other.strides == from.strides && other.dtype == from.dtype;
      return !same && overlap(other, from);
    };
    if (std::none_of(n.from.begin(), n.from.end(), shares)) {
      OwnedArray itself = std::get<OwnedArray>(at(n.array).data);
      itself.view.readonly = type.readonly();
      return {itself};
    }
    Index shape = from.shape;
    OwnedArray copy = machine_.new_array(from.dtype, shape, from.rank);
    for_each_index(from, [&](const Index& i) { write_element(copy.view, i, read_element(from, i)); });
    copy.view.readonly = type.readonly();
    return {copy};
  }
  Value value(const Reduce& n, Type type) {
    const View& array = view(n.array);
    bool sum = n.op == ReduceOp::Sum;
    if (array.size() == 0 && !sum) throw Raised{n.site, {}};
    std::optional<Scalar> total;
    if (sum) total = Scalar{type.dtype(), 0};
    BinaryOp op = sum ? BinaryOp::Add : n.op == ReduceOp::Min ? BinaryOp::Min : BinaryOp::Max;
    if (sum && is_bool(type.dtype())) op = BinaryOp::Or;
    for_each_index(array, [&](const Index& i) {
      Scalar element = cast_scalar(read_element(array, i), type.dtype());
      auto is_nan = [](Scalar s) { return is_float(s.dtype) && float_value(s) != float_value(s); };
      if (!total || (!sum && is_nan(element)))
        total = element;
      else if (sum || !is_nan(*total))
        total = evaluate(op, *total, element);
    });
    return {*total};
  }
  Value value(const Slot&, Type type) { return zero(type); }
  Value zero(Type type) {
    if (type.is_scalar()) return {Scalar{type.dtype(), 0}};
    if (type.is_array()) return {machine_.new_array(type.dtype(), {}, type.rank())};
    std::vector<Value> items;
    for (Type item : type.items()) items.push_back(zero(item));
    return {std::move(items)};
  }
  Value value(const Get& n, Type) { return at(n.slot); }
  Value value(const Call& n, Type) {
    const Function& callee = machine_.module().functions[n.function];
    std::vector<Value> args;
    for (InstId arg : n.args) args.push_back(at(arg));
    if (callee.kind == FunctionKind::Jit) {
      std::vector<Value> results = machine_.call_jit(callee, std::move(args));
      return results.size() == 1 ? results[0] : Value{std::move(results)};
    }
    try {
      const View* out = n.out ? &view(n.out) : nullptr;
      std::vector<Value> results = machine_.apply_stencil(callee, std::move(args), out, n.keep);
      if (n.out) return at(n.out);
      return results.size() == 1 ? results[0] : Value{std::move(results)};
    } catch (const ShapeMismatch& wrong) {
      throw Raised{n.site, {int64_scalar(wrong.axis), int64_scalar(wrong.have), int64_scalar(wrong.want)}};
    }
  }
  Value value(const Item& n, Type) { return std::get<std::vector<Value>>(at(n.tuple).data)[n.position]; }
  Value value(const MakeTuple& n, Type) {
    std::vector<Value> items;
    for (InstId item : n.items) items.push_back(at(item));
    return {std::move(items)};
  }

  Index element(const View& array, const std::vector<InstId>& index, bool wrap, bool check, uint32_t site) {
    Index place{};
    for (size_t d = 0; d < index.size(); ++d) {
      int64_t given = integer(index[d]), extent = array.shape[d];
      place[d] = wrap && given < 0 ? given + extent : given;
      if (place[d] >= 0 && place[d] < extent) continue;
      nf_assert(check, "an unchecked index {} of an axis of {} in @{}", given, extent, f_.name);
      throw Raised{site, {int64_scalar(given), int64_scalar(int64_t(d)), int64_scalar(extent)}};
    }
    return place;
  }

  // ---- statements
  Flow run(const LoopVar&) { internal_error(__FILE__, __LINE__, "a loop variable in a block"); }
  Flow run(const Store& n) {
    const View& array = view(n.array);
    write_element(array, element(array, n.index, n.wrap, n.check, n.site), scalar(n.value));
    return Flow::Next;
  }
  Flow run(const Copy& n) {
    const View& target = view(n.target);
    const OwnedArray* source = std::get_if<OwnedArray>(&at(n.value).data);
    if (!source) {
      Scalar value = cast_scalar(scalar(n.value), target.dtype);
      for_each_index(target, [&](const Index& i) { write_element(target, i, value); });
      return Flow::Next;
    }
    int lead = target.rank - source->view.rank;  // axes that the value is repeated along
    for (int d = 0; d < source->view.rank; ++d) {
      int64_t have = source->view.shape[d], want = target.shape[d + lead];
      if (have != want && have != 1)
        throw Raised{n.site, {int64_scalar(d + lead), int64_scalar(have), int64_scalar(want)}};
    }
    std::vector<Scalar> values;  // all read before the first is written
    for_each_index(target, [&](const Index& i) {
      Index from{};
      for (int d = 0; d < source->view.rank; ++d) from[d] = source->view.shape[d] == 1 ? 0 : i[d + lead];
      values.push_back(cast_scalar(read_element(source->view, from), target.dtype));
    });
    size_t next = 0;
    for_each_index(target, [&](const Index& i) { write_element(target, i, values[next++]); });
    return Flow::Next;
  }
  Flow run(const Set& n) {
    at(n.slot) = Value(at(n.value));
    return Flow::Next;
  }
  Flow run(const For& n) {
    __int128 lo = integer(n.lo), hi = integer(n.hi), step = integer(n.step);
    if (step == 0) return Flow::Next;
    for (__int128 i = lo; step > 0 ? i < hi : i > hi; i += step) {
      machine_.step();
      at(n.var) = {int64_scalar(int64_t(i))};
      machine_.observe(f_, n.var, at(n.var));
      Flow flow = block(n.body);
      if (flow == Flow::Return) return flow;
      if (flow == Flow::Break) break;
    }
    return Flow::Next;
  }
  Flow run(const While& n) {
    while (true) {
      machine_.step();
      Flow flow = block(n.condition);
      if (flow != Flow::Next) return flow;
      if (!truth(n.test)) return Flow::Next;
      flow = block(n.body);
      if (flow == Flow::Return) return flow;
      if (flow == Flow::Break) return Flow::Next;
    }
  }
  Flow run(const If& n) { return block(truth(n.condition) ? n.then : n.otherwise); }
  Flow run(const Break&) { return Flow::Break; }
  Flow run(const Continue&) { return Flow::Continue; }
  Flow run(const Return& n) {
    for (InstId value : n.values) results_.push_back(at(value));
    return Flow::Return;
  }
  Flow run(const Raise& n) { throw Raised{n.site, scalars(n.values)}; }

  Machine& machine_;
  const Function& f_;
  std::vector<Value> args_;
  std::vector<Value> values_;  // by InstId; of a slot: what it holds
  Index point_{};
  std::vector<Value> results_;
};

OwnedArray Machine::new_array(DType dtype, const Index& shape, int rank) {
  __int128 size = size_of(dtype);
  for (int d = 0; d < rank; ++d) size = std::min<__int128>(size * shape[d], INT64_MAX);
  if (bytes_ + size > limits_.bytes)
    throw Error(ErrorKind::Memory, fmt::format("arrays of more than {} bytes", limits_.bytes));
  bytes_ += int64_t(size);
  auto data = std::make_shared<std::vector<std::byte>>(size_t(size));
  return {data, View::contiguous(data->data(), dtype, shape.data(), rank)};
}

std::vector<Value> Machine::call_jit(const Function& function, std::vector<Value> args) {
  if (++calls_ > kMaxCalls) throw Error(ErrorKind::Value, fmt::format("more than {} calls in each other", kMaxCalls));
  std::vector<Value> results = Frame(*this, function, std::move(args)).run();
  --calls_;
  return results;
}

// The shape that a stencil's result has.
Index result_shape(const Function& function, const View& first) {
  Index shape = first.shape;
  for (int d = 0; d < function.rank && function.mode == BorderMode::Valid && !function.footprint.axes.empty(); ++d) {
    auto [lo, hi] = function.footprint.axes[d];
    shape[d] = std::max<int64_t>(0, shape[d] - (hi - lo));
  }
  return shape;
}

std::vector<Value> Machine::apply_stencil(const Function& function, std::vector<Value> args, const View* out,
                                          bool keep) {
  const View first = as_view(args[0]);
  for (size_t a = 1; a < args.size(); ++a)
    for (int d = 0; d < function.rank && function.params[a].relative; ++d)
      if (as_view(args[a]).shape[d] < first.shape[d]) throw ShapeMismatch{d, as_view(args[a]).shape[d], first.shape[d]};
  Index shape = result_shape(function, first);
  for (int d = 0; d < function.rank && out; ++d)
    if (out->shape[d] != shape[d]) throw ShapeMismatch{d, out->shape[d], shape[d]};

  // The points to compute, and (Valid) where the first of them lies in the input.
  Index lo{}, hi = shape, origin{};
  for (size_t d = 0; d < function.footprint.axes.size(); ++d) {
    auto [before, after] = function.footprint.axes[d];
    if (function.mode == BorderMode::Constant) lo[d] = -before, hi[d] = shape[d] - after;
    if (function.mode == BorderMode::Valid) origin[d] = -before;
  }

  std::vector<OwnedArray> made;
  for (Type result : function.results) {
    // A given `out` of another dtype is written in that dtype.
    made.push_back(new_array(out ? out->dtype : result.dtype(), shape, function.rank));
    const View& view = made.back().view;
    bool keeps = out && keep && !function.cval;
    Scalar border = cast_scalar(function.cval.value_or(Scalar{result.dtype(), 0}), view.dtype);
    for_each_index(view, [&](const Index& i) { write_element(view, i, keeps ? read_element(*out, i) : border); });
  }
  Frame frame(*this, function, std::move(args));
  for_each_index(function.rank, lo, hi, [&](const Index& i) {
    Index point{};
    for (int d = 0; d < function.rank; ++d) point[d] = i[d] + origin[d];
    const std::vector<Value>& values = frame.run(point);
    for (size_t k = 0; k < made.size(); ++k)
      write_element(made[k].view, i, cast_scalar(std::get<Scalar>(values[k].data), made[k].view.dtype));
  });
  // Computed aside, so that `out` may overlap an input.
  if (out) for_each_index(*out, [&](const Index& i) { write_element(*out, i, read_element(made[0].view, i)); });
  std::vector<Value> results;
  for (OwnedArray& array : made) results.push_back({std::move(array)});
  return results;
}

Value to_value(const Argument& argument) {
  if (const Scalar* scalar = std::get_if<Scalar>(&argument)) return {*scalar};
  return {OwnedArray{nullptr, std::get<View>(argument)}};
}

void check_argument(const Value& value, const Parameter& param) {
  const OwnedArray* array = std::get_if<OwnedArray>(&value.data);
  bool fits = array ? param.type.is_array() && array->view.dtype == param.type.dtype() &&
                          array->view.rank == param.type.rank() && (param.type.readonly() || !array->view.readonly)
                    : param.type == Type::scalar(std::get<Scalar>(value.data).dtype);
  if (!fits)
    throw Error(ErrorKind::Type, fmt::format("the argument `{}` is not {}", param.name, to_string(param.type)));
}

}  // namespace

Outcome interpret(const Module& module, const std::vector<Argument>& args, std::optional<View> out,
                  const Limits& limits) {
  const Function& entry = module.functions[0];
  if (args.size() != entry.params.size())
    throw Error(ErrorKind::Type, fmt::format("`{}` takes {} arguments", entry.name, entry.params.size()));
  std::vector<Value> values;
  for (const Argument& argument : args) values.push_back(to_value(argument));
  for (size_t i = 0; i < values.size(); ++i) check_argument(values[i], entry.params[i]);
  if (out && (out->rank != entry.rank || out->readonly || entry.results.size() != 1))
    throw Error(ErrorKind::Value, "`out` does not fit the result");
  Machine machine(module, limits);
  try {
    if (entry.kind == FunctionKind::Jit) return {machine.call_jit(entry, std::move(values)), 0, {}};
    return {machine.apply_stencil(entry, std::move(values), out ? &*out : nullptr, true), 0, {}};
  } catch (const Raised& raised) {
    return {{}, raised.site, raised.values};
  } catch (const ShapeMismatch& wrong) {
    throw Error(ErrorKind::Value,
                fmt::format("axis {} has {} elements, but {} are wanted", wrong.axis, wrong.have, wrong.want));
  }
}

}  // namespace nf::ir
