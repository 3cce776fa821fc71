// What passes say about their choices, word for word: `explain` shows it.
#include <gtest/gtest.h>

#include "passes/passes.h"
#include "unit/ir/generate.h"

namespace nf::passes {
namespace {

using namespace ir;

std::vector<std::string> notes(const std::string& text, std::string_view pass) {
  std::vector<std::string> list;
  const Module module = run(parse_ir(text), {}, true);
  for (const Note& note : module.functions[0].notes)
    if (note.pass == pass) list.push_back((note.done ? "done: " : "declined: ") + note.text);
  return list;
}
using Texts = std::vector<std::string>;

std::string sum_of_nine(const std::string& dtype, const std::string& tail) {
  std::string text = "func @f(x: " + dtype + "[:] relative) -> int64 stencil rank 1 mode constant footprint [0..8] {\n";
  text += "  %0 = param 0 : " + dtype + "[:]\n";
  for (int i = 0; i < 9; ++i)
    text += fmt::format("  %{} = neighbor %0[{}] : {}\n  %{} = cast %{} : int64\n", 10 + 2 * i, i, dtype, 11 + 2 * i,
                        10 + 2 * i);
  text += "  %40 = add %11, %13 : int64\n";
  for (int i = 2; i < 9; ++i) text += fmt::format("  %{} = add %{}, %{} : int64\n", 39 + i, 38 + i, 11 + 2 * i);
  return text + tail + "}\n";
}

TEST(Notes, SayInWhichLanesASumIsComputed) {
  EXPECT_EQ(notes(sum_of_nine("int8", "  return %47\n"), "narrow-ranges"),
            (Texts{"done: 9 int8 add up in int16 lanes: the sum lies in -1152..1143"}));
  EXPECT_EQ(notes(sum_of_nine("uint8", "  return %47\n"), "narrow-ranges"),
            (Texts{"done: 9 uint8 add up in uint16 lanes: the sum lies in 0..2295"}));
}

TEST(Notes, SayWhyAValueStaysWide) {
  EXPECT_EQ(
      notes(sum_of_nine("int32", "  %50 = mul %11, %13 : int64\n  return %50\n"), "narrow-ranges"),
      (Texts{"declined: computed in int64: the product may lie in -4611686016279904256..4611686018427387904, which "
             "int32 does not hold"}));
  EXPECT_EQ(notes(sum_of_nine("int64", "  return %47\n"), "narrow-ranges"), Texts{});
}

std::string loop(int rounds, const std::string& more) {
  return fmt::format(R"(site 1 IndexError "{{0}} {{1}}"
func @f(x: uint8[:] relative) -> int64 stencil rank 1 mode constant footprint [0..9999] {{
  %0 = param 0 : uint8[:]
  %1 = slot : int64
  %2 = const 0 : int64
  %3 = const {} : int64
  %4 = const 1 : int64
  for %5 = %2 to %3 step %4 {{
    %6 = neighbor_at %0[%5] site 1 : uint8
    %7 = cast %6 : int64
    %8 = get %1 : int64
    %9 = add %8, %7 : int64
    set %1, %9
    {}
  }}
  %20 = get %1 : int64
  return %20
}})",
                     rounds, more);
}

TEST(Notes, SayWhichLoopsAreWrittenOut) {
  EXPECT_EQ(notes(loop(5, ""), "unroll-loops"), (Texts{"done: writes out the 5 rounds of a loop"}));
  EXPECT_EQ(notes(loop(10000, ""), "unroll-loops"),
            (Texts{"declined: keeps a loop: it has 10000 rounds, more than 64"}));
  EXPECT_EQ(notes(loop(5, "break"), "unroll-loops"), (Texts{"declined: keeps a loop: it has a `break` or `continue`"}));
  EXPECT_EQ(notes(loop(10000, ""), "narrow-ranges"),
            (Texts{"declined: integers keep their 64 bits because of a loop"}));
  std::string inner =
      "for %10 = %2 to %3 step %4 {\n for %11 = %2 to %3 step %4 {\n %12 = get %1 : int64\n"
      " set %1, %12\n }\n }";
  EXPECT_EQ(notes(loop(40, inner), "unroll-loops"),
            (Texts{"declined: keeps a loop: written out, the body would have more than 4096 instructions"}));
}

}  // namespace
}  // namespace nf::passes
