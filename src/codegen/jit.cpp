// Compiled code into this process: lays the sections of an object out in memory, binds what it refers to, and makes it
// executable. The objects are LLVM's for x86-64 in the small code model: a handful of kinds of relocations, so this
// takes microseconds where a general linker takes a third of a millisecond to start. Offsets and sizes are checked
// before they are used: damaged bytes are an error.
//
// Memory: code, then what is only read, then what is written, each on pages of its own.
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/assert.h"
#include "codegen/codegen.h"
#include "codegen/object_file.h"
#include "codegen/symbols.h"

namespace nf::codegen {

void fail_link(std::string_view what) {
  throw Error(ErrorKind::Internal, fmt::format("linking compiled code: {}", what));
}

namespace {

/// Some systems let no process make code (SELinux, systemd's MemoryDenyWriteExecute).
[[noreturn]] void refuse_code(int reason) {
  throw Error(ErrorKind::Unsupported,
              fmt::format("this system forbids a process to make code at run time ({})", std::strerror(reason)),
              {"hint: kernels are compiled when they are called; allow it for this process (a service manager's "
               "MemoryDenyWriteExecute, SELinux's execmem)"});
}

/// The functions that compiled code may call.
void* runtime_symbol(std::string_view name) {
  static const auto& table = *[] {
    auto* made = new std::unordered_map<std::string_view, void*>();
    for (const std::vector<Symbol>* symbols : {&math_symbols(), &array_symbols()})
      for (const Symbol& symbol : *symbols) made->emplace(symbol.name, symbol.address);
    return made;
  }();
  const auto found = table.find(name);
  if (found == table.end()) fail_link(fmt::format("there is no `{}`", name));
  return found->second;
}

/// Pages that are freed with it.
class Pages {
 public:
  explicit Pages(size_t size) : size_(size) {
    void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw Error(ErrorKind::Memory, "no memory for compiled code");
    data_ = static_cast<std::byte*>(memory);
  }
  ~Pages() { munmap(data_, size_); }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  std::byte* data() const { return data_; }
  size_t size() const { return size_; }
  void protect(size_t from, size_t to, int rights) const {
    if (from < to && mprotect(data_ + from, to - from, rights) != 0) refuse_code(errno);
  }

 private:
  std::byte* data_;
  size_t size_;
};

size_t round_up(size_t n, size_t to) { return (n + to - 1) / to * to; }

enum Part { kCode, kConstants, kData, kParts };
constexpr size_t kLargest = size_t(64) << 20;  ///< of an object: all of it is within reach of 32-bit offsets
/// `jmp *[rip + 0]` and the address: calls reach 2 GiB, and the library may lie further away.
constexpr std::array<uint8_t, 6> kJump = {0xff, 0x25, 0, 0, 0, 0};
constexpr size_t kStubBytes = 16, kSlotBytes = 8;

/// One object being linked.
class Link {
 public:
  explicit Link(const ObjectFile& object) : object_(object), places_(object.sections().size(), kNowhere) {
    for (const Elf64_Shdr& section : object.sections()) {
      if (section.sh_type != SHT_SYMTAB) continue;
      symbols_ = object.table<Elf64_Sym>(section);
      names_ = object.section(section.sh_link);
    }
    stubs_.assign(symbols_.size(), kNowhere), slots_.assign(symbols_.size(), kNowhere);
    lay_out();
  }

  std::unique_ptr<Pages> run(std::unordered_map<std::string, void*>& exported) {
    for (size_t i = 0; i < places_.size(); ++i) {
      const Elf64_Shdr& section = object_.sections()[i];
      if (places_[i] != kNowhere && section.sh_type != SHT_NOBITS)
        std::memcpy(pages_->data() + places_[i], object_.content(section), section.sh_size);
    }
    for (const Elf64_Shdr& section : object_.sections())
      if (section.sh_type == SHT_RELA && is_placed(section.sh_info)) relocate(section);
    for (size_t i = 0; i < symbols_.size(); ++i)
      if (ELF64_ST_BIND(symbols_[i].st_info) == STB_GLOBAL && is_placed(symbols_[i].st_shndx))
        exported.emplace(object_.text(names_, symbols_[i].st_name), reinterpret_cast<void*>(address(i)));
    pages_->protect(0, ends_[kCode], PROT_READ | PROT_EXEC);
    pages_->protect(ends_[kCode], ends_[kConstants], PROT_READ);
    return std::move(pages_);
  }

 private:
  static constexpr size_t kNowhere = SIZE_MAX;

  bool is_placed(size_t section) const { return section < places_.size() && places_[section] != kNowhere; }

  static Part part_of(const Elf64_Shdr& section) {
    if (section.sh_flags & SHF_EXECINSTR) return kCode;
    return section.sh_flags & SHF_WRITE ? kData : kConstants;
  }

  /// Whether a section becomes part of the program. Tables for unwinding do not: code raises no exceptions.
  static bool is_needed(const Elf64_Shdr& section) {
    return (section.sh_flags & SHF_ALLOC) && (section.sh_type == SHT_PROGBITS || section.sh_type == SHT_NOBITS);
  }

