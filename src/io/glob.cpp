// File names with wildcards, matched by us: the shell's rules and natural order.
#include <algorithm>
#include <optional>

#include "io/io.h"
#include "nearfield/error.h"

namespace nf::io {
namespace {

/// One component of a pattern, taken apart.
struct Token {
  enum class Kind { Char, Any, Star, Set } kind = Kind::Char;
  char character = 0;
  bool negated = false;
  std::vector<std::pair<unsigned char, unsigned char>> ranges;

  bool takes(char c) const {
    if (kind == Kind::Char) return c == character;
    if (kind == Kind::Any) return true;
    auto in = [&](auto& range) { return range.first <= (unsigned char)c && (unsigned char)c <= range.second; };
    return std::any_of(ranges.begin(), ranges.end(), in) != negated;
  }
};

/// Reads `[a-z]` at `at`; nothing when the bracket is not closed (then it is a plain character, as in the shell).
std::optional<Token> read_set(std::string_view text, size_t& at) {
  Token set{Token::Kind::Set};
  size_t i = at + 1;
  if (i < text.size() && (text[i] == '!' || text[i] == '^')) set.negated = true, ++i;
  for (bool first = true; i < text.size() && (first || text[i] != ']'); first = false) {
    unsigned char lo = (unsigned char)text[i], hi = lo;
    if (i + 2 < text.size() && text[i + 1] == '-' && text[i + 2] != ']') hi = (unsigned char)text[i + 2], i += 2;
    set.ranges.push_back({lo, hi});
    ++i;
  }
  if (i >= text.size()) return {};
  at = i + 1;
  return set;
}

std::vector<Token> tokens(std::string_view text) {
  std::vector<Token> list;
  for (size_t i = 0; i < text.size();) {
    if (text[i] == '[')
      if (std::optional<Token> set = read_set(text, i)) {
        list.push_back(std::move(*set));
        continue;
      }
    Token::Kind kind = text[i] == '*' ? Token::Kind::Star : text[i] == '?' ? Token::Kind::Any : Token::Kind::Char;
    // Several stars in a row are one: they would only multiply the work.
    if (kind != Token::Kind::Star || list.empty() || list.back().kind != Token::Kind::Star)
      list.push_back({kind, text[i]});
    ++i;
  }
  return list;
}

/// Matches greedily with one place to go back to: the time is at most the product of the lengths.
bool matches(const std::vector<Token>& pattern, std::string_view name) {
  if (!name.empty() && name[0] == '.' && (pattern.empty() || pattern[0].kind != Token::Kind::Char)) return false;
  size_t p = 0, n = 0, star_p = SIZE_MAX, star_to = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p].kind == Token::Kind::Star)
      star_p = p++, star_to = n;
    else if (p < pattern.size() && pattern[p].takes(name[n]))
      ++p, ++n;
    else if (star_p != SIZE_MAX)
      p = star_p + 1, n = ++star_to;
    else
      return false;
  }
  while (p < pattern.size() && pattern[p].kind == Token::Kind::Star) ++p;
  return p == pattern.size();
}

std::string join(const std::string& folder, const std::string& name) {
  if (folder.empty()) return name;
  return folder.back() == '/' ? folder + name : folder + "/" + name;
}

/// Extends each path by one component of the pattern.
std::vector<std::string> expand(Files& files, const std::vector<std::string>& paths, std::string_view component,
                                bool last) {
  std::vector<std::string> next;
  std::vector<Token> pattern = tokens(component);
  for (const std::string& path : paths) {
    if (!has_wildcard(component)) {
      std::string full = join(path, std::string(component));
      if (!last || files.status(full).exists) next.push_back(std::move(full));
      continue;
    }
    std::string folder = path.empty() ? "." : path;
    if (!files.status(folder).is_directory) continue;
    for (const std::string& name : files.list(folder))
      if (matches(pattern, name)) next.push_back(join(path, name));
  }
  return next;
}

}  // namespace

bool has_wildcard(std::string_view text) { return text.find_first_of("*?[") != std::string_view::npos; }

std::vector<std::string> glob(Files& files, const std::string& pattern) {
  std::vector<std::string> paths{pattern.starts_with('/') ? "/" : ""};
  for (size_t begin = 0; begin <= pattern.size();) {
    size_t end = std::min(pattern.find('/', begin), pattern.size());
    std::string_view component = std::string_view(pattern).substr(begin, end - begin);
    bool is_last = end == pattern.size();
    if (!component.empty()) paths = expand(files, paths, component, is_last);
    begin = end + 1;
  }
  std::sort(paths.begin(), paths.end(), natural_less);
  return paths;
}

std::string file_name(const std::string& path) {
  size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

std::string folder_of(const std::string& path) {
  size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string stem_of(const std::string& path) {
  std::string name = file_name(path);
  size_t dot = name.rfind('.');
  return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
}

}  // namespace nf::io
