// Objects into this process: one ORC session for its life, one library for each object, an explicit table of symbols.
#include <llvm/ExecutionEngine/JITSymbol.h>
#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h>
#include <llvm/Support/Error.h>
#include <llvm/Support/MemoryBuffer.h>

#include <atomic>
#include <string>
#include <utility>

#include "base/assert.h"
#include "codegen/codegen.h"
#include "codegen/symbols.h"
#include "codegen/targets.h"

namespace nf::codegen {
namespace {

using namespace llvm::orc;

/// What the session reported since the last failure; `lookup` itself says only that something failed.
thread_local std::string reported;

/// The value, or an internal error that names what was tried.
template <class T>
T take(llvm::Expected<T> value, const char* what) {
  if (value) return static_cast<T&&>(*value);
  std::string reason = llvm::toString(value.takeError());
  nf_assert(false, "{}: {}{}", what, reason, std::exchange(reported, ""));
  std::abort();  // not reached: the assertion throws
}
void check(llvm::Error error, const char* what) {
  if (!error) return;
  std::string reason = llvm::toString(std::move(error));
  nf_assert(false, "{}: {}", what, reason);
}

/// The session, and the library that holds the table of symbols. Never destroyed: code may run until the process ends.
struct Session {
  std::unique_ptr<LLJIT> jit;
  JITDylib* symbols;
};

JITTargetMachineBuilder machine_builder() {
  JITTargetMachineBuilder builder{llvm::Triple(target_triple())};
  builder.setRelocationModel(llvm::Reloc::PIC_);
  builder.setCodeModel(llvm::CodeModel::Small);
  return builder;
}

Session* make_session() {
  initialize_targets();
  auto jit = take(
      LLJITBuilder()
          .setJITTargetMachineBuilder(machine_builder())
          .setLinkProcessSymbolsByDefault(false)
          .setPlatformSetUp(setUpInactivePlatform)
          .setObjectLinkingLayerCreator([](ExecutionSession& session) -> llvm::Expected<std::unique_ptr<ObjectLayer>> {
            return std::make_unique<ObjectLinkingLayer>(session);
          })
          .create(),
      "starting the linker");
  // The session would print them.
  jit->getExecutionSession().setErrorReporter(
      [](llvm::Error error) { reported += "; " + llvm::toString(std::move(error)); });
  JITDylib& symbols = take(jit->createJITDylib("nearfield"), "making the table of symbols");
  SymbolMap map;
  for (const std::vector<Symbol>* table : {&math_symbols(), &array_symbols()}) {
    for (const Symbol& symbol : *table) {
      map[jit->mangleAndIntern(symbol.name)] = {ExecutorAddr::fromPtr(symbol.address),
                                                llvm::JITSymbolFlags::Exported | llvm::JITSymbolFlags::Callable};
    }
  }
  check(symbols.define(absoluteSymbols(std::move(map))), "defining the symbols");
  return new Session{std::move(jit), &symbols};
}

Session& session() {
  static Session* const session = make_session();
  return *session;
}

class LoadedObject final : public Loaded {
 public:
  explicit LoadedObject(const std::vector<std::byte>& object) {
    static std::atomic<uint64_t> count{0};
    library_ = &take(session().jit->createJITDylib("kernel" + std::to_string(count++)), "making a library");
    library_->addToLinkOrder(*session().symbols);
    llvm::StringRef bytes(reinterpret_cast<const char*>(object.data()), object.size());
    try {
      check(session().jit->addObjectFile(*library_, llvm::MemoryBuffer::getMemBufferCopy(bytes, "kernel")),
            "adding compiled code");
      // Links everything now, so that a missing symbol is an error here and not at the first call.
      symbol(0);
    } catch (...) {
      remove();
      throw;
    }
  }
  ~LoadedObject() override { remove(); }
  LoadedObject(const LoadedObject&) = delete;
  LoadedObject& operator=(const LoadedObject&) = delete;

  void* symbol(int function) const override {
    return take(session().jit->lookup(*library_, "nf_" + std::to_string(function)), "linking compiled code")
        .toPtr<void*>();
  }

 private:
  void remove() { llvm::consumeError(session().jit->getExecutionSession().removeJITDylib(*library_)); }
  JITDylib* library_;
};

}  // namespace

std::shared_ptr<const Loaded> load(const std::vector<std::byte>& object) {
  return std::make_shared<LoadedObject>(object);
}

}  // namespace nf::codegen
