// Stencils written in C++, arrays between guard pages, and the comparison with the interpreter.
#include "unit/codegen/stencil_support.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <random>

#include "nearfield/error.h"

namespace nf::codegen::testing {
using ir::InstId;

StencilWriter::StencilWriter(int rank) {
  module_.sites.resize(1);
  ir::Function function;
  function.name = "stencil";
  function.kind = ir::FunctionKind::Stencil;
  function.rank = rank;
  function.body = function.blocks.add({});
  body_ = function.body;
  module_.functions.push_back(std::move(function));
}

ir::Function& StencilWriter::function() { return module_.functions[0]; }
DType StencilWriter::dtype(InstId id) const { return module_.functions[0][id].type.dtype(); }
InstId StencilWriter::emit(ir::Op op, Type type) { return ir::Builder(function(), body_).emit(std::move(op), type); }

uint32_t StencilWriter::site() {
  module_.sites.push_back({"IndexError", "index {0} is out of range", {}});
  return uint32_t(module_.sites.size() - 1);
}

void StencilWriter::check(InstId condition, InstId value) {
  ir::Builder build(function(), body_);
  ir::If branch{condition, function().blocks.add({}), function().blocks.add({})};
  build.enter(branch.then);
  build.emit(ir::Raise{site(), {value}}, Type::none());
  build.enter(body_);
  build.emit(branch, Type::none());
}

InstId StencilWriter::parameter(Type type, bool relative) {
  const uint32_t position = uint32_t(function().params.size());
  function().params.push_back({"p" + std::to_string(position), type, relative, {}});
  return emit(ir::Param{position}, type);
}
InstId StencilWriter::array(DType dtype) { return parameter(Type::array(dtype, function().rank), true); }
InstId StencilWriter::weights(DType dtype, int rank) { return parameter(Type::array(dtype, rank), false); }
InstId StencilWriter::scalar(DType dtype) { return parameter(Type::scalar(dtype), false); }

InstId StencilWriter::at(InstId array, std::vector<int64_t> offset) {
  return emit(ir::Neighbor{array, std::move(offset)}, Type::scalar(dtype(array)));
}
InstId StencilWriter::constant(DType dtype, double value) {
  const Scalar scalar = is_float(dtype) ? ir::float_scalar(dtype, value) : ir::integer_scalar(dtype, __int128(value));
  return emit(ir::Const{scalar}, Type::scalar(dtype));
}
InstId StencilWriter::cast(InstId a, DType to) { return dtype(a) == to ? a : emit(ir::Cast{a}, Type::scalar(to)); }
InstId StencilWriter::binary(ir::BinaryOp op, InstId a, InstId b) {
  return emit(ir::Binary{op, a, b}, Type::scalar(dtype(a)));
}
InstId StencilWriter::compare(ir::CompareOp op, InstId a, InstId b) {
  return emit(ir::Compare{op, a, b}, Type::scalar(DType::Bool));
}

ir::Module StencilWriter::finish(const std::vector<InstId>& results) {
  for (InstId result : results) function().results.push_back(Type::scalar(dtype(result)));
  emit(ir::Return{results}, Type::none());
  function().footprint.axes.assign(size_t(function().rank), {0, 0});
  for (const ir::Inst& inst : function().insts)
    if (auto* neighbor = std::get_if<ir::Neighbor>(&inst.op))
      for (size_t d = 0; d < neighbor->offset.size(); ++d) {
        auto& [lo, hi] = function().footprint.axes[d];
        lo = std::min(lo, neighbor->offset[d]), hi = std::max(hi, neighbor->offset[d]);
      }
  ir::verify(module_);
  return module_;
}

ir::Module mean(DType in, DType sum, DType out, const std::vector<int64_t>& sides) {
  StencilWriter w(int(sides.size()));
  InstId x = w.array(in), total;
  std::vector<int64_t> at(sides.size());
  int64_t count = 1;
  for (size_t d = 0; d < sides.size(); ++d) at[d] = -(sides[d] / 2), count *= sides[d];
  for (int64_t k = 0; k < count; ++k) {
    InstId term = w.cast(w.at(x, at), sum);
    total = k == 0 ? term : w.add(total, term);
    for (size_t d = sides.size(); d-- > 0;) {
      if (++at[d] < sides[d] - sides[d] / 2) break;
      at[d] = -(sides[d] / 2);
    }
  }
  const auto divide = is_float(sum) ? ir::BinaryOp::Div : ir::BinaryOp::FloorDiv;
  return w.finish({w.cast(w.binary(divide, total, w.constant(sum, double(count))), out)});
}

GuardedArray::GuardedArray(DType dtype, std::vector<int64_t> shape, int64_t padding, Guard guard) {
  view_.dtype = dtype, view_.rank = int(shape.size());
  int64_t step = size_of(dtype);
  for (size_t d = shape.size(); d-- > 0;) {
    view_.shape[d] = shape[d], view_.strides[d] = step;
    step = step * shape[d] + (d + 1 == shape.size() ? padding : 0);
  }
  // The padding of the last row is not part of the array.
  const size_t bytes = size_t(std::max<int64_t>(view_.size() ? step - (shape.size() > 0 ? padding : 0) : 0, 0));
  const size_t page = size_t(sysconf(_SC_PAGESIZE)), inside = (bytes + page) / page * page;
  mapped_ = inside + 2 * page;
  void* memory = mmap(nullptr, mapped_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw Error(ErrorKind::Memory, "no memory for a guarded array");
  mapping_ = static_cast<std::byte*>(memory);
  mprotect(mapping_ + page, inside, PROT_READ | PROT_WRITE);
  view_.data = guard == Guard::Before ? mapping_ + page : mapping_ + page + inside - bytes;
}
GuardedArray::~GuardedArray() { munmap(mapping_, mapped_); }

abi::Array GuardedArray::abi() const {
  abi::Array array{view_.data, {}, {}};
  for (int d = 0; d < view_.rank; ++d)
    array.shape[d] = view_.shape[size_t(d)], array.strides[d] = view_.strides[size_t(d)];
  return array;
}
std::byte* GuardedArray::element(const std::vector<int64_t>& index) const {
  std::byte* at = static_cast<std::byte*>(view_.data);
  for (size_t d = 0; d < index.size(); ++d) at += index[d] * view_.strides[d];
  return at;
}

namespace {
/// Calls `f` with every index of [lo, hi).
void each_index(const std::vector<int64_t>& lo, const std::vector<int64_t>& hi,
                const std::function<void(const std::vector<int64_t>&)>& f) {
  for (size_t d = 0; d < lo.size(); ++d)
    if (lo[d] >= hi[d]) return;
  std::vector<int64_t> at = lo;
  while (true) {
    f(at);
    size_t d = lo.size();
    while (d-- > 0) {
      if (++at[d] < hi[d]) break;
      at[d] = lo[d];
      if (d == 0) return;
    }
  }
}

std::vector<int64_t> shape_of(const View& view) { return {view.shape.begin(), view.shape.begin() + view.rank}; }
}  // namespace

void GuardedArray::fill(uint64_t seed) {
  std::mt19937_64 random(seed);
  const int bytes = size_of(view_.dtype);
  each_index(std::vector<int64_t>(size_t(view_.rank)), shape_of(view_), [&](const auto& index) {
    uint64_t bits = random();
    if (is_bool(view_.dtype)) bits &= 1;
    if (is_float(view_.dtype)) {
      // Mostly numbers of one size, so that rounding matters; now and then one that is special.
      static const double special[] = {0.0, -0.0, INFINITY, -INFINITY, NAN, 1e30, -3e9, 255.5};
      const double number = bits % 64 == 0 ? special[bits / 64 % 8] : (double(bits >> 40) - 8e6) / 1024;
      bits = ir::float_scalar(view_.dtype, number).bits;
    } else if (bits % 8 == 0 && !is_bool(view_.dtype)) {
      bits = bits & 8 ? ~uint64_t(0) : uint64_t(1) << (8 * bytes - 1);  // the ends of the range
    }
    std::memcpy(element(index), &bits, size_t(bytes));
  });
}

Target target_of(int vector_bytes) {
  if (vector_bytes == host_target().vector_bytes) return host_target();
  return named_target(vector_bytes == 32 ? "x86-64-v3" : "x86-64");
}

std::shared_ptr<const Loaded> compiled(const ir::Module& module, const Target& target, const CompileOptions& options) {
  return load(compile(module, target, options).object);
}

void expect_like_interpreter(const ir::Module& module, const RunRegion& run, const std::vector<int64_t>& shape,
                             uint64_t seed, int64_t padding, GuardedArray::Guard guard, uint64_t flags) {
  const ir::Function& function = module.functions[0];
  std::vector<std::unique_ptr<GuardedArray>> arrays;
  std::vector<abi::Array> abi_arrays(function.params.size());
  std::vector<Argument> arguments;
  std::vector<abi::Value> values(function.params.size());
  std::mt19937_64 random(seed);
  for (size_t p = 0; p < function.params.size(); ++p) {
    const Type type = function.params[p].type;
    if (type.is_scalar()) {
      const Scalar scalar = is_float(type.dtype()) ? ir::float_scalar(type.dtype(), double(random() % 1000) / 8)
                                                   : ir::integer_scalar(type.dtype(), __int128(random()));
      arguments.emplace_back(scalar), values[p].bits = scalar.bits;
      continue;
    }
    const bool relative = function.params[p].relative;
    const std::vector<int64_t> extents = relative ? shape : std::vector<int64_t>(size_t(type.rank()), 5);
    arrays.push_back(std::make_unique<GuardedArray>(type.dtype(), extents, relative ? padding : 0, guard));
    arrays.back()->fill(random());
    arguments.emplace_back(arrays.back()->view());
    abi_arrays[p] = arrays.back()->abi(), values[p].array = &abi_arrays[p];
  }
  const ir::Outcome expected = ir::interpret(module, arguments);
  abi::StencilCall call{values.data(), nullptr, {}, {}, flags};
  std::vector<int64_t> lo(shape.size()), hi(shape.size());
  for (size_t d = 0; d < shape.size(); ++d) {
    lo[d] = call.lo[d] = -function.footprint.axes[d].first;
    hi[d] = call.hi[d] = shape[d] - function.footprint.axes[d].second;
  }
  std::vector<std::unique_ptr<GuardedArray>> outs;
  std::vector<abi::Array> abi_outs;
  for (Type result : function.results) {
    outs.push_back(std::make_unique<GuardedArray>(result.dtype(), shape, padding, guard));
    each_index(std::vector<int64_t>(shape.size()), shape, [&](const auto& index) {
      std::memset(outs.back()->element(index), 0xA5, size_t(size_of(result.dtype())));
    });
    abi_outs.push_back(outs.back()->abi());
  }
  call.outs = abi_outs.data();
  int32_t cancelled = 0;
  abi::Context context{nullptr, &cancelled, {}};
  const int32_t status = run(&context, &call);
  if (expected.raised) {  // which point is reported depends on the order
    EXPECT_GT(status, 0);
    EXPECT_LT(size_t(status), module.sites.size());
    EXPECT_EQ(context.fault.site, uint32_t(status));
    return;
  }
  ASSERT_EQ(status, 0);

  for (size_t r = 0; r < outs.size(); ++r) {
    const View& wanted = std::get<ir::OwnedArray>(expected.results[r].data).view;
    const DType dtype = function.results[r].dtype();
    int wrong = 0;
    each_index(std::vector<int64_t>(shape.size()), shape, [&](const auto& index) {
      bool inside = true;
      for (size_t d = 0; d < index.size(); ++d) inside &= index[d] >= lo[d] && index[d] < hi[d];
      uint64_t got = 0, want = 0;
      std::memcpy(&got, outs[r]->element(index), size_t(size_of(dtype)));
      const std::byte* source = static_cast<const std::byte*>(wanted.data);
      for (size_t d = 0; d < index.size(); ++d) source += index[d] * wanted.strides[d];
      std::memcpy(&want, source, size_t(size_of(dtype)));
      if (!inside) want = dtype == DType::Bool ? 0xA5 : 0xA5A5A5A5A5A5A5A5u >> (64 - 8 * size_of(dtype));
      auto is_nan = [&](uint64_t bits) {
        return inside && is_float(dtype) && std::isnan(ir::float_value({dtype, bits}));
      };
      if (got == want || (is_nan(got) && is_nan(want)) || ++wrong > 3) return;
      std::string where;
      for (int64_t i : index) where += std::to_string(i) + " ";
      ADD_FAILURE() << "result " << r << " at " << where << (inside ? "" : "(outside the region)") << ": got "
                    << std::hex << got << ", want " << want;
    });
    EXPECT_LE(wrong, 3) << "result " << r;
  }
}

}  // namespace nf::codegen::testing
