// Reads off assembly how long a loop is and how it uses the vector registers.
#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "codegen/inspect.h"

namespace nf::codegen {
namespace {

/// The lines of the function behind `label`, up to its end.
std::vector<std::string_view> lines_of(std::string_view text, std::string_view label) {
  std::vector<std::string_view> lines;
  bool inside = false;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!inside)
      inside = line.starts_with(label) && line.substr(label.size()).starts_with(":");
    else if (line.starts_with(".Lfunc_end"))
      break;
    else
      lines.push_back(line);
  }
  return lines;
}

bool is_instruction(std::string_view line) { return line.size() > 1 && line[0] == '\t' && line[1] >= 'a'; }

/// The numbers of the vector registers that a line names.
void add_registers(std::string_view line, std::set<int>& into) {
  for (size_t at = line.find("mm"); at != line.npos; at = line.find("mm", at + 2)) {
    if (at < 2 || line[at - 2] != '%') continue;
    int number = 0;
    size_t digit = at + 2;
    for (; digit < line.size() && line[digit] >= '0' && line[digit] <= '9'; ++digit)
      number = number * 10 + (line[digit] - '0');
    if (digit > at + 2) into.insert(number);
  }
}

/// A vector register moved to the stack.
bool is_spill(std::string_view line) {
  const size_t stack = line.rfind("(%rsp)"), name = line.find("mm");
  return stack != line.npos && name != line.npos && name < stack && line.find("mov") < name && line.ends_with("(%rsp)");
}

}  // namespace

void count_instructions(const std::string& assembly, const std::string& label, Description& into) {
  const std::vector<std::string_view> lines = lines_of(assembly, label);
  // A loop is what lies between a label and the last jump back to it. The work is done in the longest one that holds no
  // other.
  std::map<std::string_view, size_t> labels;
  std::map<size_t, size_t> loops;  // first line -> last
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].starts_with(".LBB")) labels[lines[i].substr(0, lines[i].find(':'))] = i;
    const size_t target = lines[i].rfind(".LBB");
    if (!lines[i].starts_with("\tj") || target == lines[i].npos) continue;
    std::string_view name = lines[i].substr(target);
    auto found = labels.find(name.substr(0, name.find_first_of(" \t#")));
    if (found != labels.end()) loops[found->second] = i;
  }
  size_t first = 0, last = 0;
  for (auto loop = loops.begin(); loop != loops.end(); ++loop) {
    const auto next = std::next(loop);
    const bool holds_another = next != loops.end() && next->first < loop->second;
    if (!holds_another && loop->second - loop->first > last - first) first = loop->first, last = loop->second;
  }
  std::set<int> registers;
  for (size_t i = first; i < last; ++i) {
    if (!is_instruction(lines[i])) continue;
    ++into.instructions;
    into.spills += is_spill(lines[i]);
    add_registers(lines[i], registers);
  }
  into.instructions += last > first;  // the jump
  into.registers = int(registers.size());
}

}  // namespace nf::codegen
