// What the disk cache asks LLVM for: a cryptographic hash, and the version that made an object.
#include <llvm/Config/llvm-config.h>
#include <llvm/Support/BLAKE3.h>

#include <cstring>

#include "codegen/codegen.h"

namespace nf::codegen {

std::vector<std::byte> blake3(const std::vector<std::byte>& data) {
  auto digest = llvm::BLAKE3::hash({reinterpret_cast<const uint8_t*>(data.data()), data.size()});
  std::vector<std::byte> bytes(digest.size());
  std::memcpy(bytes.data(), digest.data(), digest.size());
  return bytes;
}

std::string llvm_version() { return LLVM_VERSION_STRING; }

}  // namespace nf::codegen
