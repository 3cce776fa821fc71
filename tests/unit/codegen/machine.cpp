// See machine.h.
#include "unit/codegen/machine.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/assert.h"
#include "ir/elements.h"
#include "ir/text.h"

namespace nf::test {
namespace {

template <class T>
std::vector<Scalar> edges_of(DType dtype) {
  std::vector<T> values;
  using Limits = std::numeric_limits<T>;
  if constexpr (std::is_floating_point_v<T>) {
    values = {0,
              -T(0),
              1,
              -1,
              T(0.5),
              T(-0.5),
              T(1.5),
              T(2.5),
              T(-2.5),
              2,
              3,
              -7,
              300,
              T(-1.5),
              Limits::max(),
              Limits::lowest(),
              Limits::min(),
              Limits::denorm_min(),
              Limits::infinity(),
              -Limits::infinity(),
              Limits::quiet_NaN(),
              T(127.9),
              T(128),
              T(-129),
              T(255.5),
              T(65535.5),
              T(0x1p31),
              T(-0x1p31 - 1),
              T(0x1p32),
              T(0x1p63),
              T(-0x1p63),
              T(0x1p64),
              T(1e300 > double(Limits::max()) ? 1e38 : 1e300)};
  } else {
    values = {0,
              1,
              T(-1),
              2,
              3,
              T(-2),
              T(-7),
              7,
              9,
              63,
              64,
              T(100),
              Limits::max(),
              Limits::min(),
              T(Limits::max() - 1),
              T(Limits::min() + 1),
              T(Limits::max() / 2)};
  }
  std::vector<Scalar> scalars;
  for (T value : values) scalars.push_back(Scalar::of(dtype, value));
  return scalars;
}

ir::Value value_of(DType dtype, uint64_t bits) {
  uint64_t mask = size_of(dtype) == 8 ? UINT64_MAX : (uint64_t(1) << 8 * size_of(dtype)) - 1;
  return {Scalar{dtype, bits & mask}};
}

View view_of(const abi::Array& array, Type type) {
  View view;
  view.data = array.data, view.dtype = type.dtype(), view.rank = type.rank();
  for (int d = 0; d < view.rank; ++d)
    view.shape[size_t(d)] = array.shape[d], view.strides[size_t(d)] = array.strides[d];
  return view;
}

abi::Array abi_of(const View& view) {
  abi::Array array{view.data, {}, {}};
  for (int d = 0; d < view.rank; ++d)
    array.shape[d] = view.shape[size_t(d)], array.strides[d] = view.strides[size_t(d)];
  return array;
}

/// A context whose memory is guarded, limited, and freed with it.
struct TestContext : abi::Context {
  TestContext(bool cancel, int64_t bytes)
      : abi::Context{&TestContext::take, &flag, {}, &TestContext::in_parallel}, flag(cancel), left(bytes) {}
  static void* take(abi::Context* self, int64_t bytes, int32_t zero) {
    auto* context = static_cast<TestContext*>(self);
    if (bytes < 0 || bytes > context->left) return nullptr;
    context->left -= bytes;
    context->memory.push_back(std::make_shared<Guarded>(size_t(bytes), false, 64));
    // Fresh memory must not be taken for zeros.
    if (!zero) std::memset(context->memory.back()->data(), 0xA5, size_t(bytes));
    return context->memory.back()->data();
  }
  /// In two parts, the upper one first; where both fail the lower one counts.
  static int32_t in_parallel(abi::Context* self, abi::JitFunction function, const abi::Value* args, int32_t count) {
    std::vector<abi::Value> part(args, args + count);
    abi::Value &lo = part[part.size() - 2], &hi = part[part.size() - 1];
    const uint64_t middle = lo.bits + (hi.bits - lo.bits) / 2;
    lo.bits = middle;
    const int32_t upper = function(self, part.data(), nullptr);
    lo.bits = args[count - 2].bits, hi.bits = middle;
    const int32_t lower = function(self, part.data(), nullptr);
    return lower ? lower : upper;
  }
  int32_t flag;
  int64_t left;
  std::vector<GuardedPtr> memory;
};

bool same_scalar(Scalar a, Scalar b) {
  if (a.dtype != b.dtype) return false;
  if (is_float(a.dtype) && std::isnan(ir::float_value(a)) && std::isnan(ir::float_value(b))) return true;
  return a == b;
}

std::string text(const ir::Value& value) {
  if (auto* scalar = std::get_if<Scalar>(&value.data)) return ir::scalar_text(*scalar);
  if (auto* array = std::get_if<ir::OwnedArray>(&value.data)) {
    std::string line = "[";
    for (int d = 0; d < array->view.rank; ++d) line += std::to_string(array->view.shape[size_t(d)]) + " ";
    line += ":";
    int shown = 0;
    ir::for_each_index(array->view, [&](const ir::Index& i) {
      if (++shown <= 64) line += " " + ir::scalar_text(ir::read_element(array->view, i));
    });
    return line + "]";
  }
  std::string line = "(";
  for (const ir::Value& item : std::get<std::vector<ir::Value>>(value.data)) line += text(item) + ", ";
  return line + ")";
}

bool same(const ir::Value& a, const ir::Value& b) {
  if (a.data.index() != b.data.index()) return false;
  if (auto* scalar = std::get_if<Scalar>(&a.data)) return same_scalar(*scalar, std::get<Scalar>(b.data));
  if (auto* array = std::get_if<ir::OwnedArray>(&a.data)) {
    const View &x = array->view, &y = std::get<ir::OwnedArray>(b.data).view;
    if (x.rank != y.rank || x.shape != y.shape || x.dtype != y.dtype) return false;
    bool equal = true;
    ir::for_each_index(
        x, [&](const ir::Index& i) { equal = equal && same_scalar(ir::read_element(x, i), ir::read_element(y, i)); });
    return equal;
  }
  auto &x = std::get<std::vector<ir::Value>>(a.data), &y = std::get<std::vector<ir::Value>>(b.data);
  if (x.size() != y.size()) return false;
  for (size_t i = 0; i < x.size(); ++i)
    if (!same(x[i], y[i])) return false;
  return true;
}

std::vector<Argument> arguments(const std::vector<TestArgument>& args) {
  std::vector<Argument> list;
  for (const TestArgument& arg : args) {
    if (auto* scalar = std::get_if<Scalar>(&arg)) {
      list.push_back(*scalar);
    } else {
      list.push_back(std::get<TestArray>(arg).view);
    }
  }
  return list;
}

/// Copies of arguments; arrays that shared memory share it again.
std::vector<TestArgument> clone(const std::vector<TestArgument>& args, bool at_front) {
  std::vector<TestArgument> copies;
  std::vector<std::pair<Guarded*, GuardedPtr>> known;
  for (const TestArgument& arg : args) {
    auto* array = std::get_if<TestArray>(&arg);
    if (!array) {
      copies.push_back(arg);
      continue;
    }
    GuardedPtr memory;
    for (auto& [from, to] : known)
      if (from == array->memory.get()) memory = to;
    TestArray copy = array->clone(at_front);
    if (memory) copy.memory = memory, copy.view.data = memory->data() + copy.offset;
    known.push_back({array->memory.get(), copy.memory});
    copies.push_back(copy);
  }
  return copies;
}

ir::Value collect(Type type, const abi::Value*& values, std::vector<abi::Array>::iterator& arrays) {
  if (type.is_scalar()) return value_of(type.dtype(), (values++)->bits);
  if (type.is_array()) {
    ++values;
    abi::Array array = *arrays++;
    View view = view_of(array, type);
    auto data = std::make_shared<std::vector<std::byte>>(size_t(view.bytes()));
    View own = View::contiguous(data->data(), view.dtype, view.shape.data(), view.rank);
    ir::for_each_index(view, [&](const ir::Index& i) { ir::write_element(own, i, ir::read_element(view, i)); });
    return {ir::OwnedArray{data, own}};
  }
  std::vector<ir::Value> items;
  for (Type item : type.items()) items.push_back(collect(item, values, arrays));
  return {std::move(items)};
}

void leaves(Type type, std::vector<Type>& into) {
  if (!type.is_tuple()) return into.push_back(type);
  for (Type item : type.items()) leaves(item, into);
}

}  // namespace

const std::vector<Scalar>& edge_scalars(DType dtype) {
  static const std::vector<Scalar> table[kDTypeCount] = {
      {{DType::Bool, 0}, {DType::Bool, 1}}, edges_of<int8_t>(DType::Int8),     edges_of<uint8_t>(DType::UInt8),
      edges_of<int16_t>(DType::Int16),      edges_of<uint16_t>(DType::UInt16), edges_of<int32_t>(DType::Int32),
      edges_of<uint32_t>(DType::UInt32),    edges_of<int64_t>(DType::Int64),   edges_of<uint64_t>(DType::UInt64),
      edges_of<float>(DType::Float32),      edges_of<double>(DType::Float64)};
  return table[int(dtype)];
}

Scalar random_scalar(DType dtype, std::mt19937_64& random) {
  const std::vector<Scalar>& edges = edge_scalars(dtype);
  if (random() % 3 == 0) return edges[random() % edges.size()];
  if (is_bool(dtype)) return {dtype, random() % 2};
  if (dtype == DType::Float32) return Scalar::of(dtype, float(std::normal_distribution<double>(0, 100)(random)));
  if (dtype == DType::Float64) return Scalar::of(dtype, std::normal_distribution<double>(0, 100)(random));
  return ir::integer_scalar(dtype, __int128(random()));
}

TestArray TestArray::clone(bool at_front) const {
  TestArray copy = *this;
  copy.memory = std::make_shared<Guarded>(size, at_front);
  std::memcpy(copy.memory->data(), memory->data(), size);
  copy.view.data = copy.memory->data() + offset;
  return copy;
}

TestArray make_array(DType dtype, const std::vector<int64_t>& shape, Order order, std::mt19937_64& random) {
  TestArray array;
  View& view = array.view;
  view.dtype = dtype, view.rank = int(shape.size());
  int64_t step = size_of(dtype);
  int64_t before = 0;
  for (int k = 0; k < view.rank; ++k) {
    size_t d = size_t(order == Order::F ? k : view.rank - 1 - k);
    view.shape[d] = shape[d];
    view.strides[d] = step;
    if (order == Order::Padded) view.strides[d] = step *= 2;
    if (order == Order::Reversed) view.strides[d] = -step, before += std::max<int64_t>(shape[d] - 1, 0) * step;
    if (order == Order::Repeated && k == 1) {
      view.strides[d] = 0;
    } else {
      step *= std::max<int64_t>(shape[d], 1);
    }
  }
  array.offset = size_t(before), array.size = view.size() == 0 ? 0 : size_t(step);
  if (order == Order::Padded && view.size() > 0) {  // up to the last element, not to the end of its gap
    array.size = size_t(size_of(dtype));
    for (int d = 0; d < view.rank; ++d) array.size += size_t((view.shape[size_t(d)] - 1) * view.strides[size_t(d)]);
  }
  array.memory = std::make_shared<Guarded>(array.size);
  view.data = array.memory->data() + array.offset;
  ir::for_each_index(view, [&](const ir::Index& i) { ir::write_element(view, i, random_scalar(dtype, random)); });
  return array;
}

Compiled::Compiled(const std::string& text, codegen::CompileOptions options, const codegen::Target& target)
    : module_(ir::parse_ir(text)) {
  ir::verify(module_);
  code_ = codegen::load(codegen::compile(module_, target, options).object);
}

ir::Outcome Compiled::run(const std::vector<TestArgument>& args, int32_t* status) const {
  const ir::Function& function = module_.functions[0];
  TestContext context(cancelled, budget);
  std::vector<abi::Array> arrays(args.size());
  std::vector<abi::Value> values(args.size());
  for (size_t i = 0; i < args.size(); ++i) {
    if (auto* scalar = std::get_if<Scalar>(&args[i])) {
      values[i].bits = scalar->bits;
    } else {
      arrays[i] = abi_of(std::get<TestArray>(args[i]).view);
      values[i].array = &arrays[i];
    }
  }
  std::vector<Type> types;
  for (Type result : function.results) leaves(result, types);
  std::vector<abi::Array> result_arrays(types.size());
  std::vector<abi::Value> results(types.size());
  for (size_t i = 0, next = 0; i < types.size(); ++i)
    if (types[i].is_array()) results[i].array = &result_arrays[next++];
  int32_t ended = reinterpret_cast<abi::JitFunction>(code_->symbol(0))(&context, values.data(), results.data());
  if (status) *status = ended;
  ir::Outcome outcome;
  if (ended > 0) {
    outcome.raised = uint32_t(ended);
    EXPECT_EQ(context.fault.site, uint32_t(ended));
    for (uint32_t i = 0; i < context.fault.count; ++i)
      outcome.raised_values.push_back({DType::Int64, context.fault.values[i]});
  }
  if (ended != 0) return outcome;
  const abi::Value* value = results.data();
  auto array = result_arrays.begin();
  for (Type result : function.results) outcome.results.push_back(collect(result, value, array));
  return outcome;
}

void expect_same(const Compiled& compiled, const std::vector<TestArgument>& args) {
  std::vector<TestArgument> ours = clone(args, false), theirs = clone(args, true);
  ir::Outcome expected = ir::interpret(compiled.module(), arguments(theirs));
  int32_t status = 0;
  ir::Outcome got = compiled.run(ours, &status);
  std::string shown = ir::print(compiled.module());
  for (const TestArgument& arg : args) {
    auto* array = std::get_if<TestArray>(&arg);
    shown += "argument " +
             text(array ? ir::Value{ir::OwnedArray{nullptr, array->view}} : ir::Value{std::get<Scalar>(arg)}) + "\n";
  }
  ASSERT_GE(status, 0) << shown;
  ASSERT_EQ(got.raised, expected.raised) << shown;
  ASSERT_EQ(got.raised_values.size(), expected.raised_values.size()) << shown;
  for (size_t i = 0; i < got.raised_values.size(); ++i) {
    // A fault carries integers as 64 bits and floats as float64.
    Scalar want = expected.raised_values[i];
    Scalar wide = is_float(want.dtype) ? Scalar::of(DType::Float64, ir::float_value(want))
                                       : ir::integer_scalar(DType::Int64, ir::integer_value(want));
    ASSERT_EQ(got.raised_values[i].bits, wide.bits) << shown;
  }
  ASSERT_EQ(got.results.size(), expected.results.size()) << shown;
  for (size_t i = 0; i < got.results.size(); ++i)
    ASSERT_TRUE(same(got.results[i], expected.results[i]))
        << shown << "machine code: " << text(got.results[i]) << "\ninterpreter:  " << text(expected.results[i]);
  for (size_t i = 0; i < args.size(); ++i) {
    auto *x = std::get_if<TestArray>(&ours[i]), *y = std::get_if<TestArray>(&theirs[i]);
    if (!x) continue;
    ASSERT_TRUE(same({ir::OwnedArray{nullptr, x->view}}, {ir::OwnedArray{nullptr, y->view}}))
        << shown << "argument " << i << " after machine code: " << text({ir::OwnedArray{nullptr, x->view}})
        << "\nafter the interpreter: " << text({ir::OwnedArray{nullptr, y->view}});
  }
}

}  // namespace nf::test
