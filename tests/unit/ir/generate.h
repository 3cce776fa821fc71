// Random well-typed programs and inputs from a seed: the shared material of the tests of printer, ranges and passes.
#pragma once
#include <fmt/format.h>

#include <cmath>
#include <random>

#include "ir/elements.h"
#include "ir/interpret.h"
#include "ir/ir.h"
#include "ir/rewrite.h"
#include "ir/text.h"
#include "nearfield/error.h"

namespace nf::ir::test {

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  int below(int n) { return int(engine_() % uint64_t(n)); }
  bool chance(int percent) { return below(100) < percent; }
  uint64_t bits() { return engine_(); }
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[size_t(below(int(from.size())))];
  }
  DType dtype() { return DType(below(kDTypeCount)); }
  /// Any value, small and extreme ones often.
  Scalar scalar(DType dtype) {
    if (is_bool(dtype)) return integer_scalar(dtype, below(2));
    if (is_integer(dtype)) {
      Range all = Range::of(dtype);
      switch (below(5)) {
        case 0: return integer_scalar(dtype, all.lo + below(3));
        case 1: return integer_scalar(dtype, all.hi - below(3));
        case 2: return integer_scalar(dtype, __int128(engine_()));
        default: return integer_scalar(dtype, below(21) - 10);
      }
    }
    switch (below(8)) {
      case 0: return float_scalar(dtype, INFINITY);
      case 1: return float_scalar(dtype, -INFINITY);
      case 2: return float_scalar(dtype, NAN);
      case 3: return float_scalar(dtype, -0.0);
      case 4: return float_scalar(dtype, double(int64_t(engine_())) * 4);
      default: return float_scalar(dtype, (below(81) - 40) / 4.0);
    }
  }

 private:
  std::mt19937_64 engine_;
};

/// Builds one function.
class Generator {
 public:
  Generator(Random& random, Module& module, FunctionKind kind)
      : random_(random), module_(module), build_(f_, BlockId::none()) {
    f_.kind = kind;
    f_.body = f_.blocks.add({});
    build_.enter(f_.body);
    scopes_.emplace_back();
  }

  /// A stencil; `numbers` is a function of numbers of the module that it may call, or -1.
  Function stencil(const std::string& name, int numbers = -1) {
    numbers_ = numbers;
    f_.name = name;
    f_.rank = 1 + random_.below(2);
    f_.mode = BorderMode(random_.below(6));
    pixels_ = random_.chance(60);
    int arrays = 1 + random_.below(2);
    for (int i = 0; i < arrays; ++i) parameter(Type::array(element_dtype(), f_.rank, Layout::Any, true), true);
    if (random_.chance(40)) parameter(Type::scalar(random_.dtype()), false);
    for (int d = 0; d < f_.rank; ++d) f_.footprint.axes.emplace_back(-random_.below(3), random_.below(3));
    f_.results = {Type::scalar(working_dtype())};
    if (random_.chance(30)) f_.cval = random_.scalar(f_.results[0].dtype());
    statements(3, 2);
    give_back();
    return std::move(f_);
  }

  /// A jitted function of numbers.
  Function numbers(const std::string& name) {
    f_.name = name;
    f_.results = {Type::scalar(random_.dtype())};
    for (int i = 1 + random_.below(2); i >= 0; --i) parameter(Type::scalar(random_.dtype()), false);
    statements(2, 2);
    give_back();
    return std::move(f_);
  }

  /// A jitted function; `callee` is a stencil of the module that it may call, or -1.
  Function jit(const std::string& name, int callee) {
    f_.name = name;
    f_.results = {Type::scalar(random_.dtype())};
    for (int i = 0; i < 2; ++i) parameter(Type::array(random_.dtype(), 1 + random_.below(2), Layout::Any), false);
    for (int i = 0; i < 2; ++i) parameter(Type::scalar(random_.dtype()), false);
    if (callee >= 0) call(callee);
    statements(4, 3);
    give_back();
    return std::move(f_);
  }

 private:
  void parameter(Type type, bool relative) {
    Parameter param{"p" + std::to_string(f_.params.size()), type, relative, {}};
    f_.params.push_back(param);
    InstId id = build_.emit(Param{uint32_t(f_.params.size() - 1)}, type);
    (type.is_array() ? arrays_ : scopes_.back()).push_back(id);
  }

  uint32_t site() {
    module_.sites.push_back({"ValueError", "message {0}", {}});
    return uint32_t(module_.sites.size() - 1);
  }

