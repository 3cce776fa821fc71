// `nearfield run`: a kernel over images, streamed to images.
#include <fmt/format.h>

#include <memory>

#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/report.h"

namespace nf::cli {
namespace {

struct Run {
  std::string kernel_file, output, kernel, memory, mode, dtype;
  std::vector<std::string> inputs;
  int threads = 0;
  bool overwrite = false, quiet = false;
};

SaveOptions save_options(const Run& run) {
  SaveOptions options;
  options.overwrite = run.overwrite, options.threads = run.threads;
  if (!run.memory.empty()) try {
      options.memory = parse_size(run.memory);
    } catch (const std::invalid_argument& error) {
      throw UsageError(std::string("--memory: ") + error.what());
    }
  return options;
}

int execute(const Run& run) {
  CallOptions how = call_options(run.mode, run.dtype);
  SaveOptions options = save_options(run);
  Kernel kernel = choose_kernel(read_text(run.kernel_file), run.kernel);
  Array input = open_inputs(run.inputs);
  Array output = input.apply(kernel, how);
  SaveReport report;
  {
    ProgressLine line(kernel.name(), run.quiet);
    options.progress = line.callback();
    report = imsave(run.output, output, options);
  }
  if (!run.quiet)
    fmt::print("{}: {} frame{}, {} in, {} out, {} at {}/s\n", kernel.name(), report.frames,
               report.frames == 1 ? "" : "s", size_text(double(report.bytes_in)), size_text(double(report.bytes_out)),
               duration_text(report.seconds),
               size_text(report.seconds > 0 ? double(report.bytes_in) / report.seconds : 0));
  return kSuccess;
}

}  // namespace

Action add_run(CLI::App& program, CLI::App*& command) {
  auto run = std::make_shared<Run>();
  command = program.add_subcommand("run", "Run a kernel over images and write the result");
  command->add_option("KERNEL", run->kernel_file, "A .py file; it is read, not executed")->required();
  command->add_option("INPUT", run->inputs, "An image, a quoted pattern such as 'scans/*.png', or several images")
      ->required();
  command->add_option("-o,--output", run->output, "An image, or a pattern: * takes the input's name (im0 of im0.png)")
      ->required();
  command->add_option("-k,--kernel", run->kernel, "The kernel, when the file has several")->type_name("NAME");
  command->add_option("--mode", run->mode, "Border: constant, reflect, nearest, mirror, wrap or valid")
      ->type_name("MODE");
  command->add_option("--dtype", run->dtype, "Store this type instead of the kernel's own")->type_name("TYPE");
  command->add_option("--memory", run->memory, "Memory budget (default: a quarter of RAM)")->type_name("SIZE");
  command->add_option("--threads", run->threads, "Threads (default: all)")->type_name("N")->check(CLI::PositiveNumber);
  command->add_flag("--overwrite", run->overwrite, "Replace output that is there");
  command->add_flag("-q,--quiet", run->quiet, "Print errors only");
  command->footer(
      "Examples:\n"
      "  nearfield run smooth.py 'scans/*.png' -o 'out/*.png'\n"
      "  nearfield run smooth.py photo.png -o smooth.png --mode reflect --memory 500MB");
  return [run] { return execute(*run); };
}

}  // namespace nf::cli
