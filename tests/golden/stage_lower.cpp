// The stage `lower`: the IR of a typed function, verified.
#include "golden/stage.h"
#include "golden/text_program.h"
#include "lower/lower.h"

namespace nf::golden {
namespace {
std::string run(const Input& input) {
  Program program = read_program(input);
  ir::Module module = lower::lower(*types::infer_types(program.entry, program.args));
  ir::verify(module);
  return ir::print(module);
}
Register stage("lower", run);
}  // namespace
}  // namespace nf::golden
