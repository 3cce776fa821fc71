// The region kernel of a stencil: loops over the outer axes, over blocks of rows and over steps along the last axis.
//
// Note [No epilogues]. A row is covered by whole steps; the last one is moved back so that it ends with the row, and
// computes some points twice. That is possible since inputs and outputs never overlap. A region that is narrower than a
// step takes a narrower one: a quarter of it, then a single point. So no load leaves the footprint of the region, and
// no mask is needed.
//
// Note [Streaming]. Data that is far larger than the cache is bound by memory: plain stores would read every line of
// the output first, and the hardware fetches one row ahead at a time. So rows are computed in pieces into a scratch
// that stays in the first cache level, and each piece is flushed as a burst of whole lines past the cache; the first
// line of a row, which may be shared with its neighbour, and what is left at its end are stored plainly. The scratch of
// a row is shifted so that its lines are those of the output; the last, unfinished line of a piece is carried over to
// the next one. The code that computes is the same as without streaming: only the addresses differ.
#include <llvm/IR/IntrinsicsX86.h>
#include <llvm/IR/MDBuilder.h>

#include "base/assert.h"
#include "codegen/cpu/frame.h"
#include "codegen/cpu/stencil_body.h"
#include "codegen/optimize.h"

namespace nf::codegen {
namespace {
using llvm::BasicBlock;
using llvm::Value;

/// A loop `for i = from; i + step <= to; i += step`, tested before the first round; yields where it stopped.
template <class Body>
Value* step_loop(Frame& frame, Value* from, Value* to, int64_t step, Body body) {
  llvm::IRBuilder<>& build = frame.build;
  Value* last = build.CreateSub(to, int64(frame, step));
  BasicBlock *before = build.GetInsertBlock(), *inside = new_block(frame, "round"), *after = new_block(frame, "after");
  build.CreateCondBr(build.CreateICmpSLE(from, last), inside, after);
  build.SetInsertPoint(inside);
  llvm::PHINode* i = build.CreatePHI(build.getInt64Ty(), 2);
  i->addIncoming(from, before);
  body(i);
  Value* next = build.CreateNSWAdd(i, int64(frame, step));
  BasicBlock* end = build.GetInsertBlock();
  i->addIncoming(next, end);
  build.CreateCondBr(build.CreateICmpSLE(next, last), inside, after);
  build.SetInsertPoint(after);
  llvm::PHINode* stopped = build.CreatePHI(build.getInt64Ty(), 2);
  stopped->addIncoming(from, before), stopped->addIncoming(next, end);
  return stopped;
}

/// Ends the current block; what is emitted before the returned instruction still belongs to it.
llvm::Instruction* open_block(Frame& frame, const char* name) {
  BasicBlock* next = new_block(frame, name);
  llvm::Instruction* jump = frame.build.CreateBr(next);
  frame.build.SetInsertPoint(next);
  return jump;
}

/// The call's arguments in registers.
struct Region {
  std::vector<Value*> lo, hi;  ///< for each axis
  std::vector<ArrayValue> outs;
  Value* streaming = nullptr;  ///< i1
};

Value* load_int64(Frame& frame, Value* base, size_t offset) {
  return frame.build.CreateLoad(frame.build.getInt64Ty(), field(frame, base, offset));
}

Region load_call(Frame& frame) {
  llvm::IRBuilder<>& build = frame.build;
  const ir::Function& function = frame.function;
  frame.context = frame.code->getArg(0);
  Value* call = frame.code->getArg(1);
  Value* args = build.CreateLoad(build.getPtrTy(), field(frame, call, offsetof(abi::StencilCall, args)));
  Value* outs = build.CreateLoad(build.getPtrTy(), field(frame, call, offsetof(abi::StencilCall, outs)));
  Region region;
  for (int d = 0; d < function.rank; ++d) {
    region.lo.push_back(load_int64(frame, call, offsetof(abi::StencilCall, lo) + sizeof(int64_t) * size_t(d)));
    region.hi.push_back(load_int64(frame, call, offsetof(abi::StencilCall, hi) + sizeof(int64_t) * size_t(d)));
  }
  Value* flags = load_int64(frame, call, offsetof(abi::StencilCall, flags));
  region.streaming =
      build.CreateICmpNE(build.CreateAnd(flags, int64(frame, int64_t(abi::kStreaming))), int64(frame, 0));
  for (size_t p = 0; p < function.params.size(); ++p) {
    const Type type = parameter_form(function.params[p]);
    Value* slot = field(frame, args, sizeof(abi::Value) * p);
    RegisterValue value;
    if (type.is_scalar())
      value.scalar = load_scalar(frame, type.dtype(), slot);
    else
      value.array = load_array(frame, type, build.CreateLoad(build.getPtrTy(), slot), Scope::Caller);
    if (function.params[p].relative) value.array.strides.back() = int64(frame, size_of(type.dtype()));
    frame.params.push_back(value);
  }
  for (size_t r = 0; r < function.results.size(); ++r) {
    const Type type = Type::array(function.results[r].dtype(), function.rank, Layout::Any);
    region.outs.push_back(load_array(frame, type, field(frame, outs, sizeof(abi::Array) * r), Scope::Caller));
    region.outs.back().strides.back() = int64(frame, size_of(type.dtype()));
  }
  return region;
}

/// Returns at once from an empty region.
void leave_if_empty(Frame& frame, const Region& region) {
  llvm::IRBuilder<>& build = frame.build;
  Value* empty = build.getFalse();
  for (size_t d = 0; d < region.lo.size(); ++d)
    empty = build.CreateOr(empty, build.CreateICmpSGE(region.lo[d], region.hi[d]));
  BasicBlock *done = new_block(frame, "empty"), *go = new_block(frame, "region");
  build.CreateCondBr(empty, done, go);
  build.SetInsertPoint(done);
  build.CreateRet(int32(frame, 0));
  build.SetInsertPoint(go);
}

/// One walk over the region in steps of one size.
class Walk {
 public:
  Walk(Frame& frame, const Region& region, const StencilBody& body, StencilStep step, llvm::Instruction* splats_before)
      : frame_(frame), region_(region), body_(body), step_(step), splats_before_(splats_before) {
    llvm::MDBuilder builder(frame.build.getContext());
    llvm::MDNode* domain = builder.createAnonymousAliasScopeDomain(frame.code->getName());
    llvm::LLVMContext& context = frame.build.getContext();
    inputs_ = llvm::MDNode::get(context, {builder.createAnonymousAliasScope(domain, "inputs")});
    outputs_ = llvm::MDNode::get(context, {builder.createAnonymousAliasScope(domain, "outputs")});
  }