  // ---- statements
  void statements(int count, int depth) {
    for (int i = random_.below(count + 1); i >= 0; --i) statement(depth);
  }
  BlockId inside(int depth) {
    BlockId block = f_.blocks.add({});
    BlockId outer = build_.enter(block);
    scopes_.emplace_back();
    statements(3, depth - 1);
    if (random_.chance(10))
      give_back();
    else if (loops_ > 0 && random_.chance(10))
      build_.emit(random_.chance(50) ? Op(Break{}) : Op(Continue{}), Type::none());
    scopes_.pop_back();
    while (!slot_blocks_.empty() && slot_blocks_.back() > scopes_.size()) slots_.pop_back(), slot_blocks_.pop_back();
    build_.enter(outer);
    return block;
  }
  void statement(int depth) {
    switch (random_.below(depth > 0 ? 9 : 4)) {
      case 0:
        slots_.push_back(build_.emit(Slot{}, Type::scalar(working_dtype())));
        slot_blocks_.push_back(scopes_.size());
        break;
      case 1:
      case 2:
        if (std::optional<InstId> slot = visible_slot()) set(*slot);
        break;
      case 3:
        if (f_.kind == FunctionKind::Jit && !arrays_.empty())
          store();
        else
          value(random_.dtype(), 3);
        break;
      case 4:
      case 5:
      case 6: {
        InstId condition = value(DType::Bool, 2);
        BlockId then = inside(depth);
        build_.emit(If{condition, then, random_.chance(50) ? inside(depth) : f_.blocks.add({})}, Type::none());
        break;
      }
      case 7: loop(depth); break;
      case 8:
        if (random_.chance(30)) {
          InstId condition = value(DType::Bool, 2);
          BlockId raises = f_.blocks.add({}), outer = build_.enter(raises);
          scopes_.emplace_back();
          std::vector<InstId> values = {value(random_.dtype(), 1)};
          scopes_.pop_back();
          build_.emit(Raise{site(), values}, Type::none());
          build_.enter(outer);
          build_.emit(If{condition, raises, f_.blocks.add({})}, Type::none());
        }
        break;
    }
  }
  // Variables that are added to are what loops are for.
  void set(InstId slot) {
    DType dtype = f_[slot].type.dtype();
    InstId now = value(dtype, 3);
    if (is_integer(dtype) && random_.chance(40)) {
      InstId before = emit(Get{slot}, dtype);
      now = emit(Binary{random_.chance(75) ? BinaryOp::Add : BinaryOp::Sub, before, now}, dtype);
    }
    build_.emit(Set{slot, now}, Type::none());
  }
  void loop(int depth) {
    InstId lo = build_.constant(int64_t(random_.below(5) - 2)), hi = build_.constant(int64_t(random_.below(6)));
    InstId step = build_.constant(random_.chance(80) ? int64_t(1) : int64_t(random_.below(7) - 3));
    if (!arrays_.empty() && random_.chance(60)) {
      InstId array = random_.pick(arrays_);
      hi = build_.emit(Dim{array, uint32_t(random_.below(f_[array].type.rank()))}, Type::scalar(DType::Int64));
      if (random_.chance(50))
        hi = build_.emit(Binary{BinaryOp::Sub, hi, build_.constant(int64_t(random_.below(4) - 1))},
                         Type::scalar(DType::Int64));
      if (random_.chance(20)) std::swap(lo, hi);
    }
    InstId var = f_.insts.add({LoopVar{}, Type::scalar(DType::Int64)});
    scopes_.emplace_back(std::vector<InstId>{var});
    variables_.push_back(var);
    ++loops_;
    BlockId body = inside(depth);
    --loops_;
    variables_.pop_back();
    scopes_.pop_back();
    build_.emit(For{var, lo, hi, step, body}, Type::none());
  }
  std::vector<InstId> indexes(InstId array) {
    std::vector<InstId> list;
    for (int d = 0; d < f_[array].type.rank(); ++d) {
      // Mostly as people index: a loop variable, and the places beside it.
      InstId index = variables_.empty() || random_.chance(20) ? value(DType::Int64, 1) : random_.pick(variables_);
      if (random_.chance(30))
        index = emit(Binary{random_.chance(50) ? BinaryOp::Add : BinaryOp::Sub, index,
                            build_.constant(int64_t(random_.below(3)))},
                     DType::Int64);
      list.push_back(index);
    }
    return list;
  }
  void store() {
    InstId array = random_.pick(arrays_);
    if (f_[array].type.readonly()) return;
    std::vector<InstId> index = indexes(array);
    InstId stored = value(f_[array].type.dtype(), 2);
    build_.emit(Store{array, index, stored, random_.chance(70), true, site()}, Type::none());
  }
  void call(int callee) {
    const Function& stencil = module_.functions[size_t(callee)];
    std::vector<InstId> args;
    for (const Parameter& param : stencil.params) {
      if (param.type.is_array()) {
        f_.params.push_back({"q" + std::to_string(f_.params.size()), param.type, false, {}});
        args.push_back(build_.emit(Param{uint32_t(f_.params.size() - 1)}, param.type));
      } else {
        args.push_back(value(param.type.dtype(), 1));
      }
    }
    Type made = Type::array(stencil.results[0].dtype(), stencil.rank);
    InstId result = build_.emit(Call{uint32_t(callee), args, InstId::none(), site()}, made);
    for (InstId array : arrays_)
      if (f_[array].type.rank() == stencil.rank && random_.chance(70)) {
        build_.emit(Copy{array, result, site()}, Type::none());
        return;
      }
    arrays_.push_back(result);
  }
  void give_back() {
    std::vector<InstId> values;
    for (Type result : f_.results) values.push_back(value(result.dtype(), 3));
    build_.emit(Return{values}, Type::none());
  }

