// Properties of printer, parser, verifier and range analysis on thousands of random programs.
#include <gtest/gtest.h>

#include "unit/ir/generate.h"

namespace nf::ir::test {
namespace {

constexpr uint64_t kPrograms = 2000;

TEST(RandomPrograms, AreWellFormedAndReadBackToThemselves) {
  for (uint64_t seed = 0; seed < kPrograms; ++seed) {
    Module module = random_module(seed);
    ASSERT_NO_THROW(verify(module)) << "seed " << seed << "\n" << print(module);
    std::string text = print(module);
    Module again = parse_ir(text);
    ASSERT_EQ(print(again), text) << "seed " << seed;
    ASSERT_NO_THROW(verify(again)) << "seed " << seed;
    ASSERT_EQ(behaviour(again, seed), behaviour(module, seed)) << "seed " << seed << "\n" << text;
  }
}

TEST(RandomPrograms, ComputeOnlyValuesInTheirRanges) {
  uint64_t checked = 0, narrow = 0;
  for (uint64_t seed = 0; seed < kPrograms; ++seed) {
    Module module = random_module(seed);
    std::vector<Table<Inst, Range>> ranges;
    for (const Function& function : module.functions) ranges.push_back(analyse_ranges(function));
    auto observe = [&](const Function& function, InstId inst, Scalar value) {
      if (is_float(value.dtype)) return;
      Range range = ranges[size_t(&function - module.functions.data())][inst];
      __int128 number = integer_value(value);
      ++checked;
      narrow += range != Range::of(value.dtype);
      ASSERT_TRUE(range.lo <= number && number <= range.hi)
          << "seed " << seed << ": " << print(function, inst) << " is " << scalar_text(value) << "\n"
          << print(module);
    };
    for (uint64_t input = 0; input < 3; ++input) behaviour(module, seed * 3 + input, observe);
    if (HasFatalFailure()) return;
  }
  // The property says something: many values were seen, many of them with a range narrower than their type's.
  EXPECT_GT(checked, 100000u);
  EXPECT_GT(narrow, checked / 10);
}

TEST(RandomPrograms, AreSurvivedByTheVerifierWhenTheirTextIsDamaged) {
  Random random(7);
  for (uint64_t seed = 0; seed < kPrograms; ++seed) {
    std::string text = print(random_module(seed));
    for (int i = 0; i < 3; ++i) {
      size_t at = size_t(random.below(int(text.size())));
      if (random.chance(50))
        text[at] = "%0123456789abcdefintu:,{}[]"[random.below(27)];
      else
        text.erase(at, size_t(1 + random.below(8)));
    }
    try {
      Module module = parse_ir(text);
      verify(module);
      for (const Function& function : module.functions) analyse_ranges(function);
      behaviour(module, seed);
    } catch (const Error&) {  // refused: what is expected of most
    }
  }
}

}  // namespace
}  // namespace nf::ir::test
