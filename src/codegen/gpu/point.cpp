// What one thread computes: an output point in each of a few rows below each other, which share what they read.
#include <cstddef>
#include <map>

#include "abi/abi.h"
#include "base/assert.h"
#include "codegen/gpu/gpu.h"

namespace nf::codegen {
namespace {
using ir::InstId;
using llvm::Value;

/// Fills the fault where `bad` holds, unless that has been done, and ends the thread.
void raise_where(GpuThread& thread, Value* bad, uint32_t site, const std::vector<Value*>& values) {
  llvm::IRBuilder<>& build = thread.build;
  llvm::LLVMContext& context = build.getContext();
  llvm::Function* code = build.GetInsertBlock()->getParent();
  auto block = [&](const char* name) { return llvm::BasicBlock::Create(context, name, code); };
  llvm::BasicBlock *raises = block("raises"), *first = block("first"), *leave = block("leave"), *on = block("on");
  build.CreateCondBr(bad, raises, on);
  build.SetInsertPoint(raises);
  auto field = [&](size_t offset) { return build.CreateConstInBoundsGEP1_64(build.getInt8Ty(), thread.fault, offset); };
  const auto relaxed = llvm::AtomicOrdering::Monotonic;
  Value* claimed = build.CreateAtomicCmpXchg(field(offsetof(abi::Fault, site)), build.getInt32(0), build.getInt32(site),
                                             llvm::Align(4), relaxed, relaxed);
  build.CreateCondBr(build.CreateExtractValue(claimed, 1), first, leave);
  build.SetInsertPoint(first);
  build.CreateAlignedStore(build.getInt32(uint32_t(values.size())), field(offsetof(abi::Fault, count)), llvm::Align(4));
  for (size_t i = 0; i < values.size(); ++i)
    build.CreateAlignedStore(values[i], field(offsetof(abi::Fault, values) + 8 * i), llvm::Align(8));
  build.CreateBr(leave);
  build.SetInsertPoint(leave);
  build.CreateRetVoid();
  build.SetInsertPoint(on);
}

/// A scalar as the 8 bytes of a fault's value.
Value* fault_value(llvm::IRBuilder<>& build, Value* value, DType dtype) {
  if (!is_float(dtype)) return emit_cast(build, value, dtype, is_signed(dtype) ? DType::Int64 : DType::UInt64);
  return build.CreateBitCast(emit_cast(build, value, dtype, DType::Float64), build.getInt64Ty());
}

/// `row_exists` is null where it is known to.
template <class ValueOf>
void emit_check(GpuThread& thread, const ir::If& branch, Value* row_exists, ValueOf value_of) {
  const ir::Function& function = thread.body.function;
  const auto& raise = std::get<ir::Raise>(function[function[branch.then].insts.back()].op);
  std::vector<Value*> values;
  for (InstId id : raise.values) values.push_back(fault_value(thread.build, value_of(id), function[id].type.dtype()));
  Value* bad = value_of(branch.condition);
  raise_where(thread, row_exists ? thread.build.CreateAnd(bad, row_exists) : bad, raise.site, values);
}

/// Code that does not depend on the point.
class Invariants {
 public:
  Invariants(GpuThread& thread, std::map<InstId, Value*>& values) : thread_(thread), values_(values) {}

  void emit(InstId id) {
    const ir::Op& op = function()[id].op;
    if (auto* param = std::get_if<ir::Param>(&op)) {
      if (Value* scalar = thread_.scalars[param->position]) values_[id] = scalar;
    } else if (auto* dim = std::get_if<ir::Dim>(&op)) {
      values_[id] = array(dim->array).extents[dim->axis];
    } else if (auto* load = std::get_if<ir::Load>(&op)) {
      values_[id] = read(*load);
    } else if (auto* branch = std::get_if<ir::If>(&op)) {
      emit_check(thread_, *branch, nullptr, [&](InstId of) { return values_.at(of); });
    } else if (Value* made =
                   emit_pure(build(), function(), id, thread_.body.ranges, [&](InstId of) { return values_.at(of); })) {
      values_[id] = made;
    }
  }

