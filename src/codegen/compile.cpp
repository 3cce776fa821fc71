// A module of IR to an object: emit, check, optimize, generate code.
#include <llvm/ADT/STLExtras.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/OptBisect.h>
#include <llvm/IR/VFABIDemangler.h>
#include <llvm/IR/Verifier.h>
#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/TargetParser/Host.h>
#include <llvm/Transforms/Utils/Cloning.h>

#include <chrono>
#include <cstring>

#include "base/assert.h"
#include "codegen/cpu/emit.h"
#include "codegen/inspect.h"
#include "codegen/optimize.h"
#include "codegen/targets.h"

namespace nf::codegen {

void initialize_targets() {
  static const bool done = [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    return true;
  }();
  (void)done;
}

const std::string& target_triple() {
  static const std::string triple = llvm::sys::getProcessTriple();
  return triple;
}

namespace {

/// The features in which a target differs from what LLVM knows of its processor: parsing all that a processor has costs
/// a third of setting up a target machine, and LLVM does so several times.
std::string unusual_features(const llvm::Target& generator, const llvm::Triple& triple, const Target& target) {
  std::unique_ptr<llvm::MCSubtargetInfo> usual(generator.createMCSubtargetInfo(triple, target.cpu, ""));
  llvm::StringMap<bool> known;
  for (const llvm::SubtargetFeatureKV& feature : usual->getAllProcessorFeatures())
    known[feature.Key] = usual->hasFeature(feature.Value);
  std::string unusual;
  llvm::SmallVector<llvm::StringRef, 128> all;
  llvm::StringRef(target.features).split(all, ',', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef feature : all) {
    const auto found = known.find(feature.drop_front());
    if (found == known.end() || found->second != feature.starts_with("+"))
      unusual += (unusual.empty() ? "" : ",") + feature.str();
  }
  return unusual;
}

/// One LLVM target machine and its code generation passes, set up once and used again (making them costs as much as
/// generating a small kernel).
class Machine {
 public:
  Machine(const Target& target, bool fast) : cpu_(target.cpu), features_(target.features), fast_(fast) {
    initialize_targets();
    llvm::Triple triple(target_triple());
    std::string reason;
    const llvm::Target* found = llvm::TargetRegistry::lookupTarget(triple, reason);
    nf_assert(found, "no code generator for {}: {}", triple.str(), reason);
    auto level = fast ? llvm::CodeGenOptLevel::None : llvm::CodeGenOptLevel::Default;
    llvm::TargetOptions options;
    options.AllowFPOpFusion = llvm::FPOpFusion::Strict;
    machine_.reset(found->createTargetMachine(triple, target.cpu, unusual_features(*found, triple, target), options,
                                              llvm::Reloc::PIC_, llvm::CodeModel::Small, level, /*JIT=*/true));
    nf_assert(machine_, "no code generator for {}", target.cpu);
    bool impossible = machine_->addPassesToEmitFile(passes_, stream_, nullptr, llvm::CodeGenFileType::ObjectFile);
    nf_assert(!impossible, "{} writes no object files", target.cpu);
  }
  bool fits(const Target& target, bool fast) const {
    return cpu_ == target.cpu && features_ == target.features && fast_ == fast;
  }
  llvm::TargetMachine& llvm() { return *machine_; }

  std::vector<std::byte> object(llvm::Module& module) {
    bytes_.clear();
    passes_.run(module);
    std::vector<std::byte> object(bytes_.size());
    std::memcpy(object.data(), bytes_.data(), bytes_.size());
    return object;
  }
  /// Changes `module`, so it comes last.
  std::string assembly(llvm::Module& module) {
    llvm::SmallVector<char, 0> text;
    llvm::raw_svector_ostream stream(text);
    llvm::legacy::PassManager passes;
    bool impossible = machine_->addPassesToEmitFile(passes, stream, nullptr, llvm::CodeGenFileType::AssemblyFile);
    nf_assert(!impossible, "{} writes no assembly", cpu_);
    passes.run(module);
    return {text.data(), text.size()};
  }

