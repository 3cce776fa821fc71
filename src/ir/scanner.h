// Reads the words, numbers and names of IR text; every failure is an `Error` that names the line.
#pragma once
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "ir/ir.h"
#include "nearfield/error.h"

namespace nf::ir {

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  template <class... Args>
  [[noreturn]] void fail(fmt::format_string<Args...> text, Args&&... args) const {
    fail_with(fmt::format(text, std::forward<Args>(args)...));
  }
  bool at_end();
  /// The next character that is neither space nor comment (`#` to the end of the line), or 0.
  char peek();
  /// Takes `mark` (punctuation) when it comes next.
  bool accept(std::string_view mark);
  void expect(std::string_view mark);
  /// Passes over one character.
  void skip_one() { ++at_; }
  /// The next word without taking it; empty when there is none.
  std::string_view peek_word();
  std::string word();
  bool accept_word(std::string_view word);
  void expect_word(std::string_view word);
  /// A word or a quoted text.
  std::string name();
  std::string quoted_text();
  __int128 integer();
  /// An integer of [lo, hi].
  int64_t integer(int64_t lo, int64_t hi);
  uint32_t index() { return uint32_t(integer(0, UINT32_MAX)); }
  DType dtype();
  Type type(int depth = 0);
  Scalar scalar(DType dtype);
  /// "%7".
  InstId inst();
  /// "%1, %2" or nothing.
  std::vector<InstId> insts();
  size_t size() const { return text_.size(); }

 private:
  [[noreturn]] void fail_with(const std::string& message) const;
  void skip();
  std::string_view number();
  Type array_type(DType dtype, bool readonly);

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace nf::ir
