// What one thread computes: an output point in each of a few rows below each other, which share reads and partial sums.
#include <cstddef>
#include <map>

#include "abi/abi.h"
#include "base/assert.h"
#include "codegen/cpu/reduction_plan.h"
#include "codegen/gpu/gpu.h"

namespace nf::codegen {
namespace {
using ir::InstId;
using llvm::Value;

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
      if (load.check) require_inside(load.site, index, asked, int64_t(d), from.extents[d]);
      address = build().CreateGEP(build().getInt8Ty(), address, build().CreateMul(index, from.strides[d]));
    }
    return read_element(build(), function()[load.array].type.dtype(), address);
  }

  /// Fills the fault and ends the thread when the index is outside. All threads of a launch do: they write the same.
  void require_inside(uint32_t site, Value* index, Value* asked, int64_t axis, Value* extent) {
    llvm::Function* code = build().GetInsertBlock()->getParent();
    llvm::LLVMContext& context = build().getContext();
    auto* outside = llvm::BasicBlock::Create(context, "out_of_range", code);
    auto* on = llvm::BasicBlock::Create(context, "on", code);
    build().CreateCondBr(build().CreateICmpULT(index, extent), on, outside);
    build().SetInsertPoint(outside);
    auto store = [&](Value* value, size_t offset) {
      Value* address = build().CreateConstInBoundsGEP1_64(build().getInt8Ty(), thread_.fault, offset);
      build().CreateAlignedStore(value, address, llvm::Align(value->getType()->getIntegerBitWidth() / 8));
    };
    store(build().getInt32(site), offsetof(abi::Fault, site));
    store(build().getInt32(3), offsetof(abi::Fault, count));
    Value* values[] = {asked, build().getInt64(uint64_t(axis)), extent};
    for (size_t i = 0; i < 3; ++i) store(values[i], offsetof(abi::Fault, values) + 8 * i);
    build().CreateRetVoid();
    build().SetInsertPoint(on);
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

constexpr int kRegisters = 128;  // that a thread can hold values in

class Rows {
 public:
  explicit Rows(GpuThread& thread) : thread_(thread), body_(thread.body), function_(thread.body.function) {
    for (auto& [root, found] : body_.reductions)
      plans_.emplace(root, plan_reduction(found, thread.rows, 1, kRegisters));
    for (InstId id : body_.order)
      if (body_.last_row[id.index] != INT64_MIN) last_row_ = std::max(last_row_, body_.last_row[id.index]);
  }

  std::vector<std::vector<Value*>> results() {
    Invariants invariants(thread_, fixed_);
    for (InstId id : function_[function_.body].insts)
      if (!body_.varies[id.index]) invariants.emit(id);
    std::vector<std::vector<Value*>> all;
    for (int row = 0; row < thread_.rows; ++row) {
      all.emplace_back();
      for (InstId result : body_.results) all.back().push_back(value(result, row));
    }
    return all;
  }

 private:
  llvm::IRBuilder<>& build() { return thread_.build; }

  Value* value(InstId id, int row) {
    if (!body_.varies[id.index]) return fixed_.at(id);
    // Operands first and without recursion: a body may be a chain of thousands.
    if (values_.empty() || values_.size() <= size_t(row)) {
      values_.emplace_back();
      for (InstId next : body_.order) values_.back()[next] = compute(next, row);
    }
    return values_[size_t(row)].at(id);
  }

  Value* compute(InstId id, int row) {
    if (body_.reductions.count(id)) return reduced(id, row);
    if (auto* neighbor = std::get_if<ir::Neighbor>(&function_[id].op)) return read(*neighbor, row);
    Value* made = emit_pure(build(), function_, id, body_.ranges, [&](InstId of) { return operand(of, row); });
    nf_assert(made, "instruction {} is not part of a straight-line stencil", id.index);
    return made;
  }
  Value* operand(InstId id, int row) { return body_.varies[id.index] ? values_[size_t(row)].at(id) : fixed_.at(id); }

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
    if (row > last_row_) {
      Value* above = line(param, outer, row - 1);
      Value* output = build().CreateAdd(thread_.point[rank - 2], build().getInt64(uint64_t(row - last_row_)));
      Value* exists = build().CreateICmpSLT(output, thread_.hi[rank - 2]);
      address = move(above, build().CreateSelect(exists, array.strides[rank - 2], build().getInt64(0)));
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

  uint32_t param_of(InstId neighbor) const {
    return std::get<ir::Param>(function_[std::get<ir::Neighbor>(function_[neighbor].op).array].op).position;
  }

  Value* read(const ir::Neighbor& n, int row) {
    std::vector<int64_t> outer = n.offset;
    const int64_t column = outer.back();
    outer.pop_back();
    int64_t at = row;
    if (!outer.empty()) at += outer.back(), outer.pop_back();
    return element(std::get<ir::Param>(function_[n.array].op).position, outer, at, column);
  }

  // ---- sums, minima and maxima

  Value* tap(const Tap& tap, std::vector<int64_t> outer) {
    auto* cast = std::get_if<ir::Cast>(&function_[tap.leaf].op);
    const InstId neighbor = cast ? cast->a : tap.leaf;
    const int64_t column = outer.back();
    outer.pop_back();
    int64_t row = 0;
    if (!outer.empty()) row = outer.back(), outer.pop_back();
    Value* read = element(param_of(neighbor), outer, row, column);
    if (!cast) return read;
    return emit_cast(build(), read, function_[neighbor].type.dtype(), function_[tap.leaf].type.dtype());
  }

  llvm::Value* number(DType dtype, double value) {
    return emit_const(build(), is_float(dtype) ? ir::float_scalar(dtype, value)
                                               : ir::integer_scalar(dtype, __int128(int64_t(value))));
  }

  Value* node(InstId root, int at) {
    if (auto found = nodes_.find({root, at}); found != nodes_.end()) return found->second;
    using Kind = ReductionPlan::Kind;
    const ReductionPlan::Node& n = plans_.at(root).nodes[size_t(at)];
    const DType dtype = function_[root].type.dtype();
    auto binary = [&](ir::BinaryOp op, Value* a, Value* b) { return emit_binary(build(), op, dtype, a, b); };
    auto made = [&]() -> Value* {
      if (n.kind == Kind::Tap) return tap(body_.reductions.at(root).taps[n.tap], n.offset);
      Value* a = node(root, n.a);
      if (n.kind == Kind::Scale) return binary(ir::BinaryOp::Mul, a, number(dtype, n.weight));
      Value* b = node(root, n.b);
      switch (n.kind) {
        case Kind::Subtract: return binary(ir::BinaryOp::Sub, a, b);
        case Kind::Min: return binary(ir::BinaryOp::Min, a, b);
        case Kind::Max: return binary(ir::BinaryOp::Max, a, b);
        default: return binary(ir::BinaryOp::Add, a, b);
      }
    }();
    return nodes_[{root, at}] = made;
  }

  Value* reduced(InstId root, int row) {
    const Reduction& found = body_.reductions.at(root);
    const DType dtype = function_[root].type.dtype();
    const ir::BinaryOp ops[] = {ir::BinaryOp::Add, ir::BinaryOp::Min, ir::BinaryOp::Max};
    const int at = plans_.at(root).roots[size_t(row)];
    Value* total = at < 0 ? nullptr : node(root, at);
    auto combine = [&](Value* term) {
      total = total ? emit_binary(build(), ops[int(found.combine)], dtype, total, term) : term;
    };
    for (auto& [other, weight] : found.others) {
      Value* term = operand(other, row);
      combine(weight == 1 ? term : emit_binary(build(), ir::BinaryOp::Mul, dtype, term, number(dtype, weight)));
    }
    if (found.combine != Combine::Sum) return total;
    if (found.floats ? found.float_constant != 0 || !total : found.constant != 0 || !total)
      combine(found.floats ? number(dtype, found.float_constant)
                           : emit_const(build(), ir::integer_scalar(dtype, __int128(int64_t(found.constant)))));
    return total;
  }

  GpuThread& thread_;
  const StencilBody& body_;
  const ir::Function& function_;
  int64_t last_row_ = 0;  ///< the last that a point reads, relative to it
  std::map<InstId, ReductionPlan> plans_;
  std::map<InstId, Value*> fixed_;
  std::vector<std::map<InstId, Value*>> values_;  ///< of each row
  std::map<std::tuple<uint32_t, std::vector<int64_t>, int64_t>, Value*> lines_;
  std::map<std::tuple<uint32_t, std::vector<int64_t>, int64_t, int64_t>, Value*> elements_;
  std::map<std::pair<InstId, int>, Value*> nodes_;
};

}  // namespace

std::vector<std::vector<llvm::Value*>> emit_gpu_results(GpuThread& thread) { return Rows(thread).results(); }

}  // namespace nf::codegen