  // ---- values
  std::optional<InstId> visible_slot() {
    if (slots_.empty()) return {};
    return slots_[size_t(random_.below(int(slots_.size())))];
  }
  InstId keep(InstId id) {
    scopes_.back().push_back(id);
    return id;
  }
  InstId value(DType dtype, int depth) {
    if (depth <= 0 || random_.chance(25)) {
      std::vector<InstId> known;
      for (const auto& scope : scopes_)
        for (InstId id : scope)
          if (f_[id].type == Type::scalar(dtype)) known.push_back(id);
      if (!known.empty() && random_.chance(80)) return random_.pick(known);
      return build_.constant(random_.scalar(dtype));
    }
    return keep(computed(dtype, depth - 1));
  }
  InstId emit(Op op, DType dtype) { return build_.emit(std::move(op), Type::scalar(dtype)); }
  InstId read(int depth) {
    InstId array = random_.pick(arrays_);
    DType dtype = f_[array].type.dtype();
    if (f_.kind == FunctionKind::Jit) {
      std::vector<InstId> index = indexes(array);
      return emit(Load{array, index, random_.chance(70), true, site()}, dtype);
    }
    if (random_.chance(pixels_ ? 1 : 15)) {
      std::vector<InstId> offset;
      for (int d = 0; d < f_.rank; ++d) offset.push_back(value(DType::Int64, depth));
      return emit(NeighborAt{array, offset, site()}, dtype);
    }
    std::vector<int64_t> offset;
    for (auto [lo, hi] : f_.footprint.axes) offset.push_back(lo + random_.below(int(hi - lo + 1)));
    return emit(Neighbor{array, offset}, dtype);
  }
  DType element_dtype() {
    static const std::vector<DType> small = {DType::Int8,  DType::UInt8, DType::Int8,
                                             DType::UInt8, DType::Int16, DType::UInt16};
    return pixels_ ? random_.pick(small) : random_.dtype();
  }
  DType working_dtype() { return pixels_ && random_.chance(80) ? DType::Int64 : random_.dtype(); }
  // Arithmetic on what was read from an image: small numbers in wide integers.
  InstId pixel_arithmetic(DType dtype, int depth) {
    static const std::vector<BinaryOp> ops = {BinaryOp::Add,      BinaryOp::Add,      BinaryOp::Sub, BinaryOp::Mul,
                                              BinaryOp::FloorDiv, BinaryOp::FloorDiv, BinaryOp::Mod, BinaryOp::Min,
                                              BinaryOp::Max,      BinaryOp::And,      BinaryOp::Xor, BinaryOp::Shr,
                                              BinaryOp::Shl};
    BinaryOp op = random_.pick(ops);
    InstId a = pixel(dtype, depth);
    bool by_number = op == BinaryOp::FloorDiv || op == BinaryOp::Mod || op == BinaryOp::Shr || op == BinaryOp::Shl;
    if (!by_number) return emit(Binary{op, a, pixel(dtype, depth)}, dtype);
    int number = random_.chance(90) ? 1 + random_.below(12) : random_.below(70) - 3;
    return emit(Binary{op, a, build_.constant(integer_scalar(dtype, number))}, dtype);
  }
  // What people write with a comparison: the larger, the distance, a clamp; and a square.
  InstId pixel_choice(DType dtype, int depth) {
    InstId a = pixel(dtype, depth), b = pixel(dtype, depth);
    if (random_.chance(20)) return emit(Binary{BinaryOp::Mul, a, a}, dtype);
    if (random_.chance(20)) return emit(Unary{UnaryOp::Abs, emit(Binary{BinaryOp::Sub, a, b}, dtype)}, dtype);
    InstId condition = emit(Compare{CompareOp(random_.below(6)), a, b}, DType::Bool);
    if (random_.chance(20)) {
      InstId other = emit(Compare{CompareOp(random_.below(6)), a, pixel(dtype, 0)}, DType::Bool);
      condition = emit(Binary{random_.chance(50) ? BinaryOp::And : BinaryOp::Or, condition, other}, DType::Bool);
    }
    if (random_.chance(10)) condition = emit(Unary{UnaryOp::Not, condition}, DType::Bool);
    auto side = [&]() -> InstId {
      switch (random_.below(6)) {
        case 0: return a;
        case 1: return b;
        case 2: return emit(Binary{BinaryOp::Sub, a, b}, dtype);
        case 3: return emit(Binary{BinaryOp::Sub, b, a}, dtype);
        case 4: return emit(Unary{UnaryOp::Neg, a}, dtype);
        default: return pixel(dtype, depth);
      }
    };
    InstId yes = side(), no = side();
    return emit(Select{condition, yes, no}, dtype);
  }
  InstId pixel(DType dtype, int depth) {
    if (depth > 0 && random_.chance(25)) return pixel_choice(dtype, depth - 1);
    if (depth > 0 && random_.chance(50)) return pixel_arithmetic(dtype, depth - 1);
    if (random_.chance(20)) return build_.constant(integer_scalar(dtype, random_.below(300) - 20));
    return build_.cast(read(0), dtype);
  }
  InstId called(DType dtype, int depth) {
    const Function& callee = module_.functions[size_t(numbers_)];
    std::vector<InstId> args;
    for (const Parameter& param : callee.params) args.push_back(value(param.type.dtype(), depth));
    const DType made = callee.results[0].dtype();
    return build_.cast(emit(Call{uint32_t(numbers_), args, InstId::none(), 0}, made), dtype);
  }
  InstId computed(DType dtype, int depth) {
    if (numbers_ >= 0 && random_.chance(15)) return called(dtype, depth);
    if (pixels_ && is_integer(dtype) && size_of(dtype) >= 4 && random_.chance(60))
      return pixel_arithmetic(dtype, depth + 2);
    int kind = random_.below(10);
    if (kind < 3 && !arrays_.empty()) {
      InstId element = read(depth);
      return build_.cast(element, dtype);
    }
    if (kind == 3)
      if (std::optional<InstId> slot = visible_slot())
        return build_.cast(emit(Get{*slot}, f_[*slot].type.dtype()), dtype);
    if (kind == 4) return build_.cast(value(working_dtype(), depth), dtype);
    if (kind == 5) {
      InstId condition = value(DType::Bool, depth), a = value(dtype, depth), b = value(dtype, depth);
      if (random_.chance(30)) {  // the smaller or larger of both, as people choose it
        condition = emit(Compare{CompareOp(2 + random_.below(4)), a, b}, DType::Bool);
        if (random_.chance(20)) condition = emit(Unary{UnaryOp::Not, condition}, DType::Bool);
        if (random_.chance(50)) std::swap(a, b);
      }
      return emit(Select{condition, a, b}, dtype);
    }
    if (is_bool(dtype) && kind < 9) {
      DType of = working_dtype();
      InstId a = value(of, depth), b = value(of, depth);
      return emit(Compare{CompareOp(random_.below(6)), a, b}, dtype);
    }
    if (kind == 6) {
      UnaryOp op = UnaryOp(random_.below(4));
      if (has_op(op, dtype)) return emit(Unary{op, value(dtype, depth)}, dtype);
    }
    if (kind == 7 && is_float(dtype)) {
      static const std::vector<MathFn> fns = {MathFn::Sqrt,  MathFn::Floor, MathFn::Ceil,
                                              MathFn::Trunc, MathFn::Round, MathFn::Exp};
      return emit(Math{random_.pick(fns), {value(dtype, depth)}}, dtype);
    }
    while (true) {
      BinaryOp op = BinaryOp(random_.below(14));
      if (!has_op(op, dtype)) continue;
      InstId a = value(dtype, depth);
      // Division and shifts by constants are what the passes know most about.
      bool known = (op == BinaryOp::FloorDiv || op == BinaryOp::Mod || op >= BinaryOp::Pow) && random_.chance(60);
      InstId b = known ? build_.constant(is_integer(dtype) ? integer_scalar(dtype, 1 + random_.below(12))
                                                           : random_.scalar(dtype))
                       : value(dtype, depth);
      return emit(Binary{op, a, b}, dtype);
    }
  }

