// The commands of `nearfield`: each declares its options to CLI11 and is run when it was chosen.
#pragma once
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "nearfield/nearfield.h"

namespace nf::cli {

/// The command line is wrong in a way that CLI11 cannot see.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What a command does; 0 when all is well.
using Action = std::function<int()>;

// Each adds its command to the program and returns what it does.
Action add_run(CLI::App& program, CLI::App*& command);
Action add_check(CLI::App& program, CLI::App*& command);
Action add_info(CLI::App& program, CLI::App*& command);
Action add_emit(CLI::App& program, CLI::App*& command);
Action add_explain(CLI::App& program, CLI::App*& command);
Action add_cache(CLI::App& program, CLI::App*& command);

/// The kernel of this name; without a name the only one whose name does not begin with an underscore. Throws UsageError
/// with the list when there is no such one.
Kernel choose_kernel(const SourceText& source, const std::string& name);
/// What --mode and --dtype say; either may be empty.
CallOptions call_options(const std::string& mode, const std::string& dtype);
/// The array of one path, a pattern, or a list of paths.
Array open_inputs(const std::vector<std::string>& paths);
/// "stencil", "gufunc (n,m)->(n,m)".
std::string kind_text(const KernelOptions& options);
/// Argument types to show or check a kernel with: its first signature's, else "uint8[:, ...]" of the rank that it
/// indexes; empty when they cannot be told.
std::vector<std::string> example_types(const Kernel& kernel);

}  // namespace nf::cli
