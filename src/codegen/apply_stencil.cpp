// Applying a compiled stencil to whole arrays, on the calling thread: jitted functions that call stencils come here.
#include "codegen/apply_stencil.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <tuple>

#include "codegen/strided.h"
#include "ir/elements.h"

namespace nf::codegen {
namespace {

/// Elements computed between two looks at the cancel flag.
constexpr int64_t kSlab = int64_t(1) << 22;

/// The largest image with its border that is made; 16 GiB.
constexpr __int128 kMostBytes = __int128(16) << 30;

int element_size(int32_t dtype) { return size_of(DType(dtype)); }

/// A failed allocation, on its way out of `apply_stencil`.
struct OutOfMemory {};

void* allocate(abi::Context* context, int64_t bytes) {
  void* memory = context->allocate(context, std::max<int64_t>(bytes, 1), 0);
  if (!memory) throw OutOfMemory{};
  return memory;
}

bool has_unit_rows(const abi::Array& array, int rank, int size) {
  return rank == 0 || array.strides[rank - 1] == size || array.shape[rank - 1] <= 1;
}

abi::Array shifted(abi::Array array, const int64_t* by, int rank) {
  for (int d = 0; d < rank; ++d) array.data = static_cast<std::byte*>(array.data) + by[d] * array.strides[d];
  return array;
}

/// Copies one row of `count` elements whose places in the source come from a table.
template <class T>
void gather_row(std::byte* target, const std::byte* row, int64_t stride, const std::vector<int64_t>& places) {
  for (size_t i = 0; i < places.size(); ++i) std::memcpy(target + i * sizeof(T), row + places[i] * stride, sizeof(T));
}

/// The array with `lo` more elements before and `hi` after each axis, filled by the border mode: element 0 of the
/// result is element 0 of the source.
abi::Array extend(abi::Context* context, const abi::Array& source, const StencilShape& shape, int size) {
  int rank = shape.rank;
  BorderMode mode = BorderMode(shape.mode);
  int64_t extents[kMaxRank], back[kMaxRank];
  std::vector<std::vector<int64_t>> places(static_cast<size_t>(rank));
  int64_t count = 1;
  __int128 bytes = size;  // of offsets far beyond the image: more than any memory
  for (int d = 0; d < rank; ++d)
    if ((bytes *= __int128(source.shape[d]) - shape.lo[d] + shape.hi[d]) > kMostBytes) throw OutOfMemory{};
  for (int d = 0; d < rank; ++d) {
    extents[d] = source.shape[d] - shape.lo[d] + shape.hi[d], back[d] = -shape.lo[d];
    count *= extents[d];
    for (int64_t i = 0; i < extents[d]; ++i)
      places[size_t(d)].push_back(ir::extend_index(mode, i + shape.lo[d], source.shape[d]));
  }
  auto* memory = static_cast<std::byte*>(allocate(context, count * size));
  abi::Array extended = contiguous_array(memory, extents, rank, size);
  ir::Index outer{}, end{};
  for (int d = 0; d < rank - 1; ++d) end[size_t(d)] = extents[d];
  std::byte* target = memory;
  ir::for_each_index(rank - 1, outer, end, [&](const ir::Index& index) {
    const std::byte* row = static_cast<const std::byte*>(source.data);
    for (int d = 0; d < rank - 1; ++d) row += places[size_t(d)][size_t(index[size_t(d)])] * source.strides[d];
    const std::vector<int64_t>& columns = places[size_t(rank - 1)];
    int64_t stride = source.strides[rank - 1];
    switch (size) {
      case 1: gather_row<uint8_t>(target, row, stride, columns); break;
      case 2: gather_row<uint16_t>(target, row, stride, columns); break;
      case 4: gather_row<uint32_t>(target, row, stride, columns); break;
      default: gather_row<uint64_t>(target, row, stride, columns); break;
    }
    target += extents[rank - 1] * size;
  });
  return shifted(extended, back, rank);
}

void fill_run(std::byte* at, int64_t stride, int64_t count, const uint64_t& value, int size) {
  for (int64_t i = 0; i < count; ++i) std::memcpy(at + i * stride, &value, size_t(size));
}

/// Sets everything outside [lo, hi) to `value`.
void fill_border(const abi::Array& out, const StencilShape& shape, const int64_t* lo, const int64_t* hi,
                 const StencilShape::Result& result) {
  int rank = shape.rank, size = element_size(result.dtype), last = rank - 1;
  if (rank == 0) return;  // one point, which is always inside
  bool nothing_inside = false;
  for (int d = 0; d < rank; ++d) nothing_inside = nothing_inside || lo[d] >= hi[d];
  ir::Index end{};
  for (int d = 0; d < last; ++d) end[size_t(d)] = out.shape[d];
  ir::for_each_index(last, {}, end, [&](const ir::Index& index) {
    auto* row = static_cast<std::byte*>(out.data);
    bool inside = !nothing_inside;
    for (int d = 0; d < last; ++d) {
      int64_t i = index[size_t(d)];
      row += i * out.strides[d];
      inside = inside && i >= lo[d] && i < hi[d];
    }
    int64_t stride = out.strides[last], extent = out.shape[last];
    if (!inside) return fill_run(row, stride, extent, result.cval, size);
    fill_run(row, stride, lo[last], result.cval, size);
    fill_run(row + hi[last] * stride, stride, extent - hi[last], result.cval, size);
  });
}

/// Runs the kernel over [lo, hi) in slabs of the first axis, looking at the cancel flag between them.
int32_t run_slabs(abi::Context* context, abi::StencilFunction kernel, abi::StencilCall call, int rank) {
  int64_t row = 1;
  for (int d = 0; d < rank; ++d) {
    if (call.lo[d] >= call.hi[d]) return 0;
    if (d > 0) row *= call.hi[d] - call.lo[d];
  }
  if (rank == 0) return kernel(context, &call);
  int64_t step = std::max<int64_t>(1, kSlab / row), end = call.hi[0];
  for (int64_t start = call.lo[0]; start < end; start += step) {
    if (*reinterpret_cast<const volatile int32_t*>(context->cancelled)) return abi::kCancelled;
    call.lo[0] = start, call.hi[0] = std::min(end, start + step);
    if (int32_t status = kernel(context, &call)) return status;
  }
  return 0;
}

int32_t apply(abi::Context* context, abi::StencilFunction kernel, const StencilShape& shape, const abi::Value* args,
              const abi::Array* outs) {
  int rank = shape.rank;
  BorderMode mode = BorderMode(shape.mode);
  bool extends = mode != BorderMode::Constant && mode != BorderMode::Valid;
  abi::StencilCall call{};
  for (int d = 0; d < rank; ++d) {
    bool inner = mode == BorderMode::Constant;
    call.lo[d] = inner ? -shape.lo[d] : 0;
    call.hi[d] = inner ? outs[0].shape[d] - shape.hi[d] : outs[0].shape[d];
    if (call.lo[d] > outs[0].shape[d]) call.lo[d] = outs[0].shape[d];
    if (call.hi[d] < call.lo[d]) call.hi[d] = call.lo[d];
  }
  bool any = true;
  for (int d = 0; d < rank; ++d) any = any && call.lo[d] < call.hi[d];

  std::vector<abi::Value> values(args, args + shape.params);
  std::vector<abi::Array> inputs(size_t(shape.params)), targets(outs, outs + shape.results);
  for (int p = 0; p < shape.params && any; ++p) {
    const StencilShape::Param& param = shape.param()[p];
    if (!param.relative) continue;
    int size = element_size(param.dtype);
    abi::Array& input = inputs[size_t(p)];
    input = *args[p].array;
    if (extends) {
      input = extend(context, input, shape, size);
    } else if (!has_unit_rows(input, rank, size)) {
      void* memory = allocate(context, count_elements(input, rank) * size);
      pack(memory, &input, rank, size);
      input = contiguous_array(memory, input.shape, rank, size);
    }
    int64_t origin[kMaxRank] = {};
    if (mode == BorderMode::Valid)
      for (int d = 0; d < rank; ++d) origin[d] = -shape.lo[d];
    input = shifted(input, origin, rank);
    values[size_t(p)].array = &input;
  }
  for (int r = 0; r < shape.results && any; ++r) {
    int size = element_size(shape.result()[r].dtype);
    bool aside = !has_unit_rows(outs[r], rank, size);
    for (int p = 0; p < shape.params; ++p) {
      const StencilShape::Param& param = shape.param()[p];
      if (param.relative || param.rank > 0)
        aside = aside || overlap(outs[r], rank, size, *args[p].array, param.rank, element_size(param.dtype));
    }
    if (!aside) continue;
    void* memory = allocate(context, count_elements(outs[r], rank) * size);
    targets[size_t(r)] = contiguous_array(memory, outs[r].shape, rank, size);
  }

  call.args = values.data(), call.outs = targets.data();
  if (any)
    if (int32_t status = run_slabs(context, kernel, call, rank)) return status;

  // Only now: `out` may be an input.
  for (int r = 0; r < shape.results; ++r) {
    const StencilShape::Result& result = shape.result()[r];
    if (result.fill && mode == BorderMode::Constant) fill_border(outs[r], shape, call.lo, call.hi, result);
    if (targets[size_t(r)].data == outs[r].data || !any) continue;
    abi::Array to = shifted(outs[r], call.lo, rank), from = shifted(targets[size_t(r)], call.lo, rank);
    for (int d = 0; d < rank; ++d) to.shape[d] = from.shape[d] = call.hi[d] - call.lo[d];
    copy_strided(to, from, rank, element_size(result.dtype));
  }
  return 0;
}

}  // namespace

std::vector<uint64_t> describe_stencil(const ir::Function& stencil, bool keep_border) {
  StencilShape shape{};
  shape.rank = stencil.rank, shape.mode = int32_t(stencil.mode);
  shape.params = int32_t(stencil.params.size()), shape.results = int32_t(stencil.results.size());
  for (size_t d = 0; d < stencil.footprint.axes.size(); ++d)
    std::tie(shape.lo[d], shape.hi[d]) = stencil.footprint.axes[d];
  std::vector<uint64_t> words(sizeof shape / 8);
  std::memcpy(words.data(), &shape, sizeof shape);
  auto append = [&](const auto& item) {
    static_assert(sizeof item == 16);
    words.resize(words.size() + 2);
    std::memcpy(&words[words.size() - 2], &item, sizeof item);
  };
  for (const ir::Parameter& param : stencil.params) {
    int rank = param.type.is_array() ? param.type.rank() : 0;
    append(StencilShape::Param{param.relative, rank, int32_t(param.type.dtype()), 0});
  }
  for (Type result : stencil.results) {
    bool fill = stencil.cval || !keep_border;
    Scalar value = ir::cast_scalar(stencil.cval.value_or(Scalar{result.dtype(), 0}), result.dtype());
    append(StencilShape::Result{int32_t(result.dtype()), fill, value.bits});
  }
  return words;
}

int32_t apply_stencil(abi::Context* context, abi::StencilFunction kernel, const StencilShape* shape,
                      const abi::Value* args, const abi::Array* outs) noexcept {
  try {
    return apply(context, kernel, *shape, args, outs);
  } catch (...) {  // memory, for data or for this function's own tables
    return abi::kOutOfMemory;
  }
}

}  // namespace nf::codegen