  Random& random_;
  Module& module_;
  Function f_;
  Builder build_;
  std::vector<std::vector<InstId>> scopes_;
  std::vector<InstId> arrays_, slots_, variables_;
  std::vector<size_t> slot_blocks_;  // depth of scopes at which each slot was made
  int loops_ = 0;
  bool pixels_ = false;  // like the kernels people write for images
  int numbers_ = -1;     // a function that is called
};

/// A module whose entry is a stencil, or a jitted function that may call one.
inline Module random_module(uint64_t seed) {
  Random random(seed);
  Module module;
  module.sites.emplace_back();
  if (random.chance(60)) {
    const bool calls = Random(~seed).chance(30);
    module.functions.resize(calls ? 2 : 1);
    if (calls) module.functions[1] = Generator(random, module, FunctionKind::Jit).numbers("n");
    module.functions[0] = Generator(random, module, FunctionKind::Stencil).stencil("s", calls ? 1 : -1);
    return module;
  }
  module.functions.resize(2);
  module.functions[1] = Generator(random, module, FunctionKind::Stencil).stencil("s");
  module.functions[0] = Generator(random, module, FunctionKind::Jit).jit("f", random.chance(50) ? 1 : -1);
  return module;
}

/// Arguments for a function, with the memory of its arrays.
struct Inputs {
  std::vector<std::vector<std::byte>> data;
  std::vector<Argument> args;
};
inline Inputs random_inputs(const Function& f, uint64_t seed) {
  Random random(seed ^ 0x5EED);
  Inputs inputs;
  int64_t shape[kMaxRank];
  for (int64_t& extent : shape) extent = random.chance(10) ? random.below(3) : 2 + random.below(5);
  for (const Parameter& param : f.params) {
    inputs.data.emplace_back();
    if (!param.type.is_array()) {
      inputs.args.push_back(random.scalar(param.type.dtype()));
      continue;
    }
    View view = View::contiguous(nullptr, param.type.dtype(), shape, param.type.rank());
    auto& data = inputs.data.back();
    data.resize(size_t(view.bytes()) + 1);
    for (int64_t i = 0; i < view.size(); ++i) {
      Scalar element = random.scalar(view.dtype);
      std::memcpy(data.data() + i * size_of(view.dtype), &element.bits, size_of(view.dtype));
    }
    view.data = data.data();
    inputs.args.push_back(view);
  }
  return inputs;
}

