// The kernel around the points: its arguments (abi/gpu.h), which points a thread has, and its stores.
#include <llvm/IR/IntrinsicsNVPTX.h>

#include "base/assert.h"
#include "codegen/gpu/gpu.h"

namespace nf::codegen {
namespace {
using llvm::BasicBlock;
using llvm::Value;

/// Rows that a thread computes, where there are rows.
constexpr int kRows = 4;

/// The types of the kernel's arguments, and what LLVM may know of them.
class Signature {
 public:
  explicit Signature(llvm::LLVMContext& context) : context_(context) {}

  void scalar(DType dtype) { add(memory_type(context_, dtype), size_of(dtype)); }
  void number() { add(llvm::Type::getInt64Ty(context_), 8); }
  /// `access`: whether the kernel only reads or only writes there.
  void pointer(int align, llvm::Attribute::AttrKind access) {
    pointers_.push_back({unsigned(types_.size()), align, access});
    add(llvm::PointerType::get(context_, kGlobalMemory), 8);
  }
  void array(DType dtype, int rank, llvm::Attribute::AttrKind access) {
    pointer(size_of(dtype), access);
    for (int i = 0; i < 2 * rank; ++i) number();
  }
  int64_t bytes() const { return bytes_; }

  llvm::Function* make(llvm::Module& code, const char* name) {
    auto* type = llvm::FunctionType::get(llvm::Type::getVoidTy(context_), types_, false);
    auto* kernel = llvm::Function::Create(type, llvm::Function::ExternalLinkage, name, code);
    kernel->setCallingConv(llvm::CallingConv::PTX_Kernel);
    for (const Pointer& pointer : pointers_) {
      kernel->addParamAttr(pointer.argument, llvm::Attribute::getWithAlignment(context_, llvm::Align(pointer.align)));
      kernel->addParamAttr(pointer.argument, llvm::Attribute::NoAlias);
      kernel->addParamAttr(pointer.argument, pointer.access);
    }
    return kernel;
  }

 private:
  struct Pointer {
    unsigned argument;
    int align;
    llvm::Attribute::AttrKind access;
  };
  void add(llvm::Type* type, int64_t size) {
    types_.push_back(type);
    bytes_ = (bytes_ + size - 1) / size * size + size;
  }
  llvm::LLVMContext& context_;
  std::vector<llvm::Type*> types_;
  std::vector<Pointer> pointers_;
  int64_t bytes_ = 0;
};

llvm::Function* declare(llvm::Module& code, const ir::Function& function) {
  Signature signature(code.getContext());
  for (const ir::Parameter& param : function.params)
    if (param.type.is_scalar())
      signature.scalar(param.type.dtype());
    else
      signature.array(param.type.dtype(), param.type.rank(), llvm::Attribute::ReadOnly);
  for (Type result : function.results) signature.array(result.dtype(), function.rank, llvm::Attribute::WriteOnly);
  for (int i = 0; i < 2 * function.rank; ++i) signature.number();
  signature.pointer(8, llvm::Attribute::WriteOnly);
  if (signature.bytes() > abi::kGpuArgumentBytes)
    throw Error(
        ErrorKind::Unsupported,
        fmt::format("`{}` cannot be compiled for a GPU: its arguments take {} bytes", function.name, signature.bytes()),
        {fmt::format("a GPU kernel has room for {}; pass fewer arrays", abi::kGpuArgumentBytes)});
  return signature.make(code, "nf_0");
}

/// Hands out the arguments one after the other.
class Arguments {
 public:
  explicit Arguments(llvm::Function& kernel) : next_(kernel.arg_begin()) {}
  Value* next() { return &*next_++; }
  std::vector<Value*> numbers(int count) {
    std::vector<Value*> list;
    for (int i = 0; i < count; ++i) list.push_back(next());
    return list;
  }
  GpuArray array(int rank) {
    GpuArray array;
    array.data = next();
    array.extents = numbers(rank), array.strides = numbers(rank);
    return array;
  }

