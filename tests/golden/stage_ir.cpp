// Golden stages of `ir`: text round trip, the verifier, ranges, and the interpreter on inputs written in the run line.
#include "golden/stage.h"
#include "ir/interpret.h"
#include "ir/ir.h"
#include "ir/scanner.h"
#include "ir/text.h"

namespace nf::golden {
namespace {

ir::Module read(const Input& input) { return ir::parse_ir(input.text); }

std::string print_again(const Input& input) {
  std::string text = ir::print(read(input));
  return ir::print(ir::parse_ir(text)) == text ? text : "the text does not read back to itself:\n" + text;
}

std::string verify(const Input& input) {
  ir::Module module = read(input);
  try {
    ir::verify(module);
  } catch (const Error& error) {
    // Without the place in our source, which moves.
    return error.message.substr(0, error.message.rfind(" (")) + "\n";
  }
  return "well-formed\n";
}

const Register registered[] = {{"ir", print_again}, {"verify", verify}};

}  // namespace
}  // namespace nf::golden