  /// All points; blocks of `rows` rows first, what is left over row by row. `streaming`: whether to (Note [Streaming]),
  /// or null when that is out of the question.
  void emit(int rows, Value* streaming) {
    rows_ = rows, streaming_ = streaming;
    outer_axis(0);
  }

 private:
  int rank() const { return frame_.function.rank; }

  void outer_axis(int axis) {
    if (axis < rank() - 2) {
      step_loop(frame_, region_.lo[size_t(axis)], region_.hi[size_t(axis)], 1, [&](Value* i) {
        outer_.push_back(i);
        outer_axis(axis + 1);
        outer_.pop_back();
      });
      return;
    }
    planes_.clear();
    in_plane_ = open_block(frame_, "plane");
    if (rank() == 1) return row_block(int64(frame_, 0), 1);
    const size_t axis_of_rows = size_t(rank() - 2);
    Value* row = region_.lo[axis_of_rows];
    if (rows_ > 1)
      row = step_loop(frame_, row, region_.hi[axis_of_rows], rows_, [&](Value* i) { row_block(i, rows_); });
    step_loop(frame_, row, region_.hi[axis_of_rows], 1, [&](Value* i) { row_block(i, 1); });
  }

  void row_block(Value* row, int rows) {
    lines_.clear();
    in_row_ = open_block(frame_, "rows");
    auto input = [&](uint32_t param, const std::vector<int64_t>& outer, int64_t offset) {
      return line(frame_.params[param].array, 0, param, outer, row, offset);
    };
    auto output = [&](size_t result, int offset) {
      return line(region_.outs[result], 1, uint32_t(result), std::vector<int64_t>(outer_.size(), 0), row, offset);
    };
    auto invariant = [&](ir::InstId id) { return frame_.values[id].scalar; };
    StencilPlace place{rows, input, output, invariant, splats_before_, inputs_, outputs_};
    if (streaming_ && rows == rows_)
      segments(place);
    else
      columns(place, region_.lo.back(), region_.hi.back());
  }

