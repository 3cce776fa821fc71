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
    StencilPlace place{rows, rows > 1, input, output, invariant, splats_before_, inputs_, outputs_};
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
  int64_t piece_points() const {
    int64_t widest = 1;
    for (size_t r = 0; r < region_.outs.size(); ++r) widest = std::max(widest, result_size(r));
    return std::max(quantum(), (widest == 1 ? 1024 : 512) / widest / quantum() * quantum());
  }

  /// The rows of a block in pieces; without streaming all of it is one piece that goes straight to the output.
  void segments(StencilPlace& place) {
    llvm::IRBuilder<>& build = frame_.build;
    Value *lo = region_.lo.back(), *hi = region_.hi.back();
    std::vector<Flushed> lines;
    for (size_t result = 0; result < region_.outs.size(); ++result)
      for (int row = 0; row < rows_; ++row) lines.push_back({result, place.output(result, row), scratch(result, row)});

    BasicBlock *before = build.GetInsertBlock(), *pieces = new_block(frame_, "pieces"),
               *piece = new_block(frame_, "piece"), *work = new_block(frame_, "work"),
               *flushing = new_block(frame_, "flush"), *done = new_block(frame_, "row_done");
    Value* fill = int64(frame_, quantum());
    Value* flushed_end = build.CreateAdd(lo, build.CreateMul(build.CreateSDiv(build.CreateSub(hi, lo), fill), fill));
    build.CreateCondBr(streaming_, pieces, work);

    build.SetInsertPoint(pieces);
    build.CreateBr(piece);
    build.SetInsertPoint(piece);
    llvm::PHINode* from = build.CreatePHI(build.getInt64Ty(), 2);
    from->addIncoming(lo, pieces);
    Value* to = build.CreateAdd(from, int64(frame_, piece_points()));
    to = build.CreateBinaryIntrinsic(llvm::Intrinsic::smin, to, flushed_end);
    Value* is_flushed = build.CreateICmpSLT(from, flushed_end);
    // What is left at the end begins a line earlier, with what is still in the scratch.
    Value* back = build.CreateBinaryIntrinsic(llvm::Intrinsic::smax, lo, build.CreateSub(from, int64(frame_, kLine)));
    std::vector<Value*> targets;
    for (const Flushed& line : lines) {
      Value* shift = build.CreateMul(from, int64(frame_, -result_size(line.result)));
      Value* target = build.CreateGEP(build.getInt8Ty(), line.scratch, build.CreateAdd(skew(line), shift));
      targets.push_back(build.CreateSelect(is_flushed, target, line.output));
    }
    Value *first = build.CreateSelect(is_flushed, from, back), *last = build.CreateSelect(is_flushed, to, hi);
    build.CreateBr(work);

    build.SetInsertPoint(work);
    auto either = [&](Value* plain, Value* streamed) {
      llvm::PHINode* phi = build.CreatePHI(plain->getType(), 2);
      phi->addIncoming(plain, before), phi->addIncoming(streamed, piece);
      return phi;
    };
    Value *begin = either(lo, first), *end = either(hi, last), *flush = either(build.getFalse(), is_flushed);
    for (size_t i = 0; i < lines.size(); ++i) targets[i] = either(lines[i].output, targets[i]);
    place.output = [&](size_t result, int row) { return targets[result * size_t(rows_) + size_t(row)]; };
    columns(place, begin, end);
    build.CreateCondBr(flush, flushing, done);

    build.SetInsertPoint(flushing);
    for (const Flushed& line : lines) flush_line(line, begin, end, build.CreateICmpEQ(begin, lo));
    from->addIncoming(end, build.GetInsertBlock());
    build.CreateBr(piece);
    build.SetInsertPoint(done);
  }

  /// One row of one result that goes through the scratch.
  struct Flushed {
    size_t result;
    Value* output;   ///< the element at column 0
    Value* scratch;  ///< aligned to a line
  };

  Value* scratch(size_t result, int row) {
    llvm::AllocaInst*& made = scratch_[{result, row}];
    if (made) return made;
    const int64_t bytes = piece_points() * result_size(result) + 2 * kLine;
    BasicBlock& entry = frame_.code->getEntryBlock();
    llvm::IRBuilder<> build(&entry, entry.begin());
    made = build.CreateAlloca(llvm::ArrayType::get(build.getInt8Ty(), uint64_t(bytes)), nullptr, "scratch");
    made->setAlignment(llvm::Align(kLine));
    return made;
  }

  /// How far behind the begin of a line a row, and each piece of it, begins.
  Value* skew(const Flushed& line) {
    llvm::IRBuilder<>& build = frame_.build;
    Value* first = build.CreateMul(region_.lo.back(), int64(frame_, result_size(line.result)));
    Value* address = build.CreatePtrToInt(build.CreateGEP(build.getInt8Ty(), line.output, first), build.getInt64Ty());
    return build.CreateAnd(address, int64(frame_, kLine - 1));
  }

  /// The whole lines of the piece [at, end) go out, the unfinished one to the begin of the scratch.
  void flush_line(const Flushed& line, Value* at, Value* end, Value* is_first) {
    llvm::IRBuilder<>& build = frame_.build;
    llvm::Type* vector = llvm::FixedVectorType::get(build.getInt8Ty(), kLine);
    Value* behind = skew(line);
    auto load = [&](Value* offset, uint64_t align) {
      return build.CreateAlignedLoad(vector, build.CreateGEP(build.getInt8Ty(), line.scratch, offset),
                                     llvm::Align(align));
    };
    Value* begin =
        build.CreateGEP(build.getInt8Ty(), line.output, build.CreateMul(at, int64(frame_, result_size(line.result))));
    Value* bytes = build.CreateMul(build.CreateSub(end, at), int64(frame_, result_size(line.result)));
    Value* shared = build.CreateAnd(is_first, build.CreateICmpNE(behind, int64(frame_, 0)));
    BasicBlock *head = new_block(frame_, "head"), *burst = new_block(frame_, "burst");
    build.CreateCondBr(shared, head, burst);
    build.SetInsertPoint(head);
    build.CreateAlignedStore(load(behind, 1), begin, llvm::Align(1));
    build.CreateBr(burst);
    build.SetInsertPoint(burst);
    Value* lines = build.CreateGEP(build.getInt8Ty(), begin, build.CreateNeg(behind));
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
