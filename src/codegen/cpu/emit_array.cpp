// Elements of arrays, and new arrays.
#include <llvm/IR/Constants.h>
#include <llvm/IR/Intrinsics.h>

#include "base/assert.h"
#include "codegen/cpu/frame.h"

namespace nf::codegen {

llvm::Value* element_address(Frame& frame, const ArrayValue& array, llvm::ArrayRef<llvm::Value*> index) {
  llvm::IRBuilder<>& build = frame.build;
  int rank = array.type.rank();
  nf_assert(int(index.size()) == rank, "{} indexes for {}", index.size(), to_string(array.type));
  if (rank == 0) return array.data;
  if (array.type.layout() == Layout::Any) {
    llvm::Value* offset = nullptr;
    for (int d = 0; d < rank; ++d) {
      llvm::Value* part = build.CreateMul(index[d], array.strides[d], "", false, true);
      offset = offset ? build.CreateAdd(offset, part, "", false, true) : part;
    }
    return build.CreateInBoundsGEP(build.getInt8Ty(), array.data, offset);
  }
  // Contiguous: the position in elements, outer axes first.
  bool rows_first = array.type.layout() == Layout::C;
  llvm::Value* position = nullptr;
  for (int k = 0; k < rank; ++k) {
    int axis = rows_first ? k : rank - 1 - k;
    if (position) position = build.CreateMul(position, array.shape[axis], "", false, true);
    position = position ? build.CreateAdd(position, index[axis], "", false, true) : index[axis];
  }
  return build.CreateInBoundsGEP(memory_type(build.getContext(), array.type.dtype()), array.data, position);
}

llvm::Value* load_element(Frame& frame, const ArrayValue& array, llvm::ArrayRef<llvm::Value*> index) {
  DType dtype = array.type.dtype();
  llvm::Value* address = element_address(frame, array, index);
  llvm::LLVMContext& context = frame.build.getContext();
  llvm::LoadInst* load = frame.build.CreateAlignedLoad(memory_type(context, dtype), address, llvm::Align(1));
  if (array.constant) load->setMetadata(llvm::LLVMContext::MD_invariant_load, llvm::MDNode::get(context, {}));
  frame.accesses.push_back({load, array.scope});
  return is_bool(dtype) ? frame.build.CreateICmpNE(load, frame.build.getInt8(0)) : load;
}

void store_element(Frame& frame, const ArrayValue& array, llvm::ArrayRef<llvm::Value*> index, llvm::Value* value) {
  llvm::Value* address = element_address(frame, array, index);
  if (is_bool(array.type.dtype())) value = frame.build.CreateZExt(value, frame.build.getInt8Ty());
  llvm::StoreInst* store = frame.build.CreateAlignedStore(value, address, llvm::Align(1));
  frame.accesses.push_back({store, array.scope});
}

llvm::Value* element_count(Frame& frame, const ArrayValue& array) {
  llvm::Value* count = int64(frame, 1);
  for (llvm::Value* extent : array.shape) count = frame.build.CreateMul(count, extent, "", true, true);
  return count;
}

namespace {

/// The index along one axis: a negative one counted from the end (once), and checked.
llvm::Value* resolve_index(Frame& frame, ir::InstId id, const ArrayValue& array, int axis, bool wrap, bool check,
                           uint32_t site) {
  llvm::IRBuilder<>& build = frame.build;
  llvm::Value* given = as_int64(frame, id);
  llvm::Value* extent = array.shape[axis];
  llvm::Value* index = given;
  if (wrap && is_signed(frame.function[id].type.dtype())) {
    llvm::Value* negative = build.CreateICmpSLT(given, int64(frame, 0));
    index = build.CreateSelect(negative, build.CreateAdd(given, extent), given);
  }
  if (check) {
    require(frame, build.CreateICmpULT(index, extent), "out_of_range", [&] {
      return raise(frame, site, {given, int64(frame, axis), extent});
    });
  }
  return index;
}

template <class Access>
std::vector<llvm::Value*> resolve_indexes(Frame& frame, ir::InstId id, const Access& access, const ArrayValue& array) {
  nf_assert(int(access.index.size()) == array.type.rank(), "{} indexes for {}", access.index.size(),
            to_string(array.type));
  std::vector<llvm::Value*> index;
  for (int d = 0; d < array.type.rank(); ++d) {
    bool inside = frame.inside.count({id, d});
    index.push_back(
        resolve_index(frame, access.index[d], array, d, access.wrap && !inside, access.check && !inside, access.site));
  }
  return index;
}

}  // namespace

RegisterValue emit_load(Frame& frame, ir::InstId id, const ir::Load& load) {
  const ArrayValue& array = frame.values[load.array].array;
  return {load_element(frame, array, resolve_indexes(frame, id, load, array)), {}, {}};
}

void emit_store(Frame& frame, ir::InstId id, const ir::Store& store) {
  const ArrayValue& array = frame.values[store.array].array;
  std::vector<llvm::Value*> index = resolve_indexes(frame, id, store, array);
  store_element(frame, array, index, frame.values[store.value].scalar);
}

RegisterValue emit_row(Frame& frame, const ir::Row& row, Type type) {
  const ArrayValue& from = frame.values[row.array].array;
  ArrayValue part;
  part.type = type, part.scope = from.scope, part.constant = from.constant;
  part.data = from.data;
  const size_t skip = row.index.size();
  for (size_t d = 0; d < skip; ++d) {
    llvm::Value* offset = frame.build.CreateMul(as_int64(frame, row.index[d]), from.strides[d], "", false, true);
    part.data = frame.build.CreateInBoundsGEP(frame.build.getInt8Ty(), part.data, offset);
  }
  part.shape.assign(from.shape.begin() + skip, from.shape.end());
  if (part.shape.empty()) part.shape.push_back(int64(frame, 1));
  if (type.layout() == Layout::Any && skip < from.strides.size())
    part.strides.assign(from.strides.begin() + skip, from.strides.end());
  else
    imply_strides(frame, part);
  return {nullptr, part, {}};
}

RegisterValue emit_neighbor(Frame& frame, const ir::Neighbor& neighbor) {
  const ArrayValue& array = frame.values[neighbor.array].array;
  std::vector<llvm::Value*> index;
  for (size_t d = 0; d < neighbor.offset.size(); ++d)
    index.push_back(frame.build.CreateAdd(frame.point[d], int64(frame, neighbor.offset[d]), "", false, true));
  return {load_element(frame, array, index), {}, {}};
}

RegisterValue emit_neighbor_at(Frame& frame, const ir::NeighborAt& neighbor) {
  const ArrayValue& array = frame.values[neighbor.array].array;
  std::vector<llvm::Value*> index;
  for (size_t d = 0; d < neighbor.offset.size(); ++d) {
    llvm::Value* offset = as_int64(frame, neighbor.offset[d]);
    auto [lo, hi] = frame.function.footprint.axes.at(d);
    llvm::Value* from_lo = frame.build.CreateSub(offset, int64(frame, lo));
    require(frame, frame.build.CreateICmpULE(from_lo, int64(frame, hi - lo)), "out_of_range", [&] {
      return raise(frame, neighbor.site, {offset, int64(frame, int64_t(d))});
    });
    index.push_back(frame.build.CreateAdd(frame.point[d], offset, "", false, true));
  }
  return {load_element(frame, array, index), {}, {}};
}

ArrayValue allocate(Frame& frame, Type type, llvm::ArrayRef<llvm::Value*> shape, bool zero) {
  llvm::IRBuilder<>& build = frame.build;
  ArrayValue array;
  array.type = type, array.scope = Scope(frame.scopes++);
  array.shape.append(shape.begin(), shape.end());
  // An array without elements stays one even if the product of its other extents overflows.
  llvm::Value* bytes = int64(frame, element_size(type));
  llvm::Value *overflow = build.getFalse(), *empty = build.getFalse();
  for (llvm::Value* extent : shape) {
    llvm::Value* product = build.CreateBinaryIntrinsic(llvm::Intrinsic::smul_with_overflow, bytes, extent);
    bytes = build.CreateExtractValue(product, 0);
    overflow = build.CreateOr(overflow, build.CreateExtractValue(product, 1));
    empty = build.CreateOr(empty, build.CreateICmpEQ(extent, int64(frame, 0)));
  }
  bytes = build.CreateSelect(empty, int64(frame, 0), bytes);
  auto out_of_memory = [&] { return int32(frame, abi::kOutOfMemory); };
  require(frame, build.CreateOr(empty, build.CreateNot(overflow)), "too_large", out_of_memory);

  llvm::Value* function =
      build.CreateLoad(build.getPtrTy(), field(frame, frame.context, offsetof(abi::Context, allocate)));
  auto* signature =
      llvm::FunctionType::get(build.getPtrTy(), {build.getPtrTy(), build.getInt64Ty(), build.getInt32Ty()}, false);
  llvm::CallInst* call = build.CreateCall(signature, function, {frame.context, bytes, int32(frame, zero)});
  call->addRetAttr(llvm::Attribute::NoAlias);
  array.data = call;
  require(frame, build.CreateIsNotNull(call), "no_memory", out_of_memory);
  imply_strides(frame, array);
  return array;
}

RegisterValue emit_alloc(Frame& frame, const ir::Alloc& alloc, Type type) {
  std::vector<llvm::Value*> shape;
  for (ir::InstId id : alloc.shape) {
    llvm::Value* extent = as_int64(frame, id);
    require(frame, frame.build.CreateICmpSGE(extent, int64(frame, 0)), "negative_extent",
            [&] { return raise(frame, alloc.site, {extent}); });
    shape.push_back(extent);
  }
  return {nullptr, allocate(frame, type, shape, alloc.zero), {}};
}

RegisterValue emit_global(Frame& frame, uint32_t constant, Type type) {
  nf_assert(constant < frame.emission.ir.constants.size(), "@{} reads constant {}, which does not exist",
            frame.function.name, constant);
  const ConstantArray& data = frame.emission.ir.constants[constant];
  llvm::LLVMContext& context = frame.build.getContext();
  std::string name = "constant_" + std::to_string(constant);
  llvm::GlobalVariable* variable = frame.emission.llvm.getNamedGlobal(name);
  if (!variable) {
    llvm::StringRef bytes(reinterpret_cast<const char*>(data.data.data()), data.data.size());
    llvm::Constant* value = llvm::ConstantDataArray::getRaw(bytes, bytes.size() / size_t(size_of(data.dtype)),
                                                            memory_type(context, data.dtype));
    variable = new llvm::GlobalVariable(frame.emission.llvm, value->getType(), /*isConstant=*/true,
                                        llvm::GlobalValue::PrivateLinkage, value, name);
    variable->setAlignment(llvm::Align(64));
  }
  ArrayValue array;
  array.type = type, array.data = variable, array.scope = Scope::Caller, array.constant = true;
  for (int64_t extent : data.shape) array.shape.push_back(int64(frame, extent));
  imply_strides(frame, array);
  return {nullptr, array, {}};
}

}  // namespace nf::codegen
