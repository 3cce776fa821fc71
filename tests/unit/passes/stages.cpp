// Passes over whole-array stages: random chains of stencils do the same before and after them.
#include <gtest/gtest.h>

#include "passes/passes.h"
#include "passes/rules.h"
#include "unit/passes/chains.h"

namespace nf::passes {
namespace {

using namespace ir;
using namespace ir::test;

TEST(Stages, DoTheSameAfterEveryPass) {
  int fused = 0, narrowed = 0, dropped = 0, compared = 0, graphs = 0;
  for (uint64_t seed = 0; seed < 3000; ++seed) {
    Module module = random_chain(seed);
    ASSERT_NO_THROW(verify(module)) << print(module);
    for (const Pass& pass : pipeline()) {
      Module next = pass.run(module);
      ASSERT_NO_THROW(verify(next)) << "seed " << seed << " after " << pass.name << "\n"
                                    << print(module) << "\n"
                                    << print(next);
      if (pass.name == "fuse-stages")
        for (const Note& note : next.functions[0].notes) fused += note.done;
      if (pass.name == "drop-broadcasts" && print(next) != print(module)) ++dropped;
      if (pass.name == "narrow-stages" && next.functions.size() > module.functions.size()) ++narrowed;
      for (uint64_t input = 0; input < 2; ++input) {
        auto before = behaviour(module, seed * 2 + input), after = behaviour(next, seed * 2 + input);
        if (!before || !after) continue;
        ++compared;
        ASSERT_EQ(*after, *before) << "seed " << seed << " after " << pass.name << "\n"
                                   << print(module) << "\n"
                                   << print(next);
      }
      module = std::move(next);
    }
    graphs += find_stages(module).has_value();
  }
  EXPECT_GT(compared, 20000);
  EXPECT_GT(fused, 500);
  EXPECT_GT(narrowed, 300);
  EXPECT_GT(dropped, 100);
  EXPECT_GT(graphs, 2000);
}

}  // namespace
}  // namespace nf::passes
