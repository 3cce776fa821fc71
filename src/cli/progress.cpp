// Draws the progress of a run.
#include "cli/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

#include "cli/report.h"

namespace nf::cli {
namespace {
constexpr double kRedrawEvery = 0.1;  // seconds

int terminal_width() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}
}  // namespace

std::string progress_line(const std::string& name, const Progress& progress, int width) {
  double part = progress.frames_total > 0 ? double(progress.frames_done) / double(progress.frames_total) : 0;
  std::string line = fmt::format("{}  {:.0f} %  {}/{} frames  {} in", name, 100 * part, progress.frames_done,
                                 progress.frames_total, size_text(double(progress.bytes_in)));
  if (progress.seconds > 0) line += fmt::format("  {}/s", size_text(double(progress.bytes_in) / progress.seconds));
  // A guess from the first moments would only jump about.
  if (part > 0 && part < 1 && progress.seconds > 0.5)
    line += fmt::format("  {} left", duration_text(progress.seconds * (1 / part - 1)));
  return line.substr(0, size_t(std::max(width - 1, 0)));
}

ProgressLine::ProgressLine(std::string name, bool quiet)
    : name_(std::move(name)), quiet_(quiet || !stderr_is_terminal()) {}

ProgressLine::~ProgressLine() {
  if (shown_) fmt::print(stderr, "\r\x1b[K");
}

ProgressCallback ProgressLine::callback() {
  if (quiet_) return {};
  return [this](const Progress& progress) { draw(progress); };
}

void ProgressLine::draw(const Progress& progress) {
  if (last_ >= 0 && progress.seconds - last_ < kRedrawEvery) return;
  last_ = progress.seconds;
  fmt::print(stderr, "\r{}\x1b[K", progress_line(name_, progress, terminal_width()));
  std::fflush(stderr);
  shown_ = true;
}

}  // namespace nf::cli
