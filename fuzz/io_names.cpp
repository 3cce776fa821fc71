// Any text is a pattern: for inputs it matches as the C library's does, for outputs it is refused or gives every frame
// a name of its own in the folder that is written.
#include <fnmatch.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "../tests/support/sim_files.h"
#include "base/assert.h"
#include "io/io.h"

using namespace nf;

namespace {

/// The first line is the pattern, the others are names of files in the current folder.
void check_glob(const std::string& pattern, const std::vector<std::string>& names) {
  test::SimFiles files;
  for (const std::string& name : names) files.contents[name] = std::make_shared<test::SimFiles::Bytes>();
  std::vector<std::string> found = io::glob(files, pattern);
  nf_assert(std::is_sorted(found.begin(), found.end(), io::natural_less), "`{}` finds in no order", pattern);
  // The C library also reads classes ([:alpha:]) and collating symbols, which we do not.
  bool classes = pattern.find("[:") != pattern.npos || pattern.find("[.") != pattern.npos ||
                 pattern.find("[=") != pattern.npos || pattern.find_first_of("/") != pattern.npos;
  if (classes || !io::has_wildcard(pattern)) return;
  std::set<std::string> ours(found.begin(), found.end());
  for (const auto& [name, bytes] : files.contents) {
    bool matches = fnmatch(pattern.c_str(), name.c_str(), FNM_PERIOD | FNM_NOESCAPE) == 0;
    nf_assert(matches == ours.contains(name), "`{}` and `{}`: the C library says {}", pattern, name, matches);
  }
}

void check_order(const std::vector<std::string>& names) {
  for (const std::string& a : names)
    for (const std::string& b : names) {
      nf_assert(!(io::natural_less(a, b) && io::natural_less(b, a)), "`{}` and `{}` come before each other", a, b);
      nf_assert(a == b || io::natural_less(a, b) || io::natural_less(b, a), "`{}` and `{}` have no order", a, b);
      for (const std::string& c : names)
        nf_assert(!(io::natural_less(a, b) && io::natural_less(b, c)) || io::natural_less(a, c),
                  "`{}`, `{}` and `{}` go round", a, b, c);
    }
}

void check_output(const std::string& text) {
  std::optional<io::OutputPattern> pattern;
  try {
    pattern.emplace(text);
  } catch (const Error& error) {
    nf_assert(error.kind == ErrorKind::Value, "`{}`: {}", text, error.message);
    return;
  }
  std::string path = pattern->path("im1", 1), next = pattern->path("im2", 2);
  nf_assert((path != next) == pattern->names_many(), "`{}` names `{}` and `{}`", text, path, next);
  nf_assert(io::folder_of(path) == io::folder_of(next), "`{}` writes to two folders", text);
  nf_assert(pattern->path("", 3) == pattern->path("0003", 3), "`{}`: a frame without a name is not its number", text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 400) return 0;
  std::istringstream text(std::string(reinterpret_cast<const char*>(data), size));
  std::string pattern, name;
  std::getline(text, pattern);
  std::vector<std::string> names;
  while (names.size() < 12 && std::getline(text, name))
    if (!name.empty() && name.find('/') == name.npos && name.find('\0') == name.npos) names.push_back(name);
  if (pattern.find('\0') == pattern.npos) check_glob(pattern, names);
  check_order(names);
  check_output(pattern);
  return 0;
}