 private:
  std::string cpu_, features_;
  bool fast_;
  std::unique_ptr<llvm::TargetMachine> machine_;
  llvm::SmallVector<char, 0> bytes_;
  llvm::raw_svector_ostream stream_{bytes_};
  llvm::legacy::PassManager passes_;
};

/// This thread's machine for a target; a thread keeps the last one of each kind.
Machine& machine_for(const Target& target, bool fast) {
  thread_local std::unique_ptr<Machine> machines[2];
  std::unique_ptr<Machine>& machine = machines[fast];
  if (!machine || !machine->fits(target, fast)) machine = std::make_unique<Machine>(target, fast);
  return *machine;
}

/// LLVM aborts the process on malformed IR, so it is checked before any pass sees it.
void check(const llvm::Module& module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  if (!llvm::verifyModule(module, &stream)) return;
  std::string code;
  llvm::raw_string_ostream listing(code);
  module.print(listing, nullptr);
  nf_assert(false, "malformed LLVM IR: {}\n{}", text, code);
}

/// Keeps LLVM from rewriting the addresses of loops whose addresses are as the processor wants them: in explicit vector
/// code that costs as much as all other passes on IR together, and gains nothing.
class KeepAddresses final : public llvm::OptPassGate {
 public:
  bool isEnabled() const override { return true; }
  bool shouldRunPass(llvm::StringRef pass, llvm::StringRef) const override {
    return pass != "Loop Strength Reduction" && pass != "Canonicalize Freeze Instructions in Loops";
  }
};

bool all_explicit(const llvm::Module& module) {
  return llvm::all_of(module, [](const llvm::Function& function) {
    return function.isDeclaration() || function.hasFnAttribute(kExplicitVectors);
  });
}

void emit_module(Emission& emission) {
  llvm::LLVMContext& context = emission.llvm.getContext();
  llvm::Type* pointer = llvm::PointerType::getUnqual(context);
  llvm::Type* status = llvm::Type::getInt32Ty(context);
  for (size_t i = 0; i < emission.ir.functions.size(); ++i) {
    bool jit = emission.ir.functions[i].kind == ir::FunctionKind::Jit;
    std::vector<llvm::Type*> params(jit ? 3 : 2, pointer);
    emission.functions.push_back(llvm::Function::Create(llvm::FunctionType::get(status, params, false),
                                                        llvm::Function::ExternalLinkage, "nf_" + std::to_string(i),
                                                        emission.llvm));
  }
  for (size_t i = 0; i < emission.ir.functions.size(); ++i) {
    if (emission.ir.functions[i].kind == ir::FunctionKind::Jit) {
      emit_jit_function(emission, int(i));
    } else {
      emit_stencil_function(emission, int(i));
    }
  }
  for (llvm::Function& function : emission.llvm)
    if (!function.isDeclaration()) function.addFnAttr(llvm::Attribute::NoUnwind);
}

/// LLVM sets up all that it knows of a processor once for each width that functions prefer: here they all prefer one.
void prefer_one_width(Emission& emission) {
  const std::string bits = std::to_string(8 * emission.vector_bytes);
  for (llvm::Function& function : emission.llvm) {
    if (function.isDeclaration()) continue;
    function.addFnAttr("min-legal-vector-width", bits);
    function.addFnAttr("prefer-vector-width", bits);
  }
}

/// Whether there are calls that the vectoriser may make calls of vector forms: such loops compute more than they move,
/// and LLVM would only take half of Intel's registers for them. (Of 10^6 float64 on Emerald Rapids: exp 1.72 ms in
/// halves, 0.90 in full ones; loops without functions take as long in either.)
bool calls_vectorisable(const llvm::Module& module) {
  for (const llvm::Function& function : module)
    for (const llvm::Instruction& inst : llvm::instructions(function))
      if (auto* call = llvm::dyn_cast<llvm::CallInst>(&inst); call && call->hasFnAttr(llvm::VFABI::MappingsAttrName))
        return true;
  return false;
}

/// Programs of so many instructions (a few thousand lines) are only turned into fast code: what LLVM takes to make good
/// code of them grows with the square of their length.
bool is_long(const ir::Module& module) {
  constexpr size_t kLong = 6000;
  size_t insts = 0;
  for (const ir::Function& function : module.functions) insts += function.insts.size();
  return insts > kLong;
}

double milliseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

Binary compile(const ir::Module& module, const Target& target, const CompileOptions& options) {
  return compile_and_look(module, target, options, {});
}

Binary compile_and_look(const ir::Module& module, const Target& target, const CompileOptions& options,
                        const std::function<void(const llvm::Module&)>& look) {
  Binary binary;
  const bool fast = options.fast || is_long(module);
  Machine& machine = machine_for(target, fast);

  auto start = std::chrono::steady_clock::now();
  KeepAddresses keep_addresses;
  llvm::LLVMContext context;
  llvm::Module code("nearfield", context);
  code.setTargetTriple(machine.llvm().getTargetTriple());
  code.setDataLayout(machine.llvm().createDataLayout());
  Emission emission{module, target, target.vector_bytes, fast, code, {}};
  emit_module(emission);
  check(code);
  const bool is_explicit = all_explicit(code);
  if (is_explicit || calls_vectorisable(code)) prefer_one_width(emission);
  if (is_explicit) context.setOptPassGate(keep_addresses);
  binary.milliseconds_build = milliseconds_since(start);

  start = std::chrono::steady_clock::now();
  if (!is_explicit) optimize(code, machine.llvm(), fast, target.vector_bytes);
  binary.milliseconds_passes = milliseconds_since(start);
  if (look) look(code);
  if (options.want_llvm) {
    llvm::raw_string_ostream stream(binary.llvm);
    code.print(stream, nullptr);
  }

  start = std::chrono::steady_clock::now();
  // Code generation changes the module: the text is made from a copy of its own.
  std::unique_ptr<llvm::Module> copy = options.want_assembly ? llvm::CloneModule(code) : nullptr;
  binary.object = machine.object(code);
  binary.milliseconds_codegen = milliseconds_since(start);
  if (copy) binary.assembly = machine.assembly(*copy);
  return binary;
}

}  // namespace nf::codegen
