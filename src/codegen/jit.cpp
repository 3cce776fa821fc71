// Objects into this process: one ORC session for its life, one library for each object, an explicit table of symbols.
#include <llvm/ExecutionEngine/JITSymbol.h>
#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h>
#include <llvm/Support/Error.h>
#include <llvm/Support/MemoryBuffer.h>

#include <sys/mman.h>

#include <atomic>
#include <cerrno>
#include <cstring>
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

/// Some systems let no process make code (SELinux, systemd's MemoryDenyWriteExecute): better said here than by the
/// linker.
void check_that_code_can_be_made() {
  constexpr size_t page = 4096;
  void* memory = mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw Error(ErrorKind::Memory, "no memory for compiled code");
  const bool allowed = mprotect(memory, page, PROT_READ | PROT_EXEC) == 0;
  const int reason = errno;
  munmap(memory, page);
  if (!allowed)
    throw Error(ErrorKind::Unsupported,
                fmt::format("this system forbids a process to make code at run time ({})", std::strerror(reason)),
                {"hint: kernels are compiled when they are called; allow it for this process (a service manager's "
                 "MemoryDenyWriteExecute, SELinux's execmem)"});
}

Session* make_session() {
  check_that_code_can_be_made();
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
  void* tile(int function) const override { return find("nf_tile_" + std::to_string(function)); }
  const void* plan(int function) const override { return find("nf_plan_" + std::to_string(function)); }

 private:
  void* find(const std::string& name) const {
    auto found = session().jit->lookup(*library_, name);
    if (found) return found->toPtr<void*>();
    llvm::consumeError(found.takeError());
    return nullptr;
  }
  void remove() { llvm::consumeError(session().jit->getExecutionSession().removeJITDylib(*library_)); }
  JITDylib* library_;
};

}  // namespace

std::shared_ptr<const Loaded> load(const std::vector<std::byte>& object) {
  return std::make_shared<LoadedObject>(object);
}

}  // namespace nf::codegen
