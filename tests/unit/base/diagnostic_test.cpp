// What people see when their program is wrong.
#include "base/diagnostic.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace nf {
namespace {

SourcePtr source_of(std::string text, int first_line = 1) {
  return std::make_shared<const Source>("blur.py", std::move(text), first_line);
}

/// The span of the first `word` in the text.
Span find(const SourcePtr& source, std::string_view word) {
  uint32_t begin = uint32_t(source->text().find(word));
  return {begin, begin + uint32_t(word.size())};
}

TEST(Codes, AreUniqueAndNamed) {
  std::set<std::string> texts;
  for (Code code : all_codes()) {
    texts.insert(code_text(code));
    EXPECT_FALSE(code_title(code).empty());
  }
  EXPECT_EQ(texts.size(), all_codes().size());
  EXPECT_EQ(code_text(Code::wrong_index_count), "E0204");
}

TEST(Render, MarksThePlaceAndItsLabels) {
  SourcePtr source = source_of("def blur(image: \"uint8[:, :]\"):\n    total = 0\n    total += image[i, j, 0]\n", 3);
  Diagnostics diagnostics;
  diagnostics
      .report(Code::wrong_index_count, source, find(source, "i, j, 0"), "`{}` has {} dimensions, indexed with {}",
              "image", 2, 3)
      .label(source, find(source, "image"), "{} dimensions", 2)
      .hint("leave the last one out");
  EXPECT_EQ(render(diagnostics.list()[0]),
            "blur.py:5:20: error[E0204]: `image` has 2 dimensions, indexed with 3\n"
            "  3 | def blur(image: \"uint8[:, :]\"):\n"
            "    |          ----- 2 dimensions\n"
            "  5 |     total += image[i, j, 0]\n"
            "    |                    ^^^^^^^\n"
            "    = hint: leave the last one out");
}

TEST(Render, ShowsALineOnceForSeveralMarks) {
  SourcePtr source = source_of("a + b\n");
  Diagnostics diagnostics;
  diagnostics.report(Code::bad_operands, source, {2, 3}, "no")
      .label(source, {0, 1}, "int64")
      .label(source, {4, 5}, "none");
  EXPECT_EQ(render(diagnostics.list()[0]),
            "blur.py:1:3: error[E0203]: no\n"
            "  1 | a + b\n"
            "    |   ^\n"
            "    | - int64\n"
            "    |     - none");
}

TEST(Render, AlignsLineNumbers) {
  SourcePtr source = source_of("a\nb\n", 9);
  Diagnostics diagnostics;
  diagnostics.report(Code::bad_operands, source, {2, 3}, "no").label(source, {0, 1}, "here");
  EXPECT_EQ(render(diagnostics.list()[0]),
            "blur.py:10:1: error[E0203]: no\n"
            "   9 | a\n"
            "     | - here\n"
            "  10 | b\n"
            "     | ^");
}

TEST(Render, NamesOtherTexts) {
  SourcePtr source = source_of("f(1)\n");
  auto other = std::make_shared<const Source>("other.py", "def f(): pass\n", 20);
  Diagnostics diagnostics;
  diagnostics.report(Code::wrong_argument_count, source, {0, 4}, "`f` takes no arguments")
      .label(other, {4, 5}, "defined here");
  EXPECT_EQ(render(diagnostics.list()[0]),
            "blur.py:1:1: error[E0207]: `f` takes no arguments\n"
            "   1 | f(1)\n"
            "     | ^^^^\n"
            "    --> other.py:20:5\n"
            "  20 | def f(): pass\n"
            "     |     - defined here");
}

TEST(Render, MarksTheFirstOfSeveralLines) {
  SourcePtr source = source_of("x = (1 +\n  2)\n");
  Diagnostics diagnostics;
  diagnostics.report(Code::bad_operands, source, {4, 13}, "no");
  EXPECT_EQ(render(diagnostics.list()[0]), "blur.py:1:5: error[E0203]: no\n  1 | x = (1 +\n    |     ^^^^");
}

TEST(Render, MarksOneColumnWhereSomethingIsMissing) {
  SourcePtr source = source_of("x =\n");
  Diagnostics diagnostics;
  diagnostics.report(Code::expected_token, source, {3, 3}, "no");
  EXPECT_EQ(render(diagnostics.list()[0]), "blur.py:1:4: error[E0101]: no\n  1 | x =\n    |    ^");
}

TEST(Render, KeepsCaretsUnderTabsAndWideLetters) {
  SourcePtr source = source_of("\tх = 画像 + e\u0301 + y\n");
  Diagnostics diagnostics;
  diagnostics.report(Code::unknown_name, source, find(source, "y"), "no");
  EXPECT_EQ(render(diagnostics.list()[0]),
            "blur.py:1:16: error[E0201]: no\n"
            "  1 |     х = 画像 + e\u0301 + y\n"
            "    |                    ^");
}

TEST(Render, LetsNothingMoveTheCursor) {
  SourcePtr source = source_of("a\x1b[2J\u202e\xff = 1\n");
  Diagnostics diagnostics;
  diagnostics.report(Code::bad_character, source, {1, 2}, "no");
  EXPECT_EQ(render(diagnostics.list()[0]), "blur.py:1:2: error[E0001]: no\n  1 | a\ufffd[2J\ufffd\ufffd = 1\n    |  ^");
}

TEST(Render, ShowsAPartOfALongLine) {
  SourcePtr source = source_of(std::string(500, 'a') + " ! " + std::string(500, 'b'));
  Diagnostics diagnostics;
  diagnostics.report(Code::bad_character, source, {501, 502}, "no");
  std::string text = render(diagnostics.list()[0]);
  std::string expected = "blur.py:1:502: error[E0001]: no\n  1 | ..." + std::string(39, 'a') + " ! " +
                         std::string(78, 'b') + "...\n    | " + std::string(43, ' ') + "^";
  EXPECT_EQ(text, expected);
}

TEST(Render, NeedsNoSource) {
  Diagnostics diagnostics;
  diagnostics.report(Code::unsupported_value, nullptr, {}, "no");
  EXPECT_EQ(render(diagnostics.list()[0]), "error[E0216]: no");
}

TEST(Diagnostics, ReportsTheSameThingOnce) {
  SourcePtr source = source_of("a b\n");
  Diagnostics diagnostics;
  diagnostics.report(Code::unknown_name, source, {0, 1}, "first");
  diagnostics.report(Code::unknown_name, source, {0, 1}, "again").hint("lost");
  diagnostics.report(Code::unknown_name, source, {2, 3}, "elsewhere");
  diagnostics.report(Code::unset_variable, source, {0, 1}, "another code");
  ASSERT_EQ(diagnostics.list().size(), 3u);
  EXPECT_EQ(diagnostics.list()[0].message, "first");
  EXPECT_TRUE(diagnostics.list()[0].notes.empty());
}

TEST(Diagnostics, ThrowAllOfThemInTheOrderOfTheText) {
  SourcePtr source = source_of("a\nb\n");
  Diagnostics diagnostics;
  diagnostics.throw_if_any();  // nothing to throw
  diagnostics.report(Code::unknown_name, source, {2, 3}, "second");
  diagnostics.report(Code::unknown_name, source, {0, 1}, "first");
  try {
    diagnostics.throw_if_any();
    FAIL() << "nothing was thrown";
  } catch (const CompileError& error) {
    ASSERT_EQ(error.diagnostics.size(), 2u);
    EXPECT_EQ(error.diagnostics[0].message, "first");
    EXPECT_EQ(error.diagnostics[1].line, 2);
    EXPECT_EQ(error.diagnostics[1].code, "E0201");
    EXPECT_EQ(error.what(), error.diagnostics[0].rendered + "\n\n" + error.diagnostics[1].rendered);
    EXPECT_EQ(error.kind, ErrorKind::Compile);
  }
}

}  // namespace
}  // namespace nf
