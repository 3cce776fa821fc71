// Arguments and results of compiled code.
#include "engine/arguments.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "codegen/strided.h"
#include "ir/ir.h"

namespace nf::engine {

Type type_of(const Argument& argument) {
  if (const auto* scalar = std::get_if<Scalar>(&argument)) return Type::scalar(scalar->dtype);
  const View& view = std::get<View>(argument);
  Layout layout = view.c_contiguous() ? Layout::C : view.f_contiguous() ? Layout::F : Layout::Any;
  return Type::array(view.dtype, view.rank, layout, view.readonly);
}

std::vector<DType> dtypes_of(std::span<const Argument> args) {
  std::vector<DType> dtypes;
  for (const Argument& argument : args)
    dtypes.push_back(std::visit([](const auto& value) { return value.dtype; }, argument));
  return dtypes;
}

abi::Array to_abi(const View& view) {
  abi::Array array{};
  array.data = view.data;
  std::copy_n(view.shape.begin(), kMaxRank, array.shape);
  std::copy_n(view.strides.begin(), kMaxRank, array.strides);
  return array;
}

void write_abi(const View& view, abi::Array& array) {
  array.data = view.data;
  for (int d = 0; d < view.rank; ++d) array.shape[d] = view.shape[d], array.strides[d] = view.strides[d];
}

abi::Value to_abi(const Scalar& scalar) {
  abi::Value value;
  value.bits = scalar.bits;
  return value;
}

std::string shape_text(const int64_t* shape, int rank) {
  std::string text = "(";
  for (int d = 0; d < rank; ++d) text += (d ? ", " : "") + std::to_string(shape[d]);
  return text + (rank == 1 ? ",)" : ")");
}

CallContext::CallContext() : abi::Context{allocate_memory, runtime::cancel_flag(), {}, call_in_parallel} {}

void* CallContext::allocate_memory(abi::Context* context, int64_t bytes, int32_t zero) {
  auto* self = static_cast<CallContext*>(context);
  try {
    runtime::Buffer buffer(size_t(std::max<int64_t>(bytes, 1)));
    if (zero) std::memset(buffer.data(), 0, size_t(bytes));
    self->buffers_.push_back(std::move(buffer));
    return self->buffers_.back().data();
  } catch (const std::exception&) {
    return nullptr;  // compiled code turns this into `kOutOfMemory`
  }
}

int32_t CallContext::call_in_parallel(abi::Context* context, abi::JitFunction function, const abi::Value* args,
                                      int32_t count) {
  const auto lo = int64_t(args[count - 2].bits), hi = int64_t(args[count - 1].bits);
  auto run = [&](abi::Context& own, int64_t begin, int64_t end) {
    Few<abi::Value, 16> part{size_t(count)};
    std::copy_n(args, count, part.data());
    part[size_t(count) - 2].bits = uint64_t(begin), part[size_t(count) - 1].bits = uint64_t(end);
    return function(&own, part.data(), nullptr);
  };
  struct Failed {
    int32_t status;
    abi::Fault fault;
  };
  auto run_apart = [&](int64_t begin, int64_t end) {
    CallContext own;
    if (int32_t status = run(own, begin, end)) throw Failed{status, own.fault};
  };
  try {
    if (lo >= hi) return 0;
    // The first round tells what the others will take.
    const auto started = std::chrono::steady_clock::now();
    run_apart(lo, lo + 1);
    const std::chrono::duration<double, std::nano> taken = std::chrono::steady_clock::now() - started;
    const bool threads = runtime::worth_threads(taken.count() * double(hi - lo - 1));
    runtime::parallel_for(lo + 1, hi, 1, threads, run_apart);
    return 0;
  } catch (const Failed& failed) {
    context->fault = failed.fault;
    return failed.status;
  } catch (const Error& error) {
    return error.kind == ErrorKind::Interrupted ? abi::kCancelled : abi::kOutOfMemory;
  } catch (const std::exception&) {
    return abi::kOutOfMemory;
  }
}

std::shared_ptr<void> CallContext::release(const void* address) {
  for (size_t i = 0; i < buffers_.size(); ++i) {
    if (address < buffers_[i].data() || address >= buffers_[i].data() + std::max<size_t>(buffers_[i].size(), 1))
      continue;
    size_t size = buffers_[i].size();
    std::byte* data = buffers_[i].take();
    buffers_.erase(buffers_.begin() + ptrdiff_t(i));
    return {data, [size](void* memory) { runtime::release_memory(static_cast<std::byte*>(memory), size); }};
  }
  return nullptr;
}

NewArray new_array(DType dtype, const int64_t* shape, int rank) {
  View view = View::contiguous(nullptr, dtype, shape, rank);
  runtime::Buffer buffer(size_t(std::max<int64_t>(view.bytes(), 1)));
  size_t size = buffer.size();
  std::byte* data = buffer.take();
  view.data = data;
  return {{data, [size](void* memory) { runtime::release_memory(static_cast<std::byte*>(memory), size); }}, view};
}

namespace {

/// Calls `row(from, to)` for the start of each run along the last axis.
template <class Row>
void for_each_row(const View& from, const View& to, int axis, const char* source, char* target, const Row& row) {
  if (axis >= to.rank - 1) return row(source, target);
  for (int64_t i = 0; i < to.shape[axis]; ++i)
    for_each_row(from, to, axis + 1, source + i * from.strides[axis], target + i * to.strides[axis], row);
}

void copy_element(const char* source, DType from, char* target, DType to) {
  Scalar value{from, 0};
  std::memcpy(&value.bits, source, size_t(size_of(from)));
  value = ir::cast_scalar(value, to);
  std::memcpy(target, &value.bits, size_t(size_of(to)));
}

}  // namespace

void copy_view(const View& from, const View& to) {
  if (to.size() == 0) return;
  if (from.dtype == to.dtype) return codegen::copy_strided(to_abi(to), to_abi(from), to.rank, size_of(to.dtype));
  int last = to.rank - 1;
  int64_t count = to.rank ? to.shape[last] : 1;
  int64_t source_stride = to.rank ? from.strides[last] : 0, target_stride = to.rank ? to.strides[last] : 0;
  for_each_row(from, to, 0, static_cast<const char*>(from.data), static_cast<char*>(to.data),
               [&](const char* source, char* target) {
                 for (int64_t i = 0; i < count; ++i)
                   copy_element(source + i * source_stride, from.dtype, target + i * target_stride, to.dtype);
               });
}

void copy_view(const View& from, const View& to, bool threads) {
  constexpr int64_t kLeastBytes = 1 << 20, kBytesOfAPiece = 1 << 18;
  if (!threads || to.bytes() < kLeastBytes) return copy_view(from, to);
  // Across the axis along which the target steps furthest, so that each thread writes a stretch of its own.
  int axis = 0;
  for (int d = 1; d < to.rank; ++d)
    if (to.shape[d] > 1 && std::abs(to.strides[d]) > std::abs(to.strides[axis])) axis = d;
  const int64_t count = to.shape[axis];
  runtime::parallel_for(0, count, std::max<int64_t>(1, kBytesOfAPiece * count / to.bytes()), true,
                        [&](int64_t lo, int64_t hi) {
                          auto piece = [&](View view) {
                            view.data = static_cast<char*>(view.data) + lo * view.strides[axis];
                            view.shape[axis] = hi - lo;
                            return view;
                          };
                          copy_view(piece(from), piece(to));
                        });
}

namespace {

/// Writes the last two axes in plain loops over elements; what lies above them is walked.
template <class T>
void fill_elements(const View& to, int axis, char* data, T value) {
  const int left = to.rank - axis;
  if (left > 2) {
    for (int64_t i = 0; i < to.shape[axis]; ++i) fill_elements(to, axis + 1, data + i * to.strides[axis], value);
    return;
  }
  const int64_t rows = left == 2 ? to.shape[axis] : 1, row_stride = left == 2 ? to.strides[axis] : 0;
  const int64_t columns = left ? to.shape[to.rank - 1] : 1, stride = left ? to.strides[to.rank - 1] : 0;
  if (stride == int64_t(sizeof(T)) && columns >= 8) {
    for (int64_t i = 0; i < rows; ++i)  // by memcpy: elements need not be aligned
      for (int64_t j = 0; j < columns; ++j)
        std::memcpy(data + i * row_stride + j * int64_t(sizeof(T)), &value, sizeof value);
    return;
  }
  for (int64_t j = 0; j < columns; ++j)  // down the few columns of a border
    for (int64_t i = 0; i < rows; ++i) std::memcpy(data + i * row_stride + j * stride, &value, sizeof value);
}

}  // namespace

void fill_view(const View& to, Scalar value) {
  if (to.size() == 0) return;
  if (value.dtype != to.dtype) value = ir::cast_scalar(value, to.dtype);
  char* data = static_cast<char*>(to.data);
  switch (size_of(to.dtype)) {
    case 1: return fill_elements(to, 0, data, value.as<uint8_t>());
    case 2: return fill_elements(to, 0, data, value.as<uint16_t>());
    case 4: return fill_elements(to, 0, data, value.as<uint32_t>());
    default: return fill_elements(to, 0, data, value.as<uint64_t>());
  }
}

}  // namespace nf::engine
