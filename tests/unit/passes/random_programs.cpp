// No pass changes what a program can be seen to do, on thousands of random programs and inputs.
#include <gtest/gtest.h>

#include <map>

#include "passes/passes.h"
#include "unit/ir/generate.h"

namespace nf::passes {
namespace {

using namespace ir;
using namespace ir::test;

constexpr uint64_t kPrograms = 2000;

TEST(RandomPrograms, DoTheSameAfterEveryPass) {
  uint64_t compared = 0;
  std::map<std::string, int> changed;
  for (uint64_t seed = 0; seed < kPrograms; ++seed) {
    Module module = random_module(seed);
    std::vector<std::optional<std::string>> expected;
    for (uint64_t input = 0; input < 3; ++input) expected.push_back(behaviour(module, seed * 3 + input));
    std::string text = print(module);
    for (const Pass& pass : pipeline()) {
      Module next = pass.run(module);
      std::string now = print(next);
      changed[std::string(pass.name)] += now != text;
      ASSERT_NO_THROW(verify(next)) << "seed " << seed << " after " << pass.name << "\n" << text << "\n" << now;
      for (uint64_t input = 0; input < 3; ++input) {
        if (!expected[input]) continue;
        std::optional<std::string> result;
        ASSERT_NO_THROW(result = behaviour(next, seed * 3 + input)) << "seed " << seed << " after " << pass.name << "\n"
                                                                    << text << "\n"
                                                                    << now;
        if (!result) continue;
        ++compared;
        ASSERT_EQ(*result, *expected[input]) << "seed " << seed << " input " << input << " after " << pass.name << "\n"
                                             << text << "\n"
                                             << now;
      }
      module = std::move(next);
      text = std::move(now);
    }
  }
  EXPECT_GT(compared, 20000u);
  // Every pass had something to do.
  for (const Pass& pass : pipeline()) {
    if (pass.name == "fuse-stages" || pass.name == "narrow-stages" || pass.name == "drop-broadcasts")
      continue;                                  // chains of stencils are rare here: stages.cpp
    if (pass.name == "narrow-floats") continue;  // it works only where it was asked to: narrow_floats.cpp
    EXPECT_GE(changed[std::string(pass.name)], 10) << pass.name;
  }
}

}  // namespace
}  // namespace nf::passes