inline std::string show(Scalar scalar) {
  if (is_float(scalar.dtype) && std::isnan(float_value(scalar))) return "nan";
  return scalar_text(scalar);
}
inline std::string show(const Value& value) {
  if (const Scalar* scalar = std::get_if<Scalar>(&value.data)) return show(*scalar) + " ";
  std::string text;
  if (const OwnedArray* array = std::get_if<OwnedArray>(&value.data)) {
    for_each_index(array->view, [&](const Index& i) { text += show(read_element(array->view, i)) + " "; });
    return "[" + text + "] ";
  }
  for (const Value& item : std::get<std::vector<Value>>(value.data)) text += show(item);
  return "(" + text + ") ";
}

/// All that a run can be seen to do, as text; NaNs are all alike. Nothing when it takes too long.
inline std::optional<std::string> behaviour(const Module& module, uint64_t input_seed,
                                            std::function<void(const Function&, InstId, Scalar)> observe = {}) {
  Inputs inputs = random_inputs(module.functions[0], input_seed);
  Limits limits{200000, 1 << 24, std::move(observe)};
  try {
    Outcome outcome = interpret(module, inputs.args, {}, limits);
    std::string text = outcome.raised ? fmt::format("raises {} ", outcome.raised) : "";
    for (Scalar value : outcome.raised_values) text += show(value) + " ";
    for (const Value& result : outcome.results) text += show(result);
    for (const Argument& arg : inputs.args)
      if (const View* view = std::get_if<View>(&arg)) text += show(Value{OwnedArray{nullptr, *view}});
    return text;
  } catch (const Error& error) {
    if (error.kind == ErrorKind::Internal) throw;
    // A stencil over arrays that are too small for it is refused with a message that names the shapes.
    return error.message.starts_with("axis") ? std::optional(error.message) : std::nullopt;
  }
}

}  // namespace nf::ir::test
