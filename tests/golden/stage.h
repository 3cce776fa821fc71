// Goldens: each stage of the compiler registers itself here by name (stage_<room>.cpp), and `nf-golden` runs it on a
// text.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace nf::golden {

/// A golden file: its name without folders, the text above the marker, and the words after the stage in its first line
/// `# run: <stage> <args>`.
struct Input {
  std::string name;
  std::string text;
  std::vector<std::string> args;
};
using Stage = std::string (*)(const Input&);

/// A static object of this type registers a stage.
struct Register {
  Register(std::string_view name, Stage stage);
};

}  // namespace nf::golden
