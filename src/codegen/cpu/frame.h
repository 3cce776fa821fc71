// The state of one function while its body is emitted, and what its emitters share.
#pragma once
#include <llvm/ADT/SmallVector.h>
#include <llvm/IR/MDBuilder.h>

#include <map>
#include <set>

#include "abi/abi.h"
#include "codegen/cpu/emit.h"

namespace nf::codegen {

/// Whose memory an array is, for LLVM: arrays of two different scopes never overlap.
enum class Scope : int {
  Unknown = -1,  ///< may be any of those below
  Caller = 0,    ///< arguments and everything else that was there before the call
                 ///< 1, 2, ...: allocated at one place of this function
};

/// An array in registers: the first element's address, extents and strides (in bytes) of each axis.
struct ArrayValue {
  Type type;
  llvm::Value* data = nullptr;
  llvm::SmallVector<llvm::Value*, 4> shape, strides;
  Scope scope = Scope::Unknown;
  bool constant = false;  ///< memory that nobody writes
};

/// What an IR value is in registers: a scalar, an array, or a tuple of both.
struct RegisterValue {
  llvm::Value* scalar = nullptr;
  ArrayValue array;
  std::vector<RegisterValue> items;
};

/// Where `Break` and `Continue` go.
struct LoopTargets {
  llvm::BasicBlock* on_break;
  llvm::BasicBlock* on_continue;
};

/// One function while its body is emitted. Its LLVM function takes the context, then the leaves of its parameters (see
/// `leaf_types`), then for stencils the point, then one pointer for each result leaf; it returns the status.
struct Frame {
  Emission& emission;
  const ir::Function& function;
  llvm::Function* code;
  llvm::IRBuilder<> build;
  llvm::Value* context = nullptr;
  llvm::Value* cancelled = nullptr;  ///< address of the flag
  llvm::Value* depth = nullptr;      ///< of recursion; null in functions that cannot call themselves
  std::vector<RegisterValue> params;
  std::vector<llvm::Value*> point;    ///< stencils: the output point
  std::vector<llvm::Value*> results;  ///< where result leaves go
  Table<ir::Inst, RegisterValue> values;
  Table<ir::Inst, ir::Range> ranges;                           ///< of integers
  std::map<ir::InstId, std::vector<llvm::AllocaInst*>> slots;  ///< a variable for each leaf
  std::vector<LoopTargets> loops;
  int scopes = 1;  ///< scopes in use; the first is the caller's
  std::vector<std::pair<llvm::Instruction*, Scope>> accesses;
  std::set<std::pair<ir::InstId, int>>
      inside;  ///< axes of loads and stores that need no check where code is emitted now
};

// frame.cpp: small pieces of code
llvm::Value* int64(Frame&, int64_t value);
llvm::Value* int32(Frame&, int32_t value);
llvm::BasicBlock* new_block(Frame&, const char* name);
/// A variable in the function's first block (so that LLVM turns it into registers).
llvm::AllocaInst* new_variable(Frame&, llvm::Type* type, const char* name);
/// The address of a field of a struct of `abi.h`.
llvm::Value* field(Frame&, llvm::Value* base, size_t offset);
/// Goes on when `condition` holds; otherwise (unlikely) returns from the function what `status` makes.
void require(Frame&, llvm::Value* condition, const char* name, llvm::function_ref<llvm::Value*()> status);
/// Returns `status` from the function; what is emitted next is never reached.
void leave(Frame&, llvm::Value* status);
/// Goes to `target`; what is emitted next is never reached.
void jump(Frame&, llvm::BasicBlock* target);
/// Stores the fault of `site`: at most four values (`fault_value`s). Yields the status to return.
llvm::Value* raise(Frame&, uint32_t site, llvm::ArrayRef<llvm::Value*> values);
/// Returns from the function unless `status` is 0.
void check_status(Frame&, llvm::Value* status);
/// Returns with `kCancelled` when the call is to stop.
void poll(Frame&);
/// Where the builder is now: an instruction before which more can be emitted later. It is to be erased.
llvm::Instruction* mark_place(Frame& frame);

/// `for k in [0, count)`: calls `body` with k; ends behind the loop.
template <class Body>
void count_loop(Frame& frame, llvm::Value* count, Body body);
/// A function of `symbols.h` that takes these types.
llvm::FunctionCallee runtime_function(Frame&, const char* name, llvm::Type* result, llvm::ArrayRef<llvm::Type*> params);

// frame.cpp: types and values
/// The registers that hold a value of this type, in order: a scalar; data, extents and (if not implied) strides; items.
void leaf_types(llvm::LLVMContext&, Type type, std::vector<llvm::Type*>& into);
/// A value from its registers, which `next` hands out in the order of `leaf_types`.
RegisterValue from_leaves(Frame&, Type type, llvm::function_ref<llvm::Value*()> next, Scope scope);
/// The type under which a parameter is held: rows of a stencil's relative arrays may be padded, whatever their type
/// says.
Type parameter_form(const ir::Parameter& param);
void to_leaves(const RegisterValue& value, Type type, std::vector<llvm::Value*>& into);
/// The types of a tuple's leaves: scalars and arrays.
void leaves_of(Type type, std::vector<Type>& into);
void leaves_of(const RegisterValue& value, Type type, std::vector<std::pair<Type, const RegisterValue*>>& into);
/// C or F strides for extents.
void imply_strides(Frame&, ArrayValue& array);
int64_t element_size(Type array);
/// As an `abi::Array` in memory.
void store_array(Frame&, const ArrayValue& array, llvm::Value* address);
ArrayValue load_array(Frame&, Type type, llvm::Value* address, Scope scope);
llvm::Value* load_scalar(Frame&, DType dtype, llvm::Value* address);
void store_scalar(Frame&, DType dtype, llvm::Value* value, llvm::Value* address);
/// An index or extent as i64.
llvm::Value* as_int64(Frame&, ir::InstId value);
/// A scalar as the 8 bytes of a fault's value.
llvm::Value* fault_value(Frame&, ir::InstId value);
/// Attaches what the scopes say to all accesses of the function.
void attach_scopes(Frame&);

// emit_array.cpp
llvm::Value* element_address(Frame&, const ArrayValue& array, llvm::ArrayRef<llvm::Value*> index);
llvm::Value* load_element(Frame&, const ArrayValue& array, llvm::ArrayRef<llvm::Value*> index);
void store_element(Frame&, const ArrayValue& array, llvm::ArrayRef<llvm::Value*> index, llvm::Value* value);
llvm::Value* element_count(Frame&, const ArrayValue& array);
/// A new C-contiguous array with these extents (not negative); returns from the function when there is no memory.
ArrayValue allocate(Frame&, Type type, llvm::ArrayRef<llvm::Value*> shape, bool zero);
RegisterValue emit_load(Frame&, ir::InstId id, const ir::Load&);
void emit_store(Frame&, ir::InstId id, const ir::Store&);
RegisterValue emit_neighbor(Frame&, const ir::Neighbor&);
RegisterValue emit_neighbor_at(Frame&, const ir::NeighborAt&);
RegisterValue emit_row(Frame&, const ir::Row&, Type type);
RegisterValue emit_alloc(Frame&, const ir::Alloc&, Type type);
RegisterValue emit_global(Frame&, uint32_t constant, Type type);

// emit_whole_array.cpp
void emit_copy(Frame&, const ir::Copy&);
RegisterValue emit_broadcast(Frame&, const ir::Broadcast&, Type type);
RegisterValue emit_apart(Frame&, const ir::Apart&, Type type);
RegisterValue emit_ravel(Frame&, const ir::Ravel&, Type type);
RegisterValue emit_reduce(Frame&, const ir::Reduce&, Type type);

// emit_call.cpp
RegisterValue emit_call(Frame&, const ir::Call&, Type type);
void emit_return(Frame&, const ir::Return&);
/// The function that holds the body of IR function `i`, declared on first use: "body_<i>".
llvm::Function* body_function(Emission&, int i);
/// True when function `i` may end up calling itself; its body takes the depth behind the context.
bool is_recursive(const ir::Module&, int i);
/// Returns from the function when `depth` is too large for a thread's stack.
void limit_depth(Frame&, llvm::Value* depth);
/// "nf_<i>": unpacks `abi::Value`s and calls the body.
void emit_entry(Emission&, int i);

// emit_function.cpp: the body of any function, a jitted one or (for one point) a stencil
void emit_body(Emission&, int i);

// emit_control.cpp
void emit_for(Frame&, const ir::For&);
void emit_while(Frame&, const ir::While&);
void emit_if(Frame&, const ir::If&);
void emit_block(Frame&, ir::BlockId);
/// Into `frame.values`.
void emit_instruction(Frame&, ir::InstId);

template <class Body>
void count_loop(Frame& frame, llvm::Value* count, Body body) {
  llvm::IRBuilder<>& build = frame.build;
  llvm::BasicBlock* before = build.GetInsertBlock();
  llvm::BasicBlock* head = new_block(frame, "each");
  llvm::BasicBlock* inside = new_block(frame, "element");
  llvm::BasicBlock* after = new_block(frame, "done");
  build.CreateBr(head);
  build.SetInsertPoint(head);
  llvm::PHINode* index = build.CreatePHI(build.getInt64Ty(), 2);
  index->addIncoming(build.getInt64(0), before);
  build.CreateCondBr(build.CreateICmpSLT(index, count), inside, after);
  build.SetInsertPoint(inside);
  body(index);
  index->addIncoming(build.CreateAdd(index, build.getInt64(1), "", true, true), build.GetInsertBlock());
  build.CreateBr(head);
  build.SetInsertPoint(after);
}

}  // namespace nf::codegen