 private:
  const ir::Function& function() const { return thread_.body.function; }
  llvm::IRBuilder<>& build() { return thread_.build; }

  GpuArray array(InstId id) {
    if (auto* param = std::get_if<ir::Param>(&function()[id].op)) return thread_.arrays[param->position];
    auto* global = std::get_if<ir::Global>(&function()[id].op);
    nf_assert(global, "@{} reads an array that is neither an argument nor captured", function().name);
    return captured(global->constant);
  }

  /// A captured array is part of the code.
  GpuArray captured(uint32_t constant) {
    const ConstantArray& data = thread_.module.constants.at(constant);
    llvm::Module& code = *build().GetInsertBlock()->getModule();
    const std::string name = "constant_" + std::to_string(constant);
    llvm::GlobalVariable* variable = code.getNamedGlobal(name);
    if (!variable) {
      llvm::StringRef bytes(reinterpret_cast<const char*>(data.data.data()), data.data.size());
      llvm::Constant* value = llvm::ConstantDataArray::getRaw(bytes, bytes.size() / size_t(size_of(data.dtype)),
                                                              memory_type(build().getContext(), data.dtype));
      variable =
          new llvm::GlobalVariable(code, value->getType(), /*isConstant=*/true, llvm::GlobalValue::InternalLinkage,
                                   value, name, nullptr, llvm::GlobalValue::NotThreadLocal, kGlobalMemory);
      variable->setAlignment(llvm::Align(16));
    }
    GpuArray array{variable, {}, {}};
    int64_t stride = size_of(data.dtype);
    for (size_t d = data.shape.size(); d-- > 0; stride *= data.shape[d])
      array.strides.insert(array.strides.begin(), build().getInt64(uint64_t(stride)));
    for (int64_t extent : data.shape) array.extents.push_back(build().getInt64(uint64_t(extent)));
    return array;
  }

  Value* read(const ir::Load& load) {
    const GpuArray from = array(load.array);
    Value* address = from.data;
    for (size_t d = 0; d < load.index.size(); ++d) {
      const DType given = function()[load.index[d]].type.dtype();
      Value* index = emit_cast(build(), values_.at(load.index[d]), given, DType::Int64);
      Value* asked = index;
      if (load.wrap && is_signed(given)) {
        Value* negative = build().CreateICmpSLT(index, build().getInt64(0));
        index = build().CreateSelect(negative, build().CreateAdd(index, from.extents[d]), index);
      }
      if (load.check)
        raise_where(thread_, build().CreateICmpUGE(index, from.extents[d]), load.site,
                    {asked, build().getInt64(uint64_t(d)), from.extents[d]});
      address = build().CreateGEP(build().getInt8Ty(), address, build().CreateMul(index, from.strides[d]));
    }
    return read_element(build(), function()[load.array].type.dtype(), address);
  }

 public:
  /// An element that nobody writes while the kernel runs.
  static Value* read_element(llvm::IRBuilder<>& build, DType dtype, Value* address) {
    llvm::LoadInst* load =
        build.CreateAlignedLoad(memory_type(build.getContext(), dtype), address, llvm::Align(uint64_t(size_of(dtype))));
    load->setMetadata(llvm::LLVMContext::MD_invariant_load, llvm::MDNode::get(build.getContext(), {}));
    return is_bool(dtype) ? build.CreateICmpNE(load, build.getInt8(0)) : load;
  }

 private:
  GpuThread& thread_;
  std::map<InstId, Value*>& values_;
};

class Rows {
 public:
  explicit Rows(GpuThread& thread) : thread_(thread), body_(thread.body), function_(thread.body.function) {}

  std::vector<std::vector<Value*>> results() {
    Invariants invariants(thread_, fixed_);
    for (InstId id : body_.order)
      if (!body_.varies[id.index]) invariants.emit(id);
    std::vector<std::vector<Value*>> all;
    for (int row = 0; row < thread_.rows; ++row) {
      values_.clear();
      for (InstId id : body_.order)
        if (body_.varies[id.index]) emit(id, row);
      all.emplace_back();
      for (InstId result : body_.results) all.back().push_back(value(result));
    }
    return all;
  }

