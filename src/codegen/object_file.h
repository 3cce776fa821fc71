// An object file for this processor, read with every offset checked: damaged bytes are an error.
#pragma once
#include <elf.h>

#include <cstddef>
#include <cstring>
#include <string_view>
#include <vector>

namespace nf::codegen {

/// Throws what is wrong with compiled code (ours or a damaged file's: an internal error).
[[noreturn]] void fail_link(std::string_view what);

/// The object's bytes, read only where there are some.
class ObjectFile {
 public:
  explicit ObjectFile(const std::vector<std::byte>& bytes) : bytes_(bytes), header_(read<Elf64_Ehdr>(0)) {
    const bool known = std::memcmp(header_.e_ident, ELFMAG, SELFMAG) == 0 && header_.e_type == ET_REL &&
                       header_.e_machine == EM_X86_64 && header_.e_shentsize == sizeof(Elf64_Shdr);
    if (!known) fail_link("not an object file for this processor");
    for (size_t i = 0; i < header_.e_shnum; ++i)
      sections_.push_back(read<Elf64_Shdr>(header_.e_shoff + i * sizeof(Elf64_Shdr)));
    for (const Elf64_Shdr& section : sections_)
      if (section.sh_type != SHT_NOBITS) check(section.sh_offset, section.sh_size);
  }

  const std::vector<Elf64_Shdr>& sections() const { return sections_; }
  const Elf64_Shdr& section(size_t index) const {
    if (index >= sections_.size()) fail_link("a section is missing");
    return sections_[index];
  }
  const std::byte* content(const Elf64_Shdr& section) const { return bytes_.data() + section.sh_offset; }
  template <class T>
  std::vector<T> table(const Elf64_Shdr& section) const {
    std::vector<T> entries(section.sh_size / sizeof(T));
    std::memcpy(entries.data(), content(section), entries.size() * sizeof(T));
    return entries;
  }
  std::string_view text(const Elf64_Shdr& strings, size_t at) const {
    if (at >= strings.sh_size) fail_link("a name is missing");
    const char* begin = reinterpret_cast<const char*>(content(strings)) + at;
    return {begin, strnlen(begin, strings.sh_size - at)};
  }

 private:
  void check(uint64_t offset, uint64_t size) const {
    if (offset > bytes_.size() || size > bytes_.size() - offset) fail_link("the object is cut off");
  }
  template <class T>
  T read(uint64_t offset) const {
    check(offset, sizeof(T));
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof(T));
    return value;
  }

  const std::vector<std::byte>& bytes_;
  Elf64_Ehdr header_;
  std::vector<Elf64_Shdr> sections_;
};

}  // namespace nf::codegen
