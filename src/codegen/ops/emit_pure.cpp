// One pure instruction of the IR as LLVM instructions, whatever its operands' values are.
#include "base/match.h"
#include "codegen/ops/divide.h"
#include "codegen/ops/emit.h"

namespace nf::codegen {

llvm::Value* emit_pure(llvm::IRBuilderBase& build, const ir::Function& function, ir::InstId id,
                       const Table<ir::Inst, ir::Range>& ranges, llvm::function_ref<llvm::Value*(ir::InstId)> value) {
  const ir::Inst& inst = function[id];
  auto dtype_of = [&](ir::InstId of) { return function[of].type.dtype(); };
  return match(
      inst.op,  //
      [&](const ir::Const& n) { return emit_const(build, n.value); },
      [&](const ir::Unary& n) { return emit_unary(build, n.op, dtype_of(n.a), value(n.a)); },
      [&](const ir::Binary& n) {
        llvm::Value* a = value(n.a);
        return emit_binary_in_range(build, n.op, inst.type.dtype(), a, value(n.b), ranges[n.a]);
      },
      [&](const ir::Compare& n) {
        llvm::Value* a = value(n.a);
        return emit_compare(build, n.op, dtype_of(n.a), a, value(n.b));
      },
      [&](const ir::Select& n) {
        llvm::Value *condition = value(n.condition), *a = value(n.a);
        return build.CreateSelect(condition, a, value(n.b));
      },
      [&](const ir::Cast& n) { return emit_cast(build, value(n.a), dtype_of(n.a), inst.type.dtype()); },
      [&](const ir::Math& n) {
        std::vector<llvm::Value*> args;
        for (ir::InstId arg : n.args) args.push_back(value(arg));
        return emit_math(build, n.fn, dtype_of(n.args[0]), args);
      },
      [](const auto&) -> llvm::Value* { return nullptr; });
}

}  // namespace nf::codegen