 private:
  llvm::IRBuilder<>& build() { return thread_.build; }
  Value* value(InstId id) { return body_.varies[id.index] ? values_.at(id) : fixed_.at(id); }

  void emit(InstId id, int row) {
    const ir::Op& op = function_[id].op;
    if (auto* neighbor = std::get_if<ir::Neighbor>(&op)) {
      values_[id] = read(*neighbor, row);
    } else if (auto* branch = std::get_if<ir::If>(&op)) {
      emit_check(thread_, *branch, row > 0 ? thread_.has_row(row) : nullptr, [&](InstId of) { return value(of); });
    } else {
      Value* made = emit_pure(build(), function_, id, body_.ranges, [&](InstId of) { return value(of); });
      nf_assert(made, "instruction {} is not part of a straight-line stencil", id.index);
      values_[id] = made;
    }
  }

  // ---- reading

  /// The address of column `point` in the row `row` rows below the thread's first one, in the plane `outer` away. For a
  /// row that only points beyond the region would read, it is the address of one before it.
  Value* line(uint32_t param, const std::vector<int64_t>& outer, int64_t row) {
    Value*& made = lines_[{param, outer, row}];
    if (made) return made;
    const GpuArray& array = thread_.arrays[param];
    auto move = [&](Value* address, Value* bytes) { return build().CreateGEP(build().getInt8Ty(), address, bytes); };
    auto times = [&](Value* stride, int64_t n) { return build().CreateMul(stride, build().getInt64(uint64_t(n))); };
    const size_t rank = size_t(function_.rank);
    Value* address = nullptr;
    if (row > body_.last_row) {
      Value* above = line(param, outer, row - 1);
      address = move(above, build().CreateSelect(thread_.has_row(row - body_.last_row), array.strides[rank - 2],
                                                 build().getInt64(0)));
    } else if (row != 0) {
      address = move(line(param, outer, 0), times(array.strides[rank - 2], row));
    } else if (outer == std::vector<int64_t>(outer.size())) {
      address = array.data;
      for (size_t d = 0; d + 1 < rank; ++d)
        address = move(address, build().CreateMul(thread_.point[d], array.strides[d]));
      address = move(address, times(thread_.point[rank - 1], size_of(function_.params[param].type.dtype())));
    } else {
      address = line(param, std::vector<int64_t>(outer.size()), 0);
      for (size_t d = 0; d < outer.size(); ++d)
        if (outer[d] != 0) address = move(address, times(array.strides[d], outer[d]));
    }
    return made = address;
  }

  Value* element(uint32_t param, const std::vector<int64_t>& outer, int64_t row, int64_t column) {
    Value*& made = elements_[{param, outer, row, column}];
    if (made) return made;
    const DType dtype = function_.params[param].type.dtype();
    Value* address = build().CreateGEP(build().getInt8Ty(), line(param, outer, row),
                                       build().getInt64(uint64_t(column * size_of(dtype))));
    return made = Invariants::read_element(build(), dtype, address);
  }

  Value* read(const ir::Neighbor& n, int row) {
    std::vector<int64_t> outer = n.offset;
    const int64_t column = outer.back();
    outer.pop_back();
    int64_t at = row;
    if (!outer.empty()) at += outer.back(), outer.pop_back();
    return element(std::get<ir::Param>(function_[n.array].op).position, outer, at, column);
  }

  GpuThread& thread_;
  const GpuBody& body_;
  const ir::Function& function_;
  std::map<InstId, Value*> fixed_;
  std::map<InstId, Value*> values_;  ///< of the row that is emitted
  std::map<std::tuple<uint32_t, std::vector<int64_t>, int64_t>, Value*> lines_;
  std::map<std::tuple<uint32_t, std::vector<int64_t>, int64_t, int64_t>, Value*> elements_;
};

}  // namespace

std::vector<std::vector<llvm::Value*>> emit_gpu_results(GpuThread& thread) { return Rows(thread).results(); }

}  // namespace nf::codegen
