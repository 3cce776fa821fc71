// Finding functions and lambdas as Python names them: by name and line, or by place.
#include <gtest/gtest.h>

#include "syntax/syntax.h"

namespace nf::syntax {
namespace {

std::shared_ptr<const Module> module_of(std::string text, int first_line = 1) {
  return parse(std::make_shared<const Source>("text.py", std::move(text), first_line));
}

/// The line of the `def`, or 0.
int line_of(const Module& module, StmtId id) { return id ? module.source->place(module[id].span.begin).line : 0; }

constexpr const char* text =
    "def f(): pass\n"
    "class C:\n"
    "    @staticmethod\n"
    "    @other(1,\n"
    "           2)\n"
    "    def f(): pass\n"
    "def g():\n"
    "    def f(): pass\n"
    "    def inner(): pass\n"
    "async def late(): pass\n"
    "if True:\n"
    "    def f(): pass\n";

TEST(FindFunction, TakesTheLastOfTheTopLevel) {
  auto module = module_of(text + std::string("def f(): return 2\n"));
  EXPECT_EQ(line_of(*module, find_function(*module, "f")), 13);
  EXPECT_EQ(line_of(*module_of(text), find_function(*module_of(text), "f")), 1);
}

TEST(FindFunction, TakesANestedOneWhenThereIsNoOther) {
  auto module = module_of(text);
  EXPECT_EQ(line_of(*module, find_function(*module, "inner")), 9);
}

TEST(FindFunction, IsPickedByAnyLineOfItsHead) {
  auto module = module_of(text);
  for (int line : {3, 4, 5, 6}) EXPECT_EQ(line_of(*module, find_function(*module, "f", line)), 6);
  EXPECT_EQ(line_of(*module, find_function(*module, "f", 8)), 8);
  EXPECT_EQ(line_of(*module, find_function(*module, "f", 12)), 12);
  EXPECT_FALSE(find_function(*module, "f", 2));
  EXPECT_FALSE(find_function(*module, "f", 7));
}

TEST(FindFunction, CountsFromTheFirstLineOfTheText) {
  auto module = module_of("@nf.jit\ndef f(): pass\n", 100);
  EXPECT_TRUE(find_function(*module, "f", 100));
  EXPECT_TRUE(find_function(*module, "f", 101));
  EXPECT_FALSE(find_function(*module, "f", 1));
}

TEST(FindFunction, KnowsNoOtherNames) { EXPECT_FALSE(find_function(*module_of(text), "h")); }

TEST(FindFunction, StillFindsBesideErrors) {
  auto module = module_of("x = = 1\ndef broken(a\n    b = 2\ndef f(): pass\n");
  EXPECT_FALSE(module->diagnostics.empty());
  EXPECT_EQ(line_of(*module, find_function(*module, "f")), 4);
}

TEST(FindLambda, NeedsItsExactPlace) {
  auto module = module_of("f = g(lambda a: (a + 1), lambda: lambda: 2)\n");
  ExprId first = find_lambda(*module, 6, 23);
  ASSERT_TRUE(first);
  EXPECT_EQ(module->source->text((*module)[first].span), "lambda a: (a + 1)");
  ASSERT_TRUE(find_lambda(*module, 25, 42));
  ASSERT_TRUE(find_lambda(*module, 33, 42));
  EXPECT_FALSE(find_lambda(*module, 6, 22));
}

TEST(FindLambda, WorksInATextCutFromItsSurroundings) {
  auto module = module_of("    lambda a: a[0],\n", 7);
  EXPECT_TRUE(find_lambda(*module, 4, 18));
}

TEST(Parse, RefusesLargeTexts) {
  auto module = module_of(std::string(kMaxTextSize + 1, '\n'));
  ASSERT_EQ(module->diagnostics.list().size(), 1u);
  EXPECT_EQ(module->diagnostics.list()[0].message, "this text has 1048577 bytes; at most 1048576 are read");
  EXPECT_TRUE(module_of(std::string(kMaxTextSize, '\n'))->diagnostics.empty());
}

TEST(Parse, StopsAfterManyErrors) {
  std::string errors;
  for (int i = 0; i < 5000; ++i) errors += "x = = 1\n";
  EXPECT_EQ(module_of(errors)->diagnostics.list().size(), 100u);
  EXPECT_EQ(module_of(std::string(kMaxTextSize, '$'))->diagnostics.list().size(), 100u);
  std::string arguments = "f(a=1";
  for (int i = 0; i < 100000; ++i) arguments += ", b";
  EXPECT_EQ(module_of(arguments + ")\n")->diagnostics.list().size(), 100u);
}

TEST(Parse, TakesTimeInProportionToTheText) {
  // Each of these took the square of it when done carelessly; then this test does not end.
  for (std::string_view part : {"a,", "a=1,", "(", "f'{a}'", "a\\\n", "match ", "with (", "if a: b\n", "f\"{"}) {
    std::string text = "f(";
    while (text.size() + part.size() < kMaxTextSize) text += part;
    EXPECT_NE(module_of(text), nullptr);
  }
}

}  // namespace
}  // namespace nf::syntax
