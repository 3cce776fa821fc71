// `nearfield check`, `info` and `cache`: what can be said without computing anything.
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "cli/commands.h"
#include "cli/report.h"

namespace nf::cli {
namespace {

/// The errors of one file, those in the bodies of kernels included as far as their types can be told.
std::vector<DiagnosticText> errors_of(const SourceText& source) {
  std::vector<DiagnosticText> found = check(source);
  if (!found.empty()) return found;
  for (const Kernel& kernel : kernels(source)) {
    std::vector<std::string> types = example_types(kernel);
    if (!types.empty()) try {
        kernel.emit_ir(types, "types");
      } catch (const CompileError& error) {
        found.insert(found.end(), error.diagnostics.begin(), error.diagnostics.end());
      }
  }
  return found;
}

int check_files(const std::vector<std::string>& files) {
  int result = kSuccess;
  for (const std::string& file : files) {
    SourceText source = read_text(file);
    std::vector<DiagnosticText> errors = errors_of(source);
    for (const DiagnosticText& error : errors)
      fmt::print(stderr, "{}{}", error.rendered, error.rendered.ends_with('\n') ? "" : "\n");
    if (!errors.empty()) {
      print_error(fmt::format("{} error{} in {}", errors.size(), errors.size() == 1 ? "" : "s", file));
      result = kFailed;
      continue;
    }
    std::string list;
    for (const Kernel& kernel : kernels(source))
      list += fmt::format("{}{} ({})", list.empty() ? "" : ", ", kernel.name(), kind_text(kernel.options()));
    fmt::print("{}: {}\n", file, list.empty() ? "no kernels" : list);
  }
  return result;
}

/// The files of compiled code: `v1/<2 hex>/<62 hex>.nfk`.
std::vector<std::filesystem::path> cache_entries(const std::string& directory) {
  std::vector<std::filesystem::path> found;
  std::error_code ignored;  // a folder that is not there holds nothing
  for (const auto& folder : std::filesystem::directory_iterator(directory + "/v1", ignored))
    for (const auto& file : std::filesystem::directory_iterator(folder, ignored))
      if (file.path().extension() == ".nfk") found.push_back(file.path());
  return found;
}

int show_cache(bool clear) {
  CacheInfo info = cache_info();
  if (!info.enabled) {
    fmt::print("compiled code is not kept on disk: {}\n", info.why_off);
    return kSuccess;
  }
  double bytes = 0;
  std::vector<std::filesystem::path> entries = cache_entries(info.directory);
  std::error_code ignored;  // another process may remove a file at any time
  for (const auto& path : entries)
    if (auto size = std::filesystem::file_size(path, ignored); !ignored) bytes += double(size);
  if (clear)
    for (const auto& path : entries) std::filesystem::remove(path, ignored);
  fmt::print("{}: {}{} compiled kernel{}, {}\n", info.directory, clear ? "removed " : "", entries.size(),
             entries.size() == 1 ? "" : "s", size_text(bytes));
  return kSuccess;
}

}  // namespace

Action add_check(CLI::App& program, CLI::App*& command) {
  auto files = std::make_shared<std::vector<std::string>>();
  command = program.add_subcommand("check", "Show what is wrong with the kernels of a file");
  command->add_option("KERNEL", *files, ".py files; they are read, not executed")->required();
  command->footer("Example:\n  nearfield check smooth.py");
  return [files] { return check_files(*files); };
}

Action add_info(CLI::App& program, CLI::App*& command) {
  auto inputs = std::make_shared<std::vector<std::string>>();
  command = program.add_subcommand("info", "Tell shape, dtype and size of images");
  command->add_option("INPUT", *inputs, "An image, a quoted pattern such as 'scans/*.png', or several images")
      ->required();
  command->footer("Example:\n  nearfield info 'scans/*.png'");
  return [inputs] {
    std::string text = describe(open_inputs(*inputs));
    fmt::print("{}{}", text, text.ends_with('\n') ? "" : "\n");
    return int(kSuccess);
  };
}

Action add_cache(CLI::App& program, CLI::App*& command) {
  auto clear = std::make_shared<bool>(false);
  command = program.add_subcommand("cache", "Tell where compiled code is kept, and how much");
  command->add_flag("--clear", *clear, "Remove it");
  command->footer("NEARFIELD_CACHE_DIR names another folder.\nExample:\n  nearfield cache --clear");
  return [clear] { return show_cache(*clear); };
}

}  // namespace nf::cli