 private:
  llvm::Function::arg_iterator next_;
};

/// The number of a thread on an axis of the grid, as 64 bits: `block` threads in each block.
Value* grid_index(llvm::IRBuilder<>& build, llvm::Intrinsic::ID of_block, llvm::Intrinsic::ID of_thread, int block) {
  Value* number = build.CreateZExt(build.CreateIntrinsic(of_block, {}), build.getInt64Ty());
  if (block == 1) return number;
  Value* thread = build.CreateZExt(build.CreateIntrinsic(of_thread, {}), build.getInt64Ty());
  return build.CreateAdd(build.CreateMul(number, build.getInt64(uint64_t(block))), thread);
}

/// Finds the thread's first point, and ends threads that have none.
void find_point(GpuThread& thread, const abi::GpuKernel& shape) {
  namespace I = llvm::Intrinsic;
  llvm::IRBuilder<>& build = thread.build;
  const size_t rank = size_t(shape.rank);
  thread.point.resize(rank);
  auto place = [&](size_t axis, Value* offset) { thread.point[axis] = build.CreateAdd(thread.lo[axis], offset); };
  place(rank - 1, grid_index(build, I::nvvm_read_ptx_sreg_ctaid_x, I::nvvm_read_ptx_sreg_tid_x, shape.block[0]));
  Value* inside = build.CreateICmpSLT(thread.point[rank - 1], thread.hi[rank - 1]);
  if (rank > 1) {
    Value* group = grid_index(build, I::nvvm_read_ptx_sreg_ctaid_y, I::nvvm_read_ptx_sreg_tid_y, shape.block[1]);
    place(rank - 2, build.CreateMul(group, build.getInt64(uint64_t(shape.rows))));
    inside = build.CreateAnd(inside, build.CreateICmpSLT(thread.point[rank - 2], thread.hi[rank - 2]));
  }
  Value* plane = rank > 2 ? build.CreateIntrinsic(I::nvvm_read_ptx_sreg_ctaid_z, {}) : nullptr;
  if (rank == 3) place(0, build.CreateZExt(plane, build.getInt64Ty()));
  if (rank == 4) {
    // Both fit 32 bits: there are no more planes than a grid has on z.
    Value* extent = build.CreateTrunc(build.CreateSub(thread.hi[1], thread.lo[1]), build.getInt32Ty());
    place(0, build.CreateZExt(build.CreateUDiv(plane, extent), build.getInt64Ty()));
    place(1, build.CreateZExt(build.CreateURem(plane, extent), build.getInt64Ty()));
  }
  llvm::Function* code = build.GetInsertBlock()->getParent();
  BasicBlock* nothing = BasicBlock::Create(build.getContext(), "nothing", code);
  BasicBlock* compute = BasicBlock::Create(build.getContext(), "compute", code);
  build.CreateCondBr(inside, compute, nothing);
  build.SetInsertPoint(nothing);
  build.CreateRetVoid();
  build.SetInsertPoint(compute);
}

/// The stores of a thread.
class Stores {
 public:
  Stores(GpuThread& thread, const std::vector<GpuArray>& outs, const std::vector<std::vector<Value*>>& rows)
      : thread_(thread), build_(thread.build), outs_(outs), rows_(rows) {
    const size_t outer = thread.point.size() - 1;
    for (size_t r = 0; r < outs.size(); ++r) {
      Value* address = outs[r].data;
      for (size_t d = 0; d < outer; ++d) address = move(address, build_.CreateMul(thread.point[d], outs[r].strides[d]));
      first_.push_back(move(address, build_.CreateMul(thread.point[outer], build_.getInt64(uint64_t(size(r))))));
    }
  }

  /// All rows at once where all lie in the region (so that LLVM leaves the reads together), else one after the other.
  void emit() {
    llvm::Function* code = build_.GetInsertBlock()->getParent();
    auto block = [&](const char* name) { return BasicBlock::Create(build_.getContext(), name, code); };
    BasicBlock *whole = block("whole"), *done = block("done");
    const size_t last = rows_.size() - 1;
    BasicBlock* part = last ? block("part") : nullptr;
    if (part)
      build_.CreateCondBr(exists(last), whole, part);
    else
      build_.CreateBr(whole);
    for (size_t row = 0; part && row < last; ++row) {
      build_.SetInsertPoint(part);
      store(row);
      part = row + 1 < last ? block("part") : done;
      if (part == done)
        build_.CreateBr(done);
      else
        build_.CreateCondBr(exists(row + 1), part, done);
    }
    build_.SetInsertPoint(whole);
    for (size_t row = 0; row <= last; ++row) store(row);
    build_.CreateBr(done);
    build_.SetInsertPoint(done);
    build_.CreateRetVoid();
  }