  /// Note [No epilogues].
  void columns(const StencilPlace& place, Value* lo, Value* hi) {
    llvm::IRBuilder<>& build = frame_.build;
    const int64_t points = step_.points();
    Value* last = build.CreateSub(hi, int64(frame_, points));
    BasicBlock *before = build.GetInsertBlock(), *inside = new_block(frame_, "columns"),
               *after = new_block(frame_, "line");
    build.CreateBr(inside);
    build.SetInsertPoint(inside);
    llvm::PHINode* t = build.CreatePHI(build.getInt64Ty(), 2);
    t->addIncoming(lo, before);
    Value* column = points == 1 ? t : build.CreateSelect(build.CreateICmpSLT(t, last), t, last);
    emit_stencil_block(build, body_, step_, place, column);
    Value* next = build.CreateNSWAdd(t, int64(frame_, points));
    t->addIncoming(next, build.GetInsertBlock());
    build.CreateCondBr(build.CreateICmpSLT(next, hi), inside, after);
    build.SetInsertPoint(after);
  }

  // ---- Note [Streaming]

  static constexpr int64_t kLine = 64;

  int64_t result_size(size_t result) const { return size_of(frame_.function.results[result].dtype()); }

  /// Points that fill whole lines of every result.
  int64_t quantum() const {
    int64_t points = step_.points();
    for (size_t r = 0; r < region_.outs.size(); ++r)
      while (points * result_size(r) % kLine != 0) points *= 2;
    return points;
  }
  /// Points of a piece: 1 kB of bytes, 512 B of wider elements, in each row.
  int64_t piece() const {
    int64_t widest = 1;
    for (size_t r = 0; r < region_.outs.size(); ++r) widest = std::max(widest, result_size(r));
    return std::max(quantum(), (widest == 1 ? 1024 : 512) / widest / quantum() * quantum());
  }

  /// The rows of a block in pieces; without streaming all of it is one piece that goes straight to the output.
  void segments(StencilPlace& place) {
    llvm::IRBuilder<>& build = frame_.build;
    Value *lo = region_.lo.back(), *hi = region_.hi.back();
    Value* whole =
        build.CreateMul(build.CreateSDiv(build.CreateSub(hi, lo), int64(frame_, quantum())), int64(frame_, quantum()));
    Value* flushed_end = build.CreateSelect(streaming_, build.CreateAdd(lo, whole), lo);
    const auto direct = place.output;
    std::vector<Flushed> lines;
    for (size_t result = 0; result < region_.outs.size(); ++result)
      for (int row = 0; row < rows_; ++row) lines.push_back(flushed_line(direct(result, row), result, row));

    BasicBlock *before = build.GetInsertBlock(), *next_piece = new_block(frame_, "piece"),
               *done = new_block(frame_, "row_done");
    build.CreateBr(next_piece);
    build.SetInsertPoint(next_piece);
    llvm::PHINode* at = build.CreatePHI(build.getInt64Ty(), 2);
    at->addIncoming(lo, before);
    Value* flush = build.CreateICmpSLT(at, flushed_end);
    auto earlier = [&](Value* a, Value* b) { return build.CreateBinaryIntrinsic(llvm::Intrinsic::smin, a, b); };
    Value* end = build.CreateSelect(flush, earlier(build.CreateAdd(at, int64(frame_, piece())), flushed_end), hi);
    // What is left at the end begins a line earlier, with what is still in the scratch.
    Value* back = build.CreateBinaryIntrinsic(llvm::Intrinsic::smax, lo, build.CreateSub(at, int64(frame_, kLine)));
    Value* begin = build.CreateSelect(flush, at, back);
    std::vector<Value*> addresses;
    for (const Flushed& line : lines) {
      Value* shift = build.CreateMul(at, int64(frame_, -result_size(line.result)));
      Value* scratch = build.CreateGEP(build.getInt8Ty(), line.scratch, build.CreateAdd(line.skew, shift));
      addresses.push_back(build.CreateSelect(flush, scratch, line.output));
    }
    place.output = [&](size_t result, int row) { return addresses[result * size_t(rows_) + size_t(row)]; };
    columns(place, begin, end);

    BasicBlock* flushing = new_block(frame_, "flush");
    build.CreateCondBr(flush, flushing, done);
    build.SetInsertPoint(flushing);
    for (const Flushed& line : lines) flush_line(line, at, end, build.CreateICmpEQ(at, lo));
    at->addIncoming(end, build.GetInsertBlock());
    build.CreateBr(next_piece);
    build.SetInsertPoint(done);
  }

  /// One row of one result that goes through the scratch.
  struct Flushed {
    size_t result;
    Value* output;   ///< the element at column 0
    Value* scratch;  ///< aligned to a line
    Value* skew;     ///< how far behind the begin of a line a row (and each piece of it) begins
  };

