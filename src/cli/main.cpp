// The `nearfield` program: reads the command line, runs one command, and turns errors into text and an exit status.
#include <fmt/format.h>
#include <signal.h>

#include "cli/commands.h"
#include "cli/report.h"

namespace nf::cli {
namespace {

void on_interrupt(int) { interrupt(); }

/// The first Ctrl-C asks the run to stop and clean up; the second ends the process.
void catch_interrupt() {
  struct sigaction action = {};
  action.sa_handler = on_interrupt;
  action.sa_flags = SA_RESETHAND | SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
}

int parse_and_run(int argc, char** argv) {
  CLI::App program{"Write what happens near one point; it runs at memory speed on one image or a terabyte stack."};
  program.name("nearfield");
  program.set_version_flag("--version", "nearfield " + version());
  program.require_subcommand(1);
  program.footer(
      "Examples:\n"
      "  nearfield run smooth.py 'scans/*.png' -o 'out/*.png'\n"
      "  nearfield check smooth.py\n"
      "  nearfield info 'scans/*.png'\n"
      "`nearfield COMMAND --help` tells more.\n\n"
      "Exit status: 0 done, 1 failed, 2 wrong usage, 3 a file cannot be read or written, 4 would not fit in "
      "memory, 130 interrupted.");
  std::vector<std::pair<CLI::App*, Action>> commands;
  for (auto add : {add_run, add_check, add_info, add_emit, add_explain, add_cache}) {
    CLI::App* command = nullptr;
    Action action = add(program, command);
    commands.emplace_back(command, std::move(action));
  }
  try {
    program.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return program.exit(help);
  } catch (const CLI::ParseError& error) {
    print_error(error.what());
    CLI::App* chosen = program.get_subcommands().empty() ? nullptr : program.get_subcommands()[0];
    fmt::print(stderr, "  run `nearfield {}--help`\n", chosen ? chosen->get_name() + " " : "");
    return kUsage;
  }
  catch_interrupt();
  for (const auto& [command, action] : commands)
    if (command->parsed()) return action();
  return kUsage;
}

}  // namespace
}  // namespace nf::cli

int main(int argc, char** argv) {
  using namespace nf::cli;
  try {
    return parse_and_run(argc, argv);
  } catch (const UsageError& error) {
    print_error(error.what());
    return kUsage;
  } catch (const nf::Error& error) {
    print_error(error);
    return exit_code_of(error.kind);
  } catch (const std::bad_alloc&) {
    print_error("out of memory");
    return kTooLarge;
  } catch (const std::exception& error) {
    print_error(error.what());
    return kFailed;
  }
}
