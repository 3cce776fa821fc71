// The IR's functions of floats as LLVM instructions.
#include <llvm/IR/Constants.h>
#include <llvm/IR/Intrinsics.h>

#include "codegen/ops/emit.h"
#include "codegen/ops/lanes.h"
#include "codegen/ops/vector_math.h"
#include "ir/names.h"

namespace nf::codegen {
namespace {
using ir::MathFn;
using llvm::Intrinsic::ID;

ID instruction_of(MathFn fn) {
  switch (fn) {
    case MathFn::Sqrt: return llvm::Intrinsic::sqrt;
    case MathFn::Floor: return llvm::Intrinsic::floor;
    case MathFn::Ceil: return llvm::Intrinsic::ceil;
    case MathFn::Trunc: return llvm::Intrinsic::trunc;
    case MathFn::Round: return llvm::Intrinsic::nearbyint;
    case MathFn::Copysign: return llvm::Intrinsic::copysign;
    default: return llvm::Intrinsic::not_intrinsic;
  }
}

}  // namespace

llvm::Value* emit_math(llvm::IRBuilderBase& b, MathFn fn, DType dtype, const std::vector<llvm::Value*>& args) {
  llvm::Type* type = args[0]->getType();
  if (const ID id = instruction_of(fn); id != llvm::Intrinsic::not_intrinsic)
    return b.CreateIntrinsic(id, {type}, args);
  llvm::Value* size =
      fn == MathFn::IsInf || fn == MathFn::IsFinite ? b.CreateUnaryIntrinsic(llvm::Intrinsic::fabs, args[0]) : nullptr;
  if (fn == MathFn::IsNan) return b.CreateFCmpUNO(args[0], zero(type));
  if (fn == MathFn::IsInf) return b.CreateFCmpOEQ(size, llvm::ConstantFP::getInfinity(type));
  if (fn == MathFn::IsFinite) return b.CreateFCmpOLT(size, llvm::ConstantFP::getInfinity(type));
  return emit_float_function(b, ir::kMathNames[size_t(fn)], dtype, args);
}

}  // namespace nf::codegen
