// One line on a terminal that says how far a run is.
#pragma once
#include <string>

#include "nearfield/array.h"

namespace nf::cli {

/// "smooth  45 %  89/197 frames  12.0 MiB in  120.0 MiB/s  1.2 s left", cut to the width.
std::string progress_line(const std::string& name, const Progress& progress, int width);

/// Draws that line on stderr while it lives, and takes it away at its end. Draws nothing when stderr is no terminal.
class ProgressLine {
 public:
  explicit ProgressLine(std::string name, bool quiet);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  /// The callback to hand to a run; empty when nothing is drawn.
  ProgressCallback callback();

 private:
  void draw(const Progress& progress);
  std::string name_;
  bool shown_ = false, quiet_;
  double last_ = -1;
};

}  // namespace nf::cli
