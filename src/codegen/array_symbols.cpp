// What compiled code calls for memory, whole arrays and divisors.
#include <cstring>

#include "codegen/apply_stencil.h"
#include "codegen/ops/division_multiplier.h"
#include "codegen/run_stencil.h"
#include "codegen/strided.h"
#include "codegen/symbols.h"

namespace nf::codegen {

const std::vector<Symbol>& array_symbols() {
  auto symbol = [](const char* name, auto function) { return Symbol{name, reinterpret_cast<void*>(function)}; };
  static const std::vector<Symbol> table = {
      // LLVM makes these calls on its own.
      symbol("memcpy", &std::memcpy),         symbol("memmove", &std::memmove),
      symbol("memset", &std::memset),         symbol("nf_ravel", &ravel),
      symbol("nf_unshare", &unshare),         symbol("nf_apply_stencil", &apply_stencil),
      symbol("nf_run_stencil", &run_stencil), symbol("nf_division_multiplier", &division_multiplier),
  };
  return table;
}

}  // namespace nf::codegen
