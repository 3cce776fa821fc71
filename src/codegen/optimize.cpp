// The list of LLVM passes, and the analyses they ask for (a missing one is a crash inside LLVM, so all are here).
#include "codegen/optimize.h"

#include <llvm/Analysis/AliasAnalysis.h>
#include <llvm/Analysis/AssumptionCache.h>
#include <llvm/Analysis/BasicAliasAnalysis.h>
#include <llvm/Analysis/BlockFrequencyInfo.h>
#include <llvm/Analysis/BranchProbabilityInfo.h>
#include <llvm/Analysis/DemandedBits.h>
#include <llvm/Analysis/LastRunTrackingAnalysis.h>
#include <llvm/Analysis/LoopAccessAnalysis.h>
#include <llvm/Analysis/LoopInfo.h>
#include <llvm/Analysis/MemorySSA.h>
#include <llvm/Analysis/OptimizationRemarkEmitter.h>
#include <llvm/Analysis/PostDominators.h>
#include <llvm/Analysis/ProfileSummaryInfo.h>
#include <llvm/Analysis/ScalarEvolution.h>
#include <llvm/Analysis/ScalarEvolutionExpressions.h>
#include <llvm/Analysis/ScopedNoAliasAA.h>
#include <llvm/Analysis/TargetLibraryInfo.h>
#include <llvm/Analysis/TargetTransformInfo.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/PassInstrumentation.h>
#include <llvm/IR/PassManager.h>
#include <llvm/IR/VFABIDemangler.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/Transforms/IPO/AlwaysInliner.h>
#include <llvm/Transforms/InstCombine/InstCombine.h>
#include <llvm/Transforms/Scalar/ConstraintElimination.h>
#include <llvm/Transforms/Scalar/EarlyCSE.h>
#include <llvm/Transforms/Scalar/IndVarSimplify.h>
#include <llvm/Transforms/Scalar/LICM.h>
#include <llvm/Transforms/Scalar/LoopPassManager.h>
#include <llvm/Transforms/Scalar/LoopRotation.h>
#include <llvm/Transforms/Scalar/LoopUnrollPass.h>
#include <llvm/Transforms/Scalar/SROA.h>
#include <llvm/Transforms/Scalar/SimpleLoopUnswitch.h>
#include <llvm/Transforms/Scalar/SimplifyCFG.h>
#include <llvm/Transforms/Utils/ExtraPassManager.h>
#include <llvm/Transforms/Utils/LoopUtils.h>
#include <llvm/Transforms/Vectorize/LoopVectorize.h>

#include "base/past_cache.h"
#include "codegen/cpu/ask_ahead.h"
#include "codegen/ops/vector_math.h"