  Flushed flushed_line(Value* output, size_t result, int row) {
    llvm::IRBuilder<>& build = frame_.build;
    const int64_t bytes = piece() * result_size(result) + 2 * kLine;
    auto* type = llvm::ArrayType::get(build.getInt8Ty(), uint64_t(bytes));
    llvm::AllocaInst*& scratch = scratch_[{result, row}];
    if (!scratch) {
      BasicBlock& entry = frame_.code->getEntryBlock();
      scratch = llvm::IRBuilder<>(&entry, entry.begin()).CreateAlloca(type, nullptr, "scratch");
      scratch->setAlignment(llvm::Align(kLine));
    }
    Value* first = build.CreateGEP(build.getInt8Ty(), output,
                                   build.CreateMul(region_.lo.back(), int64(frame_, result_size(result))));
    Value* skew = build.CreateAnd(build.CreatePtrToInt(first, build.getInt64Ty()), int64(frame_, kLine - 1));
    return {result, output, scratch, skew};
  }

  /// The whole lines of the piece [at, end) go out, the unfinished one to the begin of the scratch.
  void flush_line(const Flushed& line, Value* at, Value* end, Value* is_first) {
    llvm::IRBuilder<>& build = frame_.build;
    llvm::Type* vector = llvm::FixedVectorType::get(build.getInt8Ty(), kLine);
    auto load = [&](Value* offset, uint64_t align) {
      return build.CreateAlignedLoad(vector, build.CreateGEP(build.getInt8Ty(), line.scratch, offset),
                                     llvm::Align(align));
    };
    Value* begin =
        build.CreateGEP(build.getInt8Ty(), line.output, build.CreateMul(at, int64(frame_, result_size(line.result))));
    Value* bytes = build.CreateMul(build.CreateSub(end, at), int64(frame_, result_size(line.result)));
    Value* shared = build.CreateAnd(is_first, build.CreateICmpNE(line.skew, int64(frame_, 0)));
    BasicBlock *head = new_block(frame_, "head"), *burst = new_block(frame_, "burst");
    build.CreateCondBr(shared, head, burst);
    build.SetInsertPoint(head);
    build.CreateAlignedStore(load(line.skew, 1), begin, llvm::Align(1));
    build.CreateBr(burst);
    build.SetInsertPoint(burst);
    Value* lines = build.CreateGEP(build.getInt8Ty(), begin, build.CreateNeg(line.skew));
    llvm::MDNode* past_cache = llvm::MDNode::get(build.getContext(), llvm::ConstantAsMetadata::get(build.getInt32(1)));
    Value* first = build.CreateSelect(shared, int64(frame_, kLine), int64(frame_, 0));
    step_loop(frame_, first, bytes, kLine, [&](Value* offset) {
      Value* to = build.CreateGEP(build.getInt8Ty(), lines, offset);
      llvm::StoreInst* store = build.CreateAlignedStore(load(offset, kLine), to, llvm::Align(kLine));
      store->setMetadata(llvm::LLVMContext::MD_nontemporal, past_cache);
    });
    build.CreateAlignedStore(load(bytes, kLine), line.scratch, llvm::Align(kLine));
  }

  /// The element at column 0 of a row. Addresses are computed once for each plane and each block of rows.
  Value* line(const ArrayValue& array, int kind, uint32_t which, const std::vector<int64_t>& outer, Value* row,
              int64_t offset) {
    Value*& plane = planes_[{kind, which, outer}];
    if (!plane) {
      llvm::IRBuilder<> build(in_plane_);
      plane = array.data;
      for (size_t d = 0; d < outer.size(); ++d)
        plane = advance(build, plane, build.CreateAdd(outer_[d], build.getInt64(uint64_t(outer[d]))), array.strides[d]);
    }
    if (rank() == 1) return plane;
    Value*& line = lines_[{kind, which, outer, offset}];
    if (!line) {
      llvm::IRBuilder<> build(in_row_);
      line = advance(build, plane, build.CreateAdd(row, build.getInt64(uint64_t(offset))),
                     array.strides[size_t(rank() - 2)]);
    }
    return line;
  }

  static Value* advance(llvm::IRBuilder<>& build, Value* base, Value* steps, Value* stride) {
    return build.CreateGEP(build.getInt8Ty(), base, build.CreateMul(steps, stride));
  }

