// Reads off assembly how long a loop is and how it uses the vector registers.
#include <algorithm>
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

/// Instructions in a row that are entered at the first and left at the last.
struct Block {
  std::string_view label;
  std::vector<std::string_view> instructions;
  std::vector<size_t> next;
};

std::string_view jump_target(std::string_view line) {
  const size_t target = line.rfind(".LBB");
  if (!line.starts_with("\tj") || target == line.npos) return {};
  line = line.substr(target);
  return line.substr(0, line.find_first_of(" \t#"));
}

std::vector<Block> blocks_of(const std::vector<std::string_view>& lines) {
  std::vector<Block> blocks(1);
  for (std::string_view line : lines) {
    if (line.starts_with(".LBB")) blocks.push_back({line.substr(0, line.find(':')), {}, {}});
    if (!is_instruction(line)) continue;
    blocks.back().instructions.push_back(line);
    if (!jump_target(line).empty()) blocks.emplace_back();
  }
  for (size_t i = 0; i < blocks.size(); ++i) {
    const auto& code = blocks[i].instructions;
    const std::string_view last = code.empty() ? std::string_view() : code.back();
    if (const std::string_view target = jump_target(last); !target.empty())
      for (size_t to = 0; to < blocks.size(); ++to)
        if (blocks[to].label == target) blocks[i].next.push_back(to);
    if (!last.starts_with("\tjmp") && !last.starts_with("\tret") && i + 1 < blocks.size())
      blocks[i].next.push_back(i + 1);
  }
  return blocks;
}

using Set = std::set<size_t>;

/// What can be reached from a block without leaving `within`.
Set reached(const std::vector<Block>& blocks, size_t from, const Set& within) {
  Set found;
  std::vector<size_t> pending = {from};
  while (!pending.empty()) {
    const size_t at = pending.back();
    pending.pop_back();
    for (size_t to : blocks[at].next)
      if (within.contains(to) && found.insert(to).second) pending.push_back(to);
  }
  return found;
}

/// The loops inside of `within` that hold no other loop: blocks that reach each other, and no longer do so without the
/// first of them.
void innermost_loops(const std::vector<Block>& blocks, const Set& within, std::vector<Set>& loops) {
  Set done;
  for (size_t header : within) {
    if (done.contains(header)) continue;
    Set loop;
    for (size_t block : reached(blocks, header, within))
      if (reached(blocks, block, within).contains(header)) loop.insert(block);
    if (loop.empty()) continue;
    done.insert(loop.begin(), loop.end());
    Set rest = loop;
    rest.erase(header);
    const size_t before = loops.size();
    innermost_loops(blocks, rest, loops);
    if (loops.size() == before) loops.push_back(loop);
  }
}

size_t size_of_loop(const std::vector<Block>& blocks, const Set& loop) {
  size_t size = 0;
  for (size_t block : loop) size += blocks[block].instructions.size();
  return size;
}

/// Stores past the cache, or keeps what they leave to the next round: the other way to store.
bool is_past_cache(const Block& block) {
  auto keeps = [](std::string_view line) { return is_spill(line) || !jump_target(line).empty(); };
  const auto& code = block.instructions;
  return std::any_of(code.begin(), code.end(), [](auto line) { return line.find("movnt") != line.npos; }) ||
         (std::any_of(code.begin(), code.end(), is_spill) && std::all_of(code.begin(), code.end(), keeps));
}

}  // namespace

void count_instructions(const std::string& assembly, const std::string& label, Description& into) {
  const std::vector<Block> blocks = blocks_of(lines_of(assembly, label));
  Set all;
  for (size_t i = 0; i < blocks.size(); ++i) all.insert(i);
  std::vector<Set> loops;
  innermost_loops(blocks, all, loops);
  auto longest = std::max_element(loops.begin(), loops.end(), [&](const Set& a, const Set& b) {
    return size_of_loop(blocks, a) < size_of_loop(blocks, b);
  });
  if (longest == loops.end()) return;
  std::set<int> registers;
  for (size_t block : *longest) {
    if (is_past_cache(blocks[block])) continue;
    for (std::string_view line : blocks[block].instructions) {
      ++into.instructions;
      into.spills += is_spill(line);
      add_registers(line, registers);
    }
  }
  into.registers = int(registers.size());
}

}  // namespace nf::codegen
