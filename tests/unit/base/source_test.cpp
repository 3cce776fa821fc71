// Places of byte offsets: what every message about a text depends on.
#include "base/source.h"

#include <gtest/gtest.h>

namespace nf {
namespace {

TEST(Source, CountsLinesAndColumnsFromOne) {
  Source source("a.py", "ab\ncd\n");
  EXPECT_EQ(source.place(0).line, 1);
  EXPECT_EQ(source.place(0).column, 1);
  EXPECT_EQ(source.place(4).line, 2);
  EXPECT_EQ(source.place(4).column, 2);
  EXPECT_EQ(source.place(6).line, 3);  // behind the last newline
}

TEST(Source, CountsFromItsFirstLine) {
  Source source("a.py", "x\ny", 41);
  EXPECT_EQ(source.place(2).line, 42);
}

TEST(Source, CountsColumnsInCodePoints) {
  Source source("a.py", "é€𝄞x");
  EXPECT_EQ(source.place(2).column, 2);
  EXPECT_EQ(source.place(5).column, 3);
  EXPECT_EQ(source.place(9).column, 4);
  EXPECT_EQ(source.place(6).column, 3);  // inside a code point: its column
}

TEST(Source, CountsEachBadByteAsAColumn) {
  Source source("a.py", "\xff\xfe!");
  EXPECT_EQ(source.place(2).column, 3);
}

TEST(Source, EndsLinesAsPythonDoes) {
  Source source("a.py", "a\r\nb\rc\nd");
  EXPECT_EQ(source.place(3).line, 2);
  EXPECT_EQ(source.place(5).line, 3);
  EXPECT_EQ(source.place(7).line, 4);
  EXPECT_EQ(source.line_at(0), "a");
  EXPECT_EQ(source.line_at(3), "b");
}

TEST(Source, FindsTheLineOfAnOffset) {
  Source source("a.py", "one\ntwo\n");
  uint32_t start = 99;
  EXPECT_EQ(source.line_at(5, &start), "two");
  EXPECT_EQ(start, 4u);
  EXPECT_EQ(source.line_at(3), "one");  // the newline belongs to its line
  EXPECT_EQ(source.line_at(8), "");
}

TEST(Source, StaysInsideItsText) {
  Source source("a.py", "abc");
  EXPECT_EQ(source.text({1, 99}), "bc");
  EXPECT_EQ(source.text({99, 100}), "");
  EXPECT_EQ(source.place(1000).column, 4);
  EXPECT_EQ(source.line_at(1000), "abc");
}

TEST(Source, MayBeEmpty) {
  Source source("a.py", "");
  EXPECT_EQ(source.place(0).line, 1);
  EXPECT_EQ(source.line_at(0), "");
}

}  // namespace
}  // namespace nf