namespace nf::codegen {
namespace {

using namespace llvm;

/// The three managers and everything that the passes below ask of them. (For a new pass:
/// `nm -C libLLVM<Component>.a | grep ::Key` lists what its object file may ask for.)
struct Analyses {
  explicit Analyses(TargetMachine& machine) {
    auto instrumentation = [] { return PassInstrumentationAnalysis(); };
    loop.registerPass(instrumentation), function.registerPass(instrumentation), module.registerPass(instrumentation);
    loop.registerPass([] { return ShouldRunExtraSimpleLoopUnswitch(); });
    function.registerPass([&] { return machine.getTargetIRAnalysis(); });
    function.registerPass([&] { return TargetLibraryAnalysis(library(machine)); });
    function.registerPass([] { return AssumptionAnalysis(); });
    function.registerPass([] { return DominatorTreeAnalysis(); });
    function.registerPass([] { return PostDominatorTreeAnalysis(); });
    function.registerPass([] { return LoopAnalysis(); });
    function.registerPass([] { return BasicAA(); });
    function.registerPass([] { return ScopedNoAliasAA(); });
    function.registerPass([] {
      AAManager manager;
      manager.registerFunctionAnalysis<BasicAA>();
      manager.registerFunctionAnalysis<ScopedNoAliasAA>();
      return manager;
    });
    function.registerPass([] { return MemorySSAAnalysis(); });
    function.registerPass([] { return ScalarEvolutionAnalysis(); });
    function.registerPass([] { return OptimizationRemarkEmitterAnalysis(); });
    function.registerPass([] { return BlockFrequencyAnalysis(); });
    function.registerPass([] { return BranchProbabilityAnalysis(); });
    function.registerPass([] { return LastRunTrackingAnalysis(); });
    function.registerPass([] { return DemandedBitsAnalysis(); });
    function.registerPass([] { return LoopAccessAnalysis(); });
    function.registerPass([] { return ShouldRunExtraVectorPasses(); });
    module.registerPass([] { return ProfileSummaryAnalysis(); });
    function.registerPass([&] { return ModuleAnalysisManagerFunctionProxy(module); });
    module.registerPass([&] { return FunctionAnalysisManagerModuleProxy(function); });
    function.registerPass([&] { return LoopAnalysisManagerFunctionProxy(loop); });
    loop.registerPass([&] { return FunctionAnalysisManagerLoopProxy(function); });
  }
  LoopAnalysisManager loop;
  FunctionAnalysisManager function;
  ModuleAnalysisManager module;

 private:
  /// Which C functions LLVM may call on its own: only memory ones, which `array_symbols` defines.
  static TargetLibraryInfoImpl library(TargetMachine& machine) {
    TargetLibraryInfoImpl known(machine.getTargetTriple());
    known.disableAllFunctions();
    for (LibFunc memory : {LibFunc_memcpy, LibFunc_memmove, LibFunc_memset}) known.setAvailable(memory);
    return known;
  }
};

template <class... Passes>
auto loops(bool memory_ssa, Passes... passes) {
  LoopPassManager manager;
  (manager.addPass(std::move(passes)), ...);
  return createFunctionToLoopPassAdaptor(std::move(manager), memory_ssa);
}

/// For code that is to be quick to generate: what shortens it and costs little.
FunctionPassManager light_passes() {
  FunctionPassManager list;
  list.addPass(EarlyCSEPass(/*UseMemorySSA=*/false));
  list.addPass(InstCombinePass());
  list.addPass(SimplifyCFGPass());
  return list;
}

/// Keeps loops that call vector forms at one vector a round: the bodies are long, and more of them would only take
/// longer to compile.
struct SingleVectorForms : PassInfoMixin<SingleVectorForms> {
  PreservedAnalyses run(Function& function, FunctionAnalysisManager& analyses) {
    LoopInfo* loops = nullptr;
    for (Instruction& instruction : instructions(function)) {
      auto* call = dyn_cast<CallInst>(&instruction);
      if (!call || !call->hasFnAttr(VFABI::MappingsAttrName)) continue;
      if (!loops) loops = &analyses.getResult<LoopAnalysis>(function);
      Loop* loop = loops->getLoopFor(call->getParent());
      if (loop) addStringMetadataToLoop(loop, "llvm.loop.interleave.count", 1);
    }
    return PreservedAnalyses::all();
  }
};

/// Lets loops that call vector forms ask ahead for what they read and write one vector after the other: beside so much
/// to compute the processor reads too little ahead by itself. (exp of 10^7 float64 on Emerald Rapids: 14.9 ms, 11.8
/// when asked for what is read, 11.2 for both; from a cache none is slower.) Behind the vectoriser.
struct AskAhead : PassInfoMixin<AskAhead> {
  PreservedAnalyses run(Function& function, FunctionAnalysisManager& analyses) {
    for (Loop* loop : analyses.getResult<LoopAnalysis>(function).getLoopsInPreorder()) {
      if (!loop->isInnermost() || !calls_vector_form(*loop)) continue;
      auto& evolution = analyses.getResult<ScalarEvolutionAnalysis>(function);
      for (Instruction* access : accesses_in_turn(*loop, evolution)) {
        IRBuilder<> build(access);
        for (int64_t line = 0; line < bytes_of(*access); line += kCacheLine) {
          Value* address =
              build.CreateConstGEP1_64(build.getInt8Ty(), getLoadStorePointerOperand(access), uint64_t(kAhead + line));
          ask_for(build, address, isa<StoreInst>(access));
        }
      }
    }
    return PreservedAnalyses::all();
  }