 private:
  DType dtype(size_t result) const { return thread_.body.function.results[result].dtype(); }
  int size(size_t result) const { return size_of(dtype(result)); }
  Value* move(Value* address, Value* bytes) { return build_.CreateGEP(build_.getInt8Ty(), address, bytes); }

  /// Whether the row `row` rows below the thread's first one lies in the region.
  Value* exists(size_t row) {
    const size_t axis = thread_.point.size() - 2;
    return build_.CreateICmpSLT(build_.CreateAdd(thread_.point[axis], build_.getInt64(row)), thread_.hi[axis]);
  }

  void store(size_t row) {
    for (size_t r = 0; r < outs_.size(); ++r) {
      Value* address = first_[r];
      if (row > 0)
        address = move(address, build_.CreateMul(outs_[r].strides[thread_.point.size() - 2], build_.getInt64(row)));
      Value* value = rows_[row][r];
      if (is_bool(dtype(r))) value = build_.CreateZExt(value, build_.getInt8Ty());
      build_.CreateAlignedStore(value, address, llvm::Align(uint64_t(size(r))));
    }
  }

  GpuThread& thread_;
  llvm::IRBuilder<>& build_;
  const std::vector<GpuArray>& outs_;
  const std::vector<std::vector<Value*>>& rows_;
  std::vector<Value*> first_;  ///< where the first row goes, for each result
};

}  // namespace

abi::GpuKernel emit_gpu_kernel(llvm::Module& code, const ir::Module& module, const StencilBody& body) {
  const ir::Function& function = body.function;
  abi::GpuKernel shape{function.rank, {256, 1}, 1, {}, {}};
  // 32 columns fill the lines of memory that a warp reads and writes.
  if (function.rank > 1) shape = {function.rank, {32, 8}, kRows, {}, {}};
  for (const ir::Parameter& param : function.params)
    shape.params.push_back(
        {param.type.is_array(), param.type.is_array() ? param.type.rank() : 0, size_of(param.type.dtype())});
  for (Type result : function.results) shape.results.push_back({true, function.rank, size_of(result.dtype())});
  llvm::Function* kernel = declare(code, function);
  kernel->addFnAttr("nvvm.reqntid", fmt::format("{},{},1", shape.block[0], shape.block[1]));
  llvm::IRBuilder<> build(BasicBlock::Create(code.getContext(), "entry", kernel));
  if (function.fastmath) {
    // As on the CPU; square roots and divisions are rounded as they should be there too.
    llvm::FastMathFlags flags = llvm::FastMathFlags::getFast();
    flags.setApproxFunc(false);
    build.setFastMathFlags(flags);
  }

  GpuThread thread{build, module, body};
  thread.rows = shape.rows;
  Arguments arguments(*kernel);
  for (const ir::Parameter& param : function.params) {
    const bool scalar = param.type.is_scalar();
    thread.arrays.push_back(scalar ? GpuArray{} : arguments.array(param.type.rank()));
    thread.scalars.push_back(scalar ? arguments.next() : nullptr);
    if (scalar && is_bool(param.type.dtype()))
      thread.scalars.back() = build.CreateICmpNE(thread.scalars.back(), build.getInt8(0));
  }
  std::vector<GpuArray> outs;
  for (size_t r = 0; r < function.results.size(); ++r) outs.push_back(arguments.array(function.rank));
  thread.lo = arguments.numbers(function.rank), thread.hi = arguments.numbers(function.rank);
  thread.fault = arguments.next();

  find_point(thread, shape);
  const std::vector<std::vector<Value*>> rows = emit_gpu_results(thread);
  Stores(thread, outs, rows).emit();
  return shape;
}

}  // namespace nf::codegen
