// "Did you mean": the nearest known name.
#include <algorithm>
#include <vector>

#include "base/diagnostic.h"

namespace nf {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
  return result;
}

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before, previous(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t replaced = previous[j - 1] + (a[i - 1] != b[j - 1]);
      row[j] = std::min({previous[j] + 1, row[j - 1] + 1, replaced});
      bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = previous;
    previous = row;
  }
  return previous[b.size()];
}

}  // namespace

std::optional<std::string> closest(std::string_view name, const std::vector<std::string>& candidates) {
  constexpr size_t longest = 64;  // nobody mistypes a longer one by accident, and the distance costs the product
  size_t allowed = std::max<size_t>(1, name.size() / 3);
  std::optional<std::string> best;
  size_t best_distance = allowed + 1;
  for (const std::string& candidate : candidates) {
    if (candidate == name || candidate.empty()) continue;
    if (lower(candidate) == lower(name)) return candidate;
    size_t difference = std::max(candidate.size(), name.size()) - std::min(candidate.size(), name.size());
    if (difference > allowed || candidate.size() > longest || name.size() > longest) continue;
    size_t distance = edit_distance(name, candidate);
    // One letter for another is no slip when there is only one letter.
    if (distance < best_distance && distance < name.size()) best = candidate, best_distance = distance;
  }
  return best;
}

}  // namespace nf
