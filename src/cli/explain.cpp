// `nearfield explain`: how a kernel runs, why not better, and what to change.
#include <fmt/format.h>

#include <charconv>
#include <memory>

#include "cli/commands.h"
#include "cli/report.h"

namespace nf::cli {
namespace {

struct Explain {
  std::string kernel_file, kernel, size, mode, dtype;
  std::vector<std::string> types;
  int threads = 0;
  bool json = false;
};

/// "1000x1000" as extents.
std::vector<int64_t> parse_extents(const std::string& text) {
  std::vector<int64_t> extents;
  for (const char *at = text.data(), *end = at + text.size(); at < end;) {
    int64_t extent = 0;
    auto [rest, error] = std::from_chars(at, end, extent);
    const bool goes_on = rest < end;
    if (error != std::errc() || extent < 1 || extent > int64_t(1) << 40 ||
        (goes_on && (*rest != 'x' || rest + 1 == end)))
      throw UsageError(fmt::format("--size: `{}` is not a size: write it like 1000x1000", text));
    extents.push_back(extent);
    at = rest + goes_on;
  }
  if (extents.size() > size_t(kMaxRank))
    throw UsageError(fmt::format("--size: `{}` has more than {} axes", text, kMaxRank));
  return extents;
}

/// Types for a kernel when none are given: as many axes as the size has.
std::vector<std::string> types_for(const Kernel& kernel, const std::vector<int64_t>& shape) {
  std::vector<std::string> types = example_types(kernel);
  if (types.empty())
    throw UsageError(fmt::format(
        "`{}` is compiled for the types of its arguments; name them: --types 'uint8[:, :]' int64", kernel.name()));
  if (shape.empty()) return types;
  for (std::string& type : types) {
    const size_t bracket = type.find('[');
    if (bracket == type.npos) continue;
    type.resize(bracket);
    for (size_t d = 0; d < shape.size(); ++d) type += d ? ", :" : "[:";
    type += "]";
  }
  return types;
}

int execute(const Explain& explain) {
  const CallOptions how = call_options(explain.mode, explain.dtype);
  const std::vector<int64_t> shape = parse_extents(explain.size);
  const Kernel kernel = choose_kernel(read_text(explain.kernel_file), explain.kernel);
  if (explain.threads) set_num_threads(explain.threads);
  const Explanation made = kernel.explain(explain.types.empty() ? types_for(kernel, shape) : explain.types, shape, how);
  fmt::print("{}{}", explain.json ? made.json() : made.text(), explain.json ? "\n" : "");
  return kSuccess;
}

}  // namespace

Action add_explain(CLI::App& program, CLI::App*& command) {
  auto explain = std::make_shared<Explain>();
  command = program.add_subcommand("explain", "Tell how a kernel runs, why not better, and what to change");
  command->add_option("KERNEL", explain->kernel_file, "A .py file; it is read, not executed")->required();
  command->add_option("-k,--kernel", explain->kernel, "The kernel, when the file has several")->type_name("NAME");
  command->add_option("-t,--types", explain->types, "The type of each argument, such as 'uint8[:, :]' or float64")
      ->type_name("TYPE");
  command->add_option("--size", explain->size, "Measure it on arrays of this size, such as 1000x1000")
      ->type_name("EXTENTS");
  command->add_option("--mode", explain->mode, "Border: constant, reflect, nearest, mirror, wrap or valid")
      ->type_name("MODE");
  command->add_option("--dtype", explain->dtype, "Store this type instead of the kernel's own")->type_name("TYPE");
  command->add_option("--threads", explain->threads, "Threads (default: all)")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  command->add_flag("--json", explain->json, "Print the same as JSON");
  command->footer(
      "Examples:\n"
      "  nearfield explain smooth.py --types 'uint8[:, :]'\n"
      "  nearfield explain smooth.py --types 'float32[:, :]' --size 4000x4000 --json");
  return [explain] { return execute(*explain); };
}

}  // namespace nf::cli