 private:
  static int64_t bytes_of(const Instruction& access) {
    return int64_t(getLoadStoreType(&access)->getPrimitiveSizeInBits().getFixedValue()) / 8;
  }
  static bool calls_vector_form(const Loop& loop) {
    return any_of(loop.blocks(), [](const BasicBlock* block) {
      return any_of(*block, [](const Instruction& instruction) {
        return isa<CallInst>(instruction) && !isa<IntrinsicInst>(instruction) &&
               isa<FixedVectorType>(instruction.getType());
      });
    });
  }
  /// Loads and stores of vectors that lie behind those of the round before.
  static std::vector<Instruction*> accesses_in_turn(const Loop& loop, ScalarEvolution& evolution) {
    std::vector<Instruction*> found;
    for (BasicBlock* block : loop.blocks())
      for (Instruction& access : *block) {
        if (!isa<LoadInst, StoreInst>(access) || !isa<FixedVectorType>(getLoadStoreType(&access))) continue;
        const auto* at = dyn_cast<SCEVAddRecExpr>(evolution.getSCEV(getLoadStorePointerOperand(&access)));
        if (!at || at->getLoop() != &loop || !at->isAffine()) continue;
        const auto* step = dyn_cast<SCEVConstant>(at->getStepRecurrence(evolution));
        if (step && step->getAPInt().getSExtValue() == bytes_of(access)) found.push_back(&access);
      }
    return found;
  }
};

/// For loops as the user wrote them.
FunctionPassManager loop_passes() {
  FunctionPassManager list;
  list.addPass(SROAPass(SROAOptions::ModifyCFG));
  list.addPass(EarlyCSEPass(/*UseMemorySSA=*/true));
  list.addPass(InstCombinePass());
  list.addPass(SimplifyCFGPass());
  list.addPass(loops(/*memory_ssa=*/true, LoopRotatePass(), LICMPass(LICMOptions())));
  list.addPass(ConstraintEliminationPass());
  list.addPass(SimplifyCFGPass());
  list.addPass(InstCombinePass());
  list.addPass(loops(/*memory_ssa=*/false, IndVarSimplifyPass(), LoopFullUnrollPass()));
  list.addPass(EarlyCSEPass(/*UseMemorySSA=*/true));
  list.addPass(SingleVectorForms());
  list.addPass(LoopVectorizePass());
  list.addPass(InstCombinePass());
  list.addPass(loops(/*memory_ssa=*/true, LICMPass(LICMOptions())));
  list.addPass(EarlyCSEPass());
  list.addPass(SimplifyCFGPass(SimplifyCFGOptions().convertSwitchToLookupTable(true).hoistCommonInsts(true)));
  list.addPass(AskAhead());
  return list;
}

}  // namespace

void optimize(Module& module, TargetMachine& machine, bool fast, int vector_bytes) {
  Analyses analyses(machine);
  AlwaysInlinerPass(/*InsertLifetime=*/false).run(module, analyses.module);
  FunctionPassManager light = light_passes(), full = loop_passes();
  for (Function& function : module) {
    if (function.isDeclaration() || function.hasFnAttribute(kExplicitVectors)) continue;
    (fast ? light : full).run(function, analyses.function);
  }
  if (!define_vector_forms(module, vector_bytes)) return;
  Analyses fresh(machine);
  AlwaysInlinerPass(/*InsertLifetime=*/false).run(module, fresh.module);
}

}  // namespace nf::codegen
