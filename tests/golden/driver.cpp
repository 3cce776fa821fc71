// nf-golden FILE...: prints, for each golden file, what its stage makes of the text above the marker. With several
// files each answer ends with a line that holds only "\x1e".
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "golden/stage.h"
#include "nearfield/error.h"

namespace nf::golden {
namespace {
std::map<std::string, Stage, std::less<>>& stages() {
  static std::map<std::string, Stage, std::less<>> table;
  return table;
}

std::string run(const std::string& path) {
  std::ifstream file(path);
  if (!file) return "cannot read " + path + "\n";
  std::stringstream all;
  all << file.rdbuf();
  Input input{path.substr(path.rfind('/') + 1), all.str(), {}};
  if (size_t marker = input.text.find("# ---- expect"); marker != std::string::npos) input.text.resize(marker);
  std::istringstream first(input.text.substr(0, input.text.find('\n')));
  std::string hash, word, stage;
  first >> hash >> word >> stage;
  if (hash != "#" || word != "run:") return "the first line is not `# run: <stage>`\n";
  while (first >> word) input.args.push_back(word);
  auto found = stages().find(stage);
  if (found == stages().end()) return "no stage `" + stage + "`\n";
  try {
    return found->second(input);
  } catch (const Error& error) {
    return std::string(error.what()) + "\n";
  }
}
}  // namespace

Register::Register(std::string_view name, Stage stage) { stages().emplace(name, stage); }
}  // namespace nf::golden

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::string text = nf::golden::run(argv[i]);
    if (!text.empty() && text.back() != '\n') text += '\n';
    std::cout << text;
    if (argc > 2) std::cout << "\x1e\n";
  }
}
