// Golden stages of `passes`: `pass <name>` shows what one pass makes of IR text, `after <name>` the pipeline up to it,
// and `stencil-facts` what is known of a stencil before code is made.
#include <fmt/format.h>

#include "golden/stage.h"
#include "nearfield/error.h"
#include "passes/passes.h"

namespace nf::golden {
namespace {

ir::Module read(const Input& input) {
  ir::Module module = ir::parse_ir(input.text);
  ir::verify(module);
  return module;
}

// The text between the last pass and the next reader: numbered afresh.
std::string pass(const Input& input) {
  ir::Module module = read(input);
  for (const passes::Pass& pass : passes::pipeline()) {
    if (pass.name != input.args.at(0)) continue;
    module = pass.run(module);
    ir::verify(module);
    return ir::print(module);
  }
  throw Error(ErrorKind::Value, "there is no pass `" + input.args.at(0) + "`");
}

std::string after(const Input& input) {
  return ir::print(passes::run(read(input), input.args.empty() ? "" : input.args[0], true));
}

std::string stencil_facts(const Input& input) {
  ir::Module module = read(input);
  const ir::Function& stencil = module.functions[0];
  std::string text = "footprint";
  for (auto [lo, hi] : passes::infer_footprint(stencil).axes) text += fmt::format(" {}..{}", lo, hi);
  std::vector<DType> inputs;
  for (const ir::Parameter& param : stencil.params)
    if (param.type.is_array()) inputs.push_back(param.type.dtype());
  std::vector<std::optional<ir::Range>> ranges = passes::result_ranges(stencil);
  for (size_t r = 0; r < ranges.size(); ++r) {
    DType dtype = stencil.results[r].dtype();
    text += fmt::format("\nresult {}", name_of(dtype));
    if (ranges[r]) text += fmt::format(" in {}..{}", ranges[r]->lo, ranges[r]->hi);
    text += fmt::format(", fits {}", name_of(passes::fit_dtype(dtype, ranges[r], inputs)));
  }
  return text + "\n";
}

const Register registered[] = {{"pass", pass}, {"after", after}, {"stencil-facts", stencil_facts}};

}  // namespace
}  // namespace nf::golden
