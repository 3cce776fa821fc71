// A marked line by itself.
#include "base/excerpt.h"

#include <gtest/gtest.h>

namespace nf {
namespace {

Span find(const Source& source, std::string_view word) {
  const auto begin = uint32_t(source.text().find(word));
  return {begin, begin + uint32_t(word.size())};
}

TEST(Excerpt, MarksTheSpanInItsLine) {
  const Source source("blur.py", "def f(x):\n    return x[1] // 9\n", 41);
  EXPECT_EQ(excerpt(source, find(source, "x[1] // 9"), 80), "  42 |     return x[1] // 9\n     |            ^^^^^^^^^");
}

TEST(Excerpt, CutsLongLinesAroundTheMark) {
  const Source source("long.py", std::string(100, 'a') + " + wrong + " + std::string(100, 'b'));
  const std::string text = excerpt(source, find(source, "wrong"), 60);
  EXPECT_NE(text.find("wrong"), text.npos);
  EXPECT_EQ(text.find('\n', text.find('\n') + 1), text.npos);
  EXPECT_LE(text.find('\n'), 60u + 2 * 3 + 6);
}

TEST(Excerpt, MarksTheFirstLineOfALongSpan) {
  const Source source("two.py", "if a:\n    b\n");
  EXPECT_EQ(excerpt(source, {0, 11}, 80), "  1 | if a:\n    | ^^^^^");
}

}  // namespace
}  // namespace nf
