// Counts what the loop of a stencil's tile does, on LLVM IR after its passes: what is counted is what is left after
// sharing and folding, whoever did them.
#include <llvm/Analysis/LoopInfo.h>
#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/IntrinsicsX86.h>
#include <llvm/IR/Module.h>

#include <cmath>
#include <cstring>

#include "codegen/cpu/columns.h"
#include "codegen/cpu/past_cache.h"
#include "codegen/cpu/rows.h"
#include "codegen/cpu/strips.h"
#include "codegen/inspect.h"
#include "codegen/ops/lanes.h"

namespace nf::codegen {
namespace {
using llvm::Instruction;
namespace Intrinsic = llvm::Intrinsic;

/// The function that `nf_0` hands to the loops of the library.
const llvm::Function* tile_of(const llvm::Module& code) {
  const llvm::Function* entry = code.getFunction("nf_0");
  if (!entry) return nullptr;
  for (const llvm::BasicBlock& block : *entry)
    for (const Instruction& inst : block)
      if (auto* call = llvm::dyn_cast<llvm::CallInst>(&inst))
        for (const llvm::Use& argument : call->args())
          if (auto* function = llvm::dyn_cast<llvm::Function>(argument.get()); function && !function->isDeclaration())
            return function;
  return nullptr;
}

size_t size_of_loop(const llvm::Loop& loop) {
  size_t size = 0;
  for (const llvm::BasicBlock* block : loop.blocks()) size += block->size();
  return size;
}

std::optional<Work> work_of_intrinsic(Intrinsic::ID id) {
  switch (id) {
    case Intrinsic::x86_sse2_pmulhu_w:
    case Intrinsic::x86_avx2_pmulhu_w:
    case Intrinsic::x86_avx512_pmulhu_w_512: return Work::Multiply;
    case Intrinsic::x86_avx2_pmadd_ub_sw:
    case Intrinsic::x86_avx512_pmaddubs_w_512:
    case Intrinsic::x86_sse2_pmadd_wd:
    case Intrinsic::x86_avx2_pmadd_wd:
    case Intrinsic::x86_avx512_pmaddw_d_512:
    case Intrinsic::fma:
    case Intrinsic::fmuladd: return Work::MultiplyAdd;
    case Intrinsic::smin:
    case Intrinsic::smax:
    case Intrinsic::umin:
    case Intrinsic::umax:
    case Intrinsic::minnum:
    case Intrinsic::maxnum:
    case Intrinsic::minimum:
    case Intrinsic::maximum: return Work::MinMax;
    case Intrinsic::abs: return Work::MinMax;
    case Intrinsic::fabs:
    case Intrinsic::copysign:
    case Intrinsic::fshl:
    case Intrinsic::fshr: return Work::Bits;
    case Intrinsic::x86_avx512_mask_getexp_ps_512:
    case Intrinsic::x86_avx512_mask_getexp_pd_512:
    case Intrinsic::x86_avx512_mask_getmant_ps_512:
    case Intrinsic::x86_avx512_mask_getmant_pd_512: return Work::Bits;
    case Intrinsic::x86_avx2_permps:
    case Intrinsic::x86_avx512_permvar_sf_512:
    case Intrinsic::x86_avx512_permvar_df_512:
    case Intrinsic::x86_avx512_vpermi2var_ps_512:
    case Intrinsic::x86_avx512_vpermi2var_pd_512: return Work::Shuffle;
    case Intrinsic::prefetch: return {};
    default: return Work::Math;
  }
}

std::optional<Work> work_of(const Instruction& inst) {
  switch (inst.getOpcode()) {
    case Instruction::Add:
    case Instruction::Sub:
    case Instruction::FAdd:
    case Instruction::FSub: return Work::Add;
    case Instruction::FNeg: return Work::Bits;
    case Instruction::Mul:
    case Instruction::FMul: return Work::Multiply;
    case Instruction::UDiv:
    case Instruction::SDiv:
    case Instruction::URem:
    case Instruction::SRem:
    case Instruction::FDiv:
    case Instruction::FRem: return Work::Divide;
    case Instruction::Select: return Work::Select;
    case Instruction::ICmp:
    case Instruction::FCmp: return Work::Compare;
    case Instruction::And:
    case Instruction::Or:
    case Instruction::Xor:
    case Instruction::Shl:
    case Instruction::LShr:
    case Instruction::AShr: return Work::Bits;
    case Instruction::ZExt:
    case Instruction::SExt:
    case Instruction::Trunc:
    case Instruction::FPExt:
    case Instruction::FPTrunc:
    case Instruction::SIToFP:
    case Instruction::UIToFP:
    case Instruction::FPToSI:
    case Instruction::FPToUI: return Work::Convert;
    case Instruction::ShuffleVector:
    case Instruction::InsertElement:
    case Instruction::ExtractElement: return Work::Shuffle;
    default: return {};
  }
}

/// `select(a < b, a, b)` and its like: the processor's minimum or maximum.
bool is_min_or_max(const Instruction& inst) {
  auto* select = llvm::dyn_cast<llvm::SelectInst>(&inst);
  auto* compare = select ? llvm::dyn_cast<llvm::CmpInst>(select->getCondition()) : nullptr;
  if (!compare || compare->isEquality()) return false;
  const llvm::Value *a = compare->getOperand(0), *b = compare->getOperand(1);
  return (select->getTrueValue() == a && select->getFalseValue() == b) ||
         (select->getTrueValue() == b && select->getFalseValue() == a);
}

/// Code generation makes a multiplication and a shift of it.
bool is_division_by_constant(const Instruction& inst) {
  switch (inst.getOpcode()) {
    case Instruction::UDiv:
    case Instruction::SDiv:
    case Instruction::URem:
    case Instruction::SRem: return inst.getType()->isVectorTy() && llvm::isa<llvm::Constant>(inst.getOperand(1));
    default: return false;
  }
}

/// Code generation makes a multiplication of it, too.
bool is_exact_inverse(const Instruction& inst) {
  if (inst.getOpcode() != Instruction::FDiv || !inst.getType()->isVectorTy()) return false;
  auto* constant = llvm::dyn_cast<llvm::Constant>(inst.getOperand(1));
  auto* divisor = constant ? llvm::dyn_cast_or_null<llvm::ConstantFP>(constant->getSplatValue()) : nullptr;
  return divisor && divisor->getValueAPF().getExactInverse(nullptr);
}

int64_t bytes_of(const llvm::Module& code, llvm::Type* type) {
  return int64_t(code.getDataLayout().getTypeStoreSize(type).getFixedValue());
}

}  // namespace

std::optional<StencilPlan> plan_of(const llvm::Module& code) {
  const llvm::Function* entry = code.getFunction("nf_0");
  for (const llvm::BasicBlock& block : *entry)
    for (const Instruction& inst : block)
      for (const llvm::Use& operand : inst.operands()) {
        auto* global = llvm::dyn_cast<llvm::GlobalVariable>(operand.get());
        auto* words = global && global->hasInitializer()
                          ? llvm::dyn_cast<llvm::ConstantDataSequential>(global->getInitializer())
                          : nullptr;
        if (!words || words->getElementByteSize() != 8 || words->getRawDataValues().size() < sizeof(StencilPlan))
          continue;
        StencilPlan plan;
        std::memcpy(&plan, words->getRawDataValues().data(), sizeof plan);
        return plan;
      }
  return {};
}

std::string tile_label(const llvm::Module& code) {
  const llvm::Function* tile = tile_of(code);
  return tile ? (tile->hasPrivateLinkage() ? ".L" : "") + tile->getName().str() : "";
}

int count_carried(const llvm::Module& code) {
  const llvm::Function* strips = code.getFunction(std::string(kStripsName) + "0");
  int carried = 0;
  if (strips)
    for (const llvm::BasicBlock& block : *strips)
      for (const llvm::PHINode& phi : block.phis()) carried += phi.getType()->isVectorTy();
  return carried;
}

bool has_rows(const llvm::Module& code) { return code.getFunction(std::string(kRowsName) + "0") != nullptr; }

void count_work(const llvm::Module& code, int64_t bytes_out, Description& into) {
  const llvm::Function* tile = tile_of(code);
  if (!tile || bytes_out == 0) return;
  llvm::DominatorTree dominators(const_cast<llvm::Function&>(*tile));
  llvm::LoopInfo loops(dominators);
  const llvm::Loop* longest = nullptr;
  for (const llvm::Loop* loop : loops.getLoopsInPreorder())
    if (loop->getSubLoops().empty() && (!longest || size_of_loop(*loop) > size_of_loop(*longest))) longest = loop;
  if (!longest) return;

  auto registers_of = [&](llvm::Type* type) { return std::ceil(double(bytes_of(code, type)) / into.vector_bytes); };
  std::map<Work, double> work;
  for (const llvm::BasicBlock* block : longest->blocks()) {
    if (block->getName().starts_with(kRestarts)) continue;   // not in most rounds
    if (block->getName().starts_with(kPastCache)) continue;  // the other way to store
    for (const Instruction& inst : *block) {
      llvm::Type* type = inst.getType();
      const llvm::Value* address = llvm::getLoadStorePointerOperand(&inst);
      // What code for rare lanes keeps on the stack is no work of the usual way.
      if (address && llvm::isa<llvm::AllocaInst>(llvm::getUnderlyingObject(address))) continue;
      if (llvm::isa<llvm::LoadInst>(inst) && type->isVectorTy()) {
        into.loads += registers_of(type), into.bytes_loaded += double(bytes_of(code, type));
      } else if (auto* store = llvm::dyn_cast<llvm::StoreInst>(&inst)) {
        llvm::Type* stored = store->getValueOperand()->getType();
        into.stores += registers_of(stored), into.bytes_stored += double(bytes_of(code, stored));
      } else if (auto* call = llvm::dyn_cast<llvm::CallInst>(&inst)) {
        if (call->isInlineAsm()) continue;  // keeps others in their place
        const auto id = call->getIntrinsicID();
        const auto kind = id == Intrinsic::not_intrinsic ? std::optional(Work::Math) : work_of_intrinsic(id);
        if (kind && !(id != Intrinsic::not_intrinsic && !type->isVectorTy())) work[*kind] += lanes_of(type);
      } else if (is_exact_inverse(inst)) {
        work[Work::Multiply] += lanes_of(type);
      } else if (is_division_by_constant(inst)) {
        const bool rest = inst.getOpcode() == Instruction::URem || inst.getOpcode() == Instruction::SRem;
        work[Work::Multiply] += (rest ? 2 : 1) * lanes_of(type), work[Work::Bits] += lanes_of(type);
        if (rest) work[Work::Add] += lanes_of(type);
      } else if (auto kind = work_of(inst)) {
        // Scalars are addresses and the column's number, but for what goes in and out of vectors.
        llvm::Type* worked_on = inst.getOperand(0)->getType();
        if (!type->isVectorTy() && !worked_on->isVectorTy()) continue;
        if (kind == Work::Shuffle)
          work[*kind] += llvm::isa<llvm::ShuffleVectorInst>(inst) ? lanes_of(type) : 1;
        else if (is_min_or_max(inst))
          work[Work::MinMax] += lanes_of(type), work[Work::Compare] -= lanes_of(type);
        else
          work[*kind] += lanes_of(type);
      }
    }
  }
  if (into.bytes_stored == 0) return;
  // Whatever the loop computes in a round: as many points as it stores.
  const double points = into.bytes_stored / double(bytes_out);
  into.counted = true;
  into.bytes_loaded /= points, into.bytes_stored /= points;
  for (auto [kind, count] : work)
    if (count > 0) into.work[kind] = count / points;
}

int count_vector_loops(const llvm::Module& code) {
  int count = 0;
  for (const llvm::Function& function : code)
    for (const llvm::BasicBlock& block : function) count += block.getName().starts_with("vector.body");
  return count;
}

}  // namespace nf::codegen
