// Golden stages of `codegen`: LLVM IR and assembly for IR text, made for one fixed processor so that the text is the
// same on every machine, and what it recognises in stencils.
#include <string>

#include "codegen/codegen.h"
#include "golden/stage.h"
#include "nearfield/error.h"

namespace nf::golden {
namespace {

/// "llvm x86-64-v3": the processor is an argument of the run line, so that it does not depend on the machine.
codegen::Binary compile(const Input& input, codegen::CompileOptions options) {
  codegen::Target target = codegen::named_target(input.args.empty() ? "x86-64-v3" : input.args[0]);
  for (size_t i = 1; i < input.args.size(); ++i) options.fast = options.fast || input.args[i] == "fast";
  ir::Module module = ir::parse_ir(input.text);
  ir::verify(module);
  return codegen::compile(module, target, options);
}

/// Without the lines that name LLVM's version or the target's features.
std::string body_of(const std::string& text) {
  std::string kept;
  for (size_t at = 0; at < text.size();) {
    size_t end = text.find('\n', at);
    std::string line = text.substr(at, end - at + 1);
    at = end == std::string::npos ? text.size() : end + 1;
    bool noise = line.starts_with("attributes #") || line.starts_with("source_filename") ||
                 line.starts_with("target ") || line.starts_with("; ModuleID") ||
                 line.starts_with("; Function Attrs") || line.starts_with("\t.ident") ||
                 line.starts_with("\t.section\t\".note") || line.starts_with("\t.file");
    if (!noise) kept += line;
  }
  return kept;
}

std::string llvm(const Input& input) {
  codegen::CompileOptions options;
  options.want_llvm = true;
  return body_of(compile(input, options).llvm);
}

std::string assembly(const Input& input) {
  codegen::CompileOptions options;
  options.want_assembly = true;
  return body_of(compile(input, options).assembly);
}

/// "shapes 64": what is recognised in the first function, behind all passes, with registers of 64 bytes.
std::string shapes(const Input& input) {
  const ir::Module module = ir::parse_ir(input.text);
  ir::verify(module);
  std::string text;
  for (const ir::Note& note : codegen::shape_notes(module.functions[0], std::stoi(input.args.at(0))))
    text += (note.done ? "done: " : "declined: ") + note.text + "\n";
  return text;
}

const Register registered[] = {{"llvm", llvm}, {"asm", assembly}, {"shapes", shapes}};

}  // namespace
}  // namespace nf::golden
