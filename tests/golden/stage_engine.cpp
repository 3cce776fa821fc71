// Golden stages of `engine`: `explain <processor> <types>` shows what is told of a kernel without running it, made for
// one fixed processor. What only LLVM's register allocation decides is masked.
#include <regex>

#include "codegen/codegen.h"
#include "engine/explain.h"
#include "golden/stage.h"
#include "golden/text_program.h"

namespace nf::golden {
namespace {

std::string explain(const Input& input) {
  Input program = input;
  program.args.erase(program.args.begin());
  Program read = read_program(program);
  engine::Function function(read.entry);
  Explanation made = function.explain(read.args, {}, codegen::named_target(input.args.at(0)));
  engine::advise(made);
  static const std::regex machine("[0-9]+ instructions a block \\([0-9.]+ a point\\), [0-9]+ vector registers, [^\n]*");
  return std::regex_replace(engine::text_of(made), machine, "<machine>");
}

const Register registered[] = {{"explain", explain}};

}  // namespace
}  // namespace nf::golden
