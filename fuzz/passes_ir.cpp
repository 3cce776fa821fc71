// Any bytes are IR text: they are read or refused; what is well-formed reads back to itself, and no pass changes what
// it does.
#include "../tests/unit/ir/generate.h"
#include "base/assert.h"
#include "passes/passes.h"

using namespace nf;
using namespace nf::ir;

namespace {

// Programs that promise more than a text can prove are not for the interpreter: indexes said to be inside, and ranges.
bool promises(const Module& module) {
  for (const Function& function : module.functions) {
    for (const Parameter& param : function.params)
      if (param.range) return true;
    for (const Inst& inst : function.insts) {
      const Load* load = std::get_if<Load>(&inst.op);
      const Store* store = std::get_if<Store>(&inst.op);
      if ((load && !load->check) || (store && !store->check)) return true;
      // The signs of NaNs are all alike to everything but this.
      const Math* math = std::get_if<Math>(&inst.op);
      if (math && math->fn == MathFn::Copysign) return true;
    }
  }
  return false;
}

std::optional<Module> read(std::string_view text) {
  try {
    Module module = parse_ir(text);
    verify(module);
    return module;
  } catch (const Error&) {
    return {};
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::optional<Module> module = read({reinterpret_cast<const char*>(data), size});
  if (!module) return 0;
  std::string text = print(*module);
  nf_assert(print(parse_ir(text)) == text, "the text does not read back to itself");
  if (promises(*module)) return 0;
  for (Function& function : module->functions)
    if (function.kind == FunctionKind::Stencil) function.footprint = passes::infer_footprint(function);
  std::optional<std::string> expected = test::behaviour(*module, size);
  Module now = *module;
  for (const passes::Pass& pass : passes::pipeline()) {
    now = pass.run(now);
    verify(now);
    std::optional<std::string> result = test::behaviour(now, size);
    nf_assert(!expected || !result || *expected == *result, "{} changes what the program does", pass.name);
  }
  return 0;
}
