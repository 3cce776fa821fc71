// `nearfield emit`: what becomes of a kernel, stage by stage.
#include <fmt/format.h>

#include <memory>

#include "cli/commands.h"
#include "cli/report.h"

namespace nf::cli {
namespace {

struct Emit {
  std::string kernel_file, kernel, after, gpu;
  std::vector<std::string> types;
  bool llvm = false, assembly = false, ptx = false, timings = false;
};

/// Calls the kernel once on small arrays of zeros, so that every phase has run.
void call_once(const Kernel& kernel, const std::vector<std::string>& types) {
  constexpr int64_t kExtent = 32;
  std::vector<std::vector<uint64_t>> memory;
  std::vector<Argument> args;
  for (const std::string& text : types) {
    size_t bracket = text.find('[');
    std::string name = text.substr(0, bracket);
    while (!name.empty() && name.back() == ' ') name.pop_back();
    std::optional<DType> dtype = dtype_named(name);
    if (!dtype) throw UsageError(fmt::format("--types: there is no type `{}`", name));
    if (bracket == text.npos) {
      args.push_back(Scalar{*dtype, 0});
      continue;
    }
    std::vector<int64_t> shape(1 + size_t(std::count(text.begin(), text.end(), ',')), kExtent);
    int64_t size = 1;
    for (int64_t extent : shape) size *= extent;
    memory.emplace_back(size_t(size));  // eight bytes for each element: enough for every type
    args.push_back(View::contiguous(memory.back().data(), *dtype, shape.data(), int(shape.size())));
  }
  try {
    kernel.call(args);
  } catch (const CompileError&) {
    throw;
  } catch (const Error& error) {
    // What the kernel raises on zeros does not matter: it was compiled.
    if (error.kind == ErrorKind::Internal || kernel.timings().empty()) throw;
  }
}

void print_text(const std::string& text) { fmt::print("{}{}", text, text.ends_with('\n') ? "" : "\n"); }

int execute(const Emit& emit) {
  if (emit.llvm + emit.assembly + emit.ptx + emit.timings + !emit.after.empty() > 1)
    throw UsageError("--after, --llvm, --asm, --ptx and --timings exclude each other");
  if (!emit.gpu.empty() && !emit.ptx) throw UsageError("--gpu goes with --ptx");
  Kernel kernel = choose_kernel(read_text(emit.kernel_file), emit.kernel);
  std::vector<std::string> types = emit.types.empty() ? example_types(kernel) : emit.types;
  if (types.empty() && emit.after != "tree")
    throw UsageError(fmt::format(
        "`{}` is compiled for the types of its arguments; name them: --types 'uint8[:, :]' int64", kernel.name()));
  if (emit.llvm) {
    print_text(kernel.emit_llvm(types));
  } else if (emit.assembly) {
    print_text(kernel.emit_assembly(types));
  } else if (emit.ptx) {
    print_text(emit.gpu.empty() ? kernel.emit_ptx(types) : kernel.emit_ptx(types, emit.gpu));
  } else if (emit.timings) {
    call_once(kernel, types);
    double total = 0;
    for (const auto& [phase, milliseconds] : kernel.timings()) {
      fmt::print("{:<12} {:8.3f} ms\n", phase, milliseconds);
      total += milliseconds;
    }
    fmt::print("{:<12} {:8.3f} ms\n", "total", total);
  } else {
    print_text(kernel.emit_ir(types, emit.after));
  }
  return kSuccess;
}

}  // namespace

Action add_emit(CLI::App& program, CLI::App*& command) {
  auto emit = std::make_shared<Emit>();
  command = program.add_subcommand("emit", "Show the stages between a kernel and machine code");
  command->add_option("KERNEL", emit->kernel_file, "A .py file; it is read, not executed")->required();
  command->add_option("-k,--kernel", emit->kernel, "The kernel, when the file has several")->type_name("NAME");
  command->add_option("-t,--types", emit->types, "The type of each argument, such as 'uint8[:, :]' or float64")
      ->type_name("TYPE");
  command->add_option("--after", emit->after, "Stop behind tree, types, lower or a pass (default: all passes)")
      ->type_name("STAGE");
  command->add_flag("--llvm", emit->llvm, "Print LLVM IR");
  command->add_flag("--asm", emit->assembly, "Print assembly");
  command->add_flag("--ptx", emit->ptx, "Print a stencil's code for NVIDIA's GPUs");
  command->add_option("--gpu", emit->gpu, "With --ptx: the oldest GPU that it is to run on (default: sm_80)")
      ->type_name("ARCHITECTURE");
  command->add_flag("--timings", emit->timings, "Print the time of each phase");
  command->footer(
      "Examples:\n"
      "  nearfield emit smooth.py --types 'uint8[:, :]' --after narrow-ranges\n"
      "  nearfield emit smooth.py --asm\n"
      "  nearfield emit smooth.py --ptx --gpu sm_90");
  return [emit] { return execute(*emit); };
}

}  // namespace nf::cli
