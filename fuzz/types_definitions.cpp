// Any text: reading its definitions and asking for every name must end, and never crash.
#include "types/signature.h"
#include "types/types.h"

namespace {
/// These throw `nf::Error` for what they cannot read, and nothing else.
void read_small_texts(const std::string& text) {
  try {
    nf::types::parse_layout(nf::types::to_string(nf::types::parse_layout(text)));
  } catch (const nf::Error&) {
  }
  try {
    nf::types::parse_signature(nf::types::to_string(nf::types::parse_signature(text)));
  } catch (const nf::Error&) {
  }
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  if (size < 200) read_small_texts(text);
  auto file = nf::types::read_definitions(nf::syntax::parse(std::make_shared<nf::Source>("fuzz.py", text)));
  for (const auto& kernel : file.kernels)
    for (const std::string& name : kernel->names->names()) kernel->names->find(name);
  for (const nf::Diagnostic& diagnostic : file.diagnostics.list()) nf::render(diagnostic);
  return 0;
}