  Frame& frame_;
  const Region& region_;
  const StencilBody& body_;
  const StencilStep step_;
  llvm::Instruction* splats_before_;
  llvm::MDNode *inputs_, *outputs_;
  int rows_ = 1;
  Value* streaming_ = nullptr;
  std::map<std::pair<size_t, int>, llvm::AllocaInst*> scratch_;
  std::vector<Value*> outer_;
  llvm::Instruction *in_plane_ = nullptr, *in_row_ = nullptr;
  std::map<std::tuple<int, uint32_t, std::vector<int64_t>>, Value*> planes_;
  std::map<std::tuple<int, uint32_t, std::vector<int64_t>, int64_t>, Value*> lines_;
};

/// Rows that are computed together: they share loads and partial sums.
constexpr int kRows = 4;

void emit_vector_form(Frame& frame, const StencilBody& body) {
  frame.code->addFnAttr(kExplicitVectors);
  frame.code->addFnAttr("min-legal-vector-width", std::to_string(8 * frame.emission.vector_bytes));
  frame.code->addFnAttr("prefer-vector-width", std::to_string(8 * frame.emission.vector_bytes));
  const ir::Function& function = frame.function;
  Region region = load_call(frame);
  leave_if_empty(frame, region);
  for (ir::InstId id : function[function.body].insts)
    if (!body.varies[id.index] && !std::holds_alternative<ir::Return>(function[id].op)) emit_instruction(frame, id);
  llvm::Instruction* splats_before = open_block(frame, "widths");

  llvm::IRBuilder<>& build = frame.build;
  Value* width = build.CreateSub(region.hi.back(), region.lo.back());
  const StencilStep wide = wide_step(body, frame.emission.vector_bytes);
  std::vector<std::pair<StencilStep, int>> walks = {{wide, function.rank > 1 ? kRows : 1}};
  if (wide.points() >= 16) walks.push_back({{wide.points() / 4, 1}, 1});
  if (wide.points() > 1) walks.push_back({{1, 1}, 1});
  for (auto [step, rows] : walks) {
    BasicBlock* narrower = nullptr;
    if (step.points() > 1) {
      BasicBlock* fits = new_block(frame, "wide");
      narrower = new_block(frame, "narrower");
      build.CreateCondBr(build.CreateICmpSGE(width, int64(frame, step.points())), fits, narrower);
      build.SetInsertPoint(fits);
    }
    const bool may_stream = rows > 1 && step.points() > 1;
    Walk(frame, region, body, step, splats_before).emit(rows, may_stream ? region.streaming : nullptr);
    if (may_stream) build.CreateIntrinsic(llvm::Intrinsic::x86_sse_sfence, {});
    build.CreateRet(int32(frame, 0));
    if (narrower) build.SetInsertPoint(narrower);
  }
}

/// Loops around the body, which is a function of the point.
void emit_loop_form(Frame& frame, int i) {
  emit_body(frame.emission, i);
  Region region = load_call(frame);
  const ir::Function& function = frame.function;
  llvm::IRBuilder<>& build = frame.build;
  Value* flag = field(frame, frame.context, offsetof(abi::Context, cancelled));
  frame.cancelled = build.CreateLoad(build.getPtrTy(), flag);
  std::vector<Value*> point;
  std::function<void(int)> axis = [&](int d) {
    if (d < function.rank) {
      if (d == function.rank - 1) poll(frame);
      step_loop(frame, region.lo[size_t(d)], region.hi[size_t(d)], 1, [&](Value* at) {
        point.push_back(at);
        axis(d + 1);
        point.pop_back();
      });
      return;
    }
    std::vector<Value*> args = {frame.context};
    for (size_t p = 0; p < function.params.size(); ++p)
      to_leaves(frame.params[p], parameter_form(function.params[p]), args);
    args.insert(args.end(), point.begin(), point.end());
    for (const ArrayValue& out : region.outs) args.push_back(element_address(frame, out, point));
    check_status(frame, build.CreateCall(body_function(frame.emission, i), args));
  };
  axis(0);
  build.CreateRet(int32(frame, 0));
}

}  // namespace

void emit_stencil_function(Emission& emission, int i) {
  const ir::Function& function = emission.ir.functions[size_t(i)];
  Frame frame{emission, function, emission.functions[size_t(i)], llvm::IRBuilder<>(emission.llvm.getContext())};
  frame.values.resize(function.insts.size());
  frame.build.SetInsertPoint(new_block(frame, "entry"));
  if (function.fastmath) frame.build.setFastMathFlags(llvm::FastMathFlags::getFast());
  if (auto body = straight_line(function))
    emit_vector_form(frame, *body);
  else
    emit_loop_form(frame, i);
}

}  // namespace nf::codegen