  /// Finds a place for every section, and behind the code for a stub, behind the constants for a slot of each symbol.
  void lay_out() {
    static const size_t page = size_t(sysconf(_SC_PAGESIZE));
    size_t end = 0;
    for (int part = 0; part < kParts; ++part) {
      for (size_t i = 0; i < places_.size(); ++i) {
        const Elf64_Shdr& section = object_.sections()[i];
        if (!is_needed(section) || part_of(section) != part) continue;
        if (section.sh_addralign > page || section.sh_size > kLargest) fail_link("a section is too large");
        end = round_up(end, std::max<size_t>(section.sh_addralign, 1));
        places_[i] = end;
        end += section.sh_size;
        if (end > kLargest) fail_link("the object is too large");
      }
      if (part == kCode) next_stub_ = end = round_up(end, kStubBytes), end += kStubBytes * externals();
      if (part == kConstants) next_slot_ = end = round_up(end, kSlotBytes), end += kSlotBytes * symbols_.size();
      ends_[part] = end = round_up(end, page);
    }
    pages_ = std::make_unique<Pages>(std::max(end, page));
  }

  size_t externals() const {
    size_t count = 0;
    for (const Elf64_Sym& symbol : symbols_) count += symbol.st_shndx == SHN_UNDEF;
    return count;
  }

  uint64_t address(size_t index) const {
    const Elf64_Sym& symbol = symbols_.at(index);
    if (symbol.st_shndx == SHN_UNDEF)
      return reinterpret_cast<uint64_t>(runtime_symbol(object_.text(names_, symbol.st_name)));
    if (!is_placed(symbol.st_shndx) || symbol.st_value > object_.section(symbol.st_shndx).sh_size)
      fail_link("a symbol lies nowhere");
    return reinterpret_cast<uint64_t>(pages_->data()) + places_[symbol.st_shndx] + symbol.st_value;
  }

  /// Where calls of a symbol go: to itself, or to a stub near the code.
  uint64_t callee(size_t index) {
    if (symbols_.at(index).st_shndx != SHN_UNDEF) return address(index);
    if (stubs_[index] == kNowhere) {
      const uint64_t target = address(index);
      std::memcpy(pages_->data() + next_stub_, kJump.data(), kJump.size());
      std::memcpy(pages_->data() + next_stub_ + kJump.size(), &target, sizeof target);
      stubs_[index] = std::exchange(next_stub_, next_stub_ + kStubBytes);
    }
    return reinterpret_cast<uint64_t>(pages_->data()) + stubs_[index];
  }

  /// A slot that holds the address of a symbol.
  uint64_t slot(size_t index) {
    const uint64_t target = address(index);
    if (slots_[index] == kNowhere) {
      std::memcpy(pages_->data() + next_slot_, &target, sizeof target);
      slots_[index] = std::exchange(next_slot_, next_slot_ + kSlotBytes);
    }
    return reinterpret_cast<uint64_t>(pages_->data()) + slots_[index];
  }

  void relocate(const Elf64_Shdr& table) {
    const uint64_t size = object_.section(table.sh_info).sh_size;
    std::byte* const base = pages_->data() + places_[table.sh_info];
    for (const Elf64_Rela& entry : object_.table<Elf64_Rela>(table)) {
      const size_t symbol = ELF64_R_SYM(entry.r_info), type = ELF64_R_TYPE(entry.r_info);
      if (symbol >= symbols_.size()) fail_link("a symbol is missing");
      const bool wide = type == R_X86_64_64 || type == R_X86_64_PC64;
      if (entry.r_offset > size || size - entry.r_offset < (wide ? 8 : 4)) fail_link("a place to patch lies nowhere");
      std::byte* const place = base + entry.r_offset;
      const auto here = reinterpret_cast<uint64_t>(place), addend = uint64_t(entry.r_addend);
      uint64_t value = 0;
      switch (type) {
        case R_X86_64_64: value = address(symbol) + addend; break;
        case R_X86_64_PC64:
        case R_X86_64_PC32: value = address(symbol) + addend - here; break;
        case R_X86_64_PLT32: value = callee(symbol) + addend - here; break;
        case R_X86_64_GOTPCREL:
        case R_X86_64_GOTPCRELX:
        case R_X86_64_REX_GOTPCRELX: value = slot(symbol) + addend - here; break;
        default: fail_link(fmt::format("relocations of kind {} are not known", type));
      }
      if (!wide && int64_t(value) != int32_t(value)) fail_link("a reference is out of reach");
      std::memcpy(place, &value, wide ? 8 : 4);
    }
  }

  const ObjectFile& object_;
  std::vector<size_t> places_;  ///< of each section: its offset in the pages
  std::vector<Elf64_Sym> symbols_;
  Elf64_Shdr names_{};
  std::vector<size_t> stubs_, slots_;  ///< of each symbol
  size_t next_stub_ = 0, next_slot_ = 0;
  size_t ends_[kParts] = {};
  std::unique_ptr<Pages> pages_;
};

class LoadedObject final : public Loaded {
 public:
  explicit LoadedObject(const std::vector<std::byte>& object) {
    const ObjectFile parsed(object);
    pages_ = Link(parsed).run(functions_);
    symbol(0);  // an object without code is an error here and not at the first call
  }
  void* symbol(int function) const override {
    const auto found = functions_.find("nf_" + std::to_string(function));
    if (found == functions_.end()) fail_link(fmt::format("there is no function {}", function));
    return found->second;
  }
  void* tile(int function) const override { return find("nf_tile_" + std::to_string(function)); }
  void* strips(int function) const override { return find("nf_strips_" + std::to_string(function)); }
  const void* plan(int function) const override { return find("nf_plan_" + std::to_string(function)); }

 private:
  void* find(const std::string& name) const {
    const auto found = functions_.find(name);
    return found == functions_.end() ? nullptr : found->second;
  }
  std::unique_ptr<Pages> pages_;
  std::unordered_map<std::string, void*> functions_;
};

}  // namespace

std::shared_ptr<const Loaded> load(const std::vector<std::byte>& object) {
  return std::make_shared<LoadedObject>(object);
}

}  // namespace nf::codegen
