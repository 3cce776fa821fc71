// Operations on whole arrays: copy with broadcasting and casts, flattening, reductions.
#include <llvm/IR/Constants.h>

#include "base/assert.h"
#include "codegen/cpu/frame.h"

namespace nf::codegen {
namespace {

/// Calls `body` with the index of every element, in C order.
void each_element(Frame& frame, llvm::ArrayRef<llvm::Value*> shape, std::vector<llvm::Value*>& index,
                  llvm::function_ref<void()> body) {
  if (index.size() == shape.size()) return body();
  count_loop(frame, shape[index.size()], [&](llvm::Value* i) {
    index.push_back(i);
    each_element(frame, shape, index, body);
    index.pop_back();
  });
}

/// A contiguous array as one row of elements (in memory order).
ArrayValue flat(Frame& frame, const ArrayValue& array) {
  ArrayValue row;
  row.type = Type::array(array.type.dtype(), 1), row.data = array.data, row.scope = array.scope;
  row.constant = array.constant;
  row.shape.push_back(element_count(frame, array));
  row.strides.push_back(int64(frame, element_size(array.type)));
  return row;
}

bool contiguous(Type type) { return type.layout() != Layout::Any; }

llvm::Value* in_memory(Frame& frame, const ArrayValue& array) {
  llvm::Type* words = llvm::ArrayType::get(frame.build.getInt64Ty(), sizeof(abi::Array) / 8);
  llvm::Value* address = new_variable(frame, words, "array");
  store_array(frame, array, address);
  return address;
}

/// Two rows, element by element.
void copy_row(Frame& frame, const ArrayValue& target, const ArrayValue& value) {
  count_loop(frame, target.shape[0], [&](llvm::Value* i) {
    llvm::Value* element = load_element(frame, value, {i});
    store_element(frame, target, {i}, emit_cast(frame.build, element, value.type.dtype(), target.type.dtype()));
  });
}

void fill(Frame& frame, const ArrayValue& target, llvm::Value* element) {
  if (contiguous(target.type)) {
    ArrayValue row = flat(frame, target);
    return count_loop(frame, row.shape[0], [&](llvm::Value* i) { store_element(frame, row, {i}, element); });
  }
  std::vector<llvm::Value*> index;
  each_element(frame, target.shape, index, [&] { store_element(frame, target, index, element); });
}

/// `value`, or a copy of it where it shares memory with `target`: the result is as if all of it were read first.
/// With `same` one that is the very view of `target` stays.
ArrayValue unshared(Frame& frame, const ArrayValue& target, const ArrayValue& value, bool same = false) {
  bool apart = target.scope != value.scope && target.scope != Scope::Unknown && value.scope != Scope::Unknown;
  if (apart || value.constant) return value;
  llvm::IRBuilder<>& build = frame.build;
  llvm::Type *pointer = build.getPtrTy(), *number = build.getInt32Ty();
  llvm::FunctionCallee helper = runtime_function(frame, "nf_unshare", number,
                                                 {pointer, pointer, number, number, pointer, number, number, number});
  llvm::Value *target_memory = in_memory(frame, target), *value_memory = in_memory(frame, value);
  auto describe = [&](Type type) { return std::pair(int32(frame, type.rank()), int32(frame, size_of(type.dtype()))); };
  auto [target_rank, target_size] = describe(target.type);
  auto [value_rank, value_size] = describe(value.type);
  check_status(frame, build.CreateCall(helper, {frame.context, target_memory, target_rank, target_size, value_memory,
                                                value_rank, value_size, int32(frame, same)}));
  // The copy is C-contiguous: only then is the layout still known.
  Layout layout = value.type.layout() == Layout::C ? Layout::C : Layout::Any;
  Type type = Type::array(value.type.dtype(), value.type.rank(), layout);
  return load_array(frame, type, value_memory, Scope::Unknown);
}

/// The value stretched to the target's axes (stride 0 where it has one element); raises where it does not fit. `same`
/// tells whether no axis was stretched.
ArrayValue broadcast(Frame& frame, const ArrayValue& target, const ArrayValue& value, uint32_t site,
                     llvm::Value*& same) {
  llvm::IRBuilder<>& build = frame.build;
  int missing = target.type.rank() - value.type.rank();
  ArrayValue wide = value;
  wide.type = Type::array(value.type.dtype(), target.type.rank(), Layout::Any);
  wide.shape = target.shape;
  wide.strides.assign(size_t(target.type.rank()), int64(frame, 0));
  same = build.getTrue();
  nf_assert(missing >= 0, "a copy of {} into {}", to_string(value.type), to_string(target.type));
  for (int d = 0; d < value.type.rank(); ++d) {
    llvm::Value* wanted = target.shape[missing + d];
    llvm::Value* equal = build.CreateICmpEQ(value.shape[d], wanted);
    llvm::Value* single = build.CreateICmpEQ(value.shape[d], int64(frame, 1));
    require(frame, build.CreateOr(equal, single), "no_broadcast", [&] {
      return raise(frame, site, {int64(frame, missing + d), value.shape[d], wanted});
    });
    same = build.CreateAnd(same, equal);
    wide.strides[missing + d] = build.CreateSelect(single, int64(frame, 0), value.strides[d]);
  }
  return wide;
}

void copy_array(Frame& frame, const ArrayValue& target, const ArrayValue& given, uint32_t site) {
  llvm::IRBuilder<>& build = frame.build;
  ArrayValue value = unshared(frame, target, given);
  llvm::Value* same = nullptr;
  ArrayValue wide = broadcast(frame, target, value, site, same);
  auto nested = [&] {
    std::vector<llvm::Value*> index;
    each_element(frame, target.shape, index, [&] {
      llvm::Value* element = load_element(frame, wide, index);
      store_element(frame, target, index, emit_cast(build, element, value.type.dtype(), target.type.dtype()));
    });
  };
  bool alike =
      contiguous(target.type) && target.type.layout() == value.type.layout() && target.type.rank() == value.type.rank();
  if (!alike) return nested();
  llvm::BasicBlock *rows = new_block(frame, "rows"), *elements = new_block(frame, "elements"),
                   *after = new_block(frame, "after");
  build.CreateCondBr(same, rows, elements);
  build.SetInsertPoint(rows);
  copy_row(frame, flat(frame, target), flat(frame, value));
  build.CreateBr(after);
  build.SetInsertPoint(elements);
  nested();
  build.CreateBr(after);
  build.SetInsertPoint(after);
}

/// True when `value` is `array` itself or a copy of it, which an `apart` made.
bool is_apart_of(const Frame& frame, ir::InstId value, ir::InstId array) {
  const auto* apart = std::get_if<ir::Apart>(&frame.function[value].op);
  return apart && apart->array == array;
}

}  // namespace

void emit_copy(Frame& frame, const ir::Copy& copy) {
  const ArrayValue& target = frame.values[copy.target].array;
  Type type = frame.function[copy.value].type;
  if (type.is_array()) {
    const ArrayValue& value = frame.values[copy.value].array;
    if (!is_apart_of(frame, copy.value, copy.target)) return copy_array(frame, target, value, copy.site);
    llvm::IRBuilder<>& build = frame.build;
    llvm::BasicBlock *back = new_block(frame, "back"), *after = new_block(frame, "in_place");
    build.CreateCondBr(build.CreateICmpEQ(value.data, target.data), after, back);
    build.SetInsertPoint(back);
    copy_array(frame, target, value, copy.site);
    build.CreateBr(after);
    return build.SetInsertPoint(after);
  }
  nf_assert(type.is_scalar(), "a copy of {} into {}", to_string(type), to_string(target.type));
  fill(frame, target, emit_cast(frame.build, frame.values[copy.value].scalar, type.dtype(), target.type.dtype()));
}

RegisterValue emit_broadcast(Frame& frame, const ir::Broadcast& broadcast, Type type) {
  llvm::IRBuilder<>& build = frame.build;
  llvm::Value* one = int64(frame, 1);
  std::vector<llvm::Value*> extents(size_t(type.rank()));
  auto stretch = [&](const ArrayValue& array) {
    const size_t missing = extents.size() - array.shape.size();
    for (size_t d = 0; d < array.shape.size(); ++d) {
      llvm::Value *own = array.shape[d], *&extent = extents[missing + d];
      if (!extent) {
        extent = own;
        continue;
      }
      llvm::Value *repeats = build.CreateICmpEQ(extent, one), *repeated = build.CreateICmpEQ(own, one);
      llvm::Value* fits = build.CreateOr(build.CreateICmpEQ(extent, own), build.CreateOr(repeats, repeated));
      require(frame, fits, "no_broadcast", [&] {
        return raise(frame, broadcast.site, {int64(frame, int64_t(missing + d)), extent, own});
      });
      extent = build.CreateSelect(repeats, own, extent);
    }
  };
  const ArrayValue& array = frame.values[broadcast.array].array;
  stretch(array);
  for (ir::InstId other : broadcast.with) stretch(frame.values[other].array);
  ArrayValue wide = array;
  wide.type = type;
  wide.shape.assign(extents.begin(), extents.end());
  wide.strides.assign(extents.size(), int64(frame, 0));
  const size_t missing = extents.size() - array.shape.size();
  for (size_t d = 0; d < array.shape.size(); ++d)
    wide.strides[missing + d] =
        build.CreateSelect(build.CreateICmpEQ(array.shape[d], one), int64(frame, 0), array.strides[d]);
  return {nullptr, wide, {}};
}

RegisterValue emit_apart(Frame& frame, const ir::Apart& apart, Type type) {
  ArrayValue value = frame.values[apart.array].array;
  for (ir::InstId from : apart.from) value = unshared(frame, frame.values[from].array, value, apart.same);
  value.type = type;
  return {nullptr, value, {}};
}

RegisterValue emit_ravel(Frame& frame, const ir::Ravel& ravel, Type type) {
  const ArrayValue& array = frame.values[ravel.array].array;
  if (array.type.layout() == Layout::C || (array.type.layout() == Layout::F && array.type.rank() == 1)) {
    ArrayValue row = flat(frame, array);
    row.type = type;
    return {nullptr, row, {}};
  }
  llvm::IRBuilder<>& build = frame.build;
  llvm::Type *pointer = build.getPtrTy(), *number = build.getInt32Ty();
  llvm::FunctionCallee helper = runtime_function(frame, "nf_ravel", pointer, {pointer, pointer, number, number});
  ArrayValue row = flat(frame, array);
  row.type = type, row.scope = Scope::Unknown;
  row.data = build.CreateCall(helper, {frame.context, in_memory(frame, array), int32(frame, array.type.rank()),
                                       int32(frame, size_of(type.dtype()))});
  // An empty array may have no memory at all.
  llvm::Value* ok = build.CreateOr(build.CreateIsNotNull(row.data), build.CreateICmpEQ(row.shape[0], int64(frame, 0)));
  require(frame, ok, "no_memory", [&] { return int32(frame, abi::kOutOfMemory); });
  return {nullptr, row, {}};
}

/// `Sum`, `Min` or `Max` of what was seen so far and one more element.
llvm::Value* accumulate(Frame& frame, ir::ReduceOp op, DType dtype, llvm::Value* total, llvm::Value* element) {
  llvm::IRBuilder<>& build = frame.build;
  if (op == ir::ReduceOp::Sum) {
    return emit_binary(build, is_bool(dtype) ? ir::BinaryOp::Or : ir::BinaryOp::Add, dtype, total, element);
  }
  auto choose = op == ir::ReduceOp::Min ? ir::BinaryOp::Min : ir::BinaryOp::Max;
  llvm::Value* chosen = emit_binary(build, choose, dtype, total, element);
  if (!is_float(dtype)) return chosen;
  // A NaN anywhere is the result: one in `total` stays, since no comparison with it holds.
  return build.CreateSelect(build.CreateFCmpUNO(element, element), element, chosen);
}

RegisterValue emit_reduce(Frame& frame, const ir::Reduce& reduce, Type type) {
  llvm::IRBuilder<>& build = frame.build;
  ArrayValue array = frame.values[reduce.array].array;
  if (array.type.layout() == Layout::C) array = flat(frame, array);
  DType from = array.type.dtype(), to = type.dtype();
  bool sum = reduce.op == ir::ReduceOp::Sum;
  std::vector<llvm::Value*> index(size_t(array.type.rank()), int64(frame, 0));
  llvm::Value* start = llvm::Constant::getNullValue(register_type(build.getContext(), to));
  if (!sum) {
    require(frame, build.CreateICmpNE(element_count(frame, array), int64(frame, 0)), "empty",
            [&] { return raise(frame, reduce.site, {}); });
    start = emit_cast(build, load_element(frame, array, index), from, to);
  }
  llvm::AllocaInst* total = new_variable(frame, register_type(build.getContext(), to), "total");
  build.CreateStore(start, total);
  index.clear();
  each_element(frame, array.shape, index, [&] {
    llvm::Value* element = emit_cast(build, load_element(frame, array, index), from, to);
    llvm::Value* before = build.CreateLoad(total->getAllocatedType(), total);
    build.CreateStore(accumulate(frame, reduce.op, to, before, element), total);
  });
  return {build.CreateLoad(total->getAllocatedType(), total), {}, {}};
}

}  // namespace nf::codegen
