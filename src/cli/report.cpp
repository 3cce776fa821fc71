// Errors and figures as text.
#include "cli/report.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace nf::cli {
namespace {

bool use_color() {
  const char* no = std::getenv("NO_COLOR");
  return stderr_is_terminal() && !(no && *no);
}

void print_head(const std::string& message) {
  const char *on = use_color() ? "\x1b[1;31m" : "", *off = use_color() ? "\x1b[0m" : "";
  fmt::print(stderr, "{}error:{} {}\n", on, off, message);
}

}  // namespace

bool stderr_is_terminal() { return isatty(STDERR_FILENO); }

ExitCode exit_code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::NotFound:
    case ErrorKind::Io: return kBadFile;
    case ErrorKind::Memory: return kTooLarge;
    case ErrorKind::Interrupted: return kInterrupted;
    case ErrorKind::Value:
    case ErrorKind::Type:
    case ErrorKind::Index:
    case ErrorKind::ZeroDivision:
    case ErrorKind::Name:
    case ErrorKind::Exists:
    case ErrorKind::Compile:
    case ErrorKind::Unsupported:
    case ErrorKind::Raised:
    case ErrorKind::Internal: return kFailed;
  }
  return kFailed;
}

void print_error(const Error& error) {
  if (const auto* program = dynamic_cast<const CompileError*>(&error)) {
    size_t count = program->diagnostics.size();
    fmt::print(stderr, "{}{}", error.message, error.message.ends_with('\n') ? "" : "\n");
    return print_head(fmt::format("{} error{} in {}", count, count == 1 ? "" : "s",
                                  count ? program->diagnostics[0].file : "the program"));
  }
  print_head(error.exception.empty() ? error.message : fmt::format("{}: {}", error.exception, error.message));
  for (const std::string& note : error.notes) fmt::print(stderr, "  {}\n", note);
}

void print_error(const std::string& message) { print_head(message); }

std::string size_text(double bytes) {
  constexpr std::array units = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB"};
  size_t unit = 0;
  while (bytes >= 1024 && unit + 1 < units.size()) bytes /= 1024, ++unit;
  return fmt::format("{:.{}f} {}", bytes, unit && bytes < 100 ? 1 : 0, units[unit]);
}

int64_t parse_size(const std::string& text) {
  size_t used = 0;
  double value = -1;
  try {
    value = std::stod(text, &used);
  } catch (const std::exception&) {
    used = 0;
  }
  std::string unit;
  for (char c : text.substr(used))
    if (c != ' ') unit += char(std::tolower(uint8_t(c)));
  constexpr std::string_view prefixes = "kmgt";
  double factor = unit.empty() || unit == "b" ? 1 : 0;
  if (size_t power = unit.empty() ? prefixes.npos : prefixes.find(unit[0]); power != prefixes.npos) {
    std::string rest = unit.substr(1);
    if (rest.empty() || rest == "ib") factor = std::pow(1024.0, double(power + 1));
    if (rest == "b") factor = std::pow(1000.0, double(power + 1));
  }
  if (used == 0 || factor == 0 || !(value > 0) || value * factor > 9e18)
    throw std::invalid_argument(
        fmt::format("`{}` is not a size: write it like 2GiB, 500MB or a number of bytes", text));
  return int64_t(value * factor);
}

std::string duration_text(double seconds) {
  if (seconds < 10) return fmt::format("{:.1f} s", seconds);
  int64_t whole = int64_t(std::min(seconds, 1e9) + 0.5);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

}  // namespace nf::cli
