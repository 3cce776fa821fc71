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
#include <llvm/Analysis/ScopedNoAliasAA.h>
#include <llvm/Analysis/TargetLibraryInfo.h>
#include <llvm/Analysis/TargetTransformInfo.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/InstIterator.h>
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
