// When fast code is good enough.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/tier.h"

namespace nf::engine {
namespace {

ir::Function sum_of(int taps) {
  std::string text = "func @sum(x: float32[:, ::1] relative) -> float32 stencil rank 2 mode constant {\n";
  text += "  %0 = param 0 : float32[:, ::1]\n  %1 = neighbor %0[0, 0] : float32\n";
  int last = 1;
  for (int i = 1; i < taps; ++i) {
    text += fmt::format("  %{} = neighbor %0[0, {}] : float32\n", last + 1, i);
    text += fmt::format("  %{} = add %{}, %{} : float32\n", last + 2, last, last + 1);
    last += 2;
  }
  return ir::parse_ir(text + fmt::format("  return %{}\n}}\n", last)).functions[0];
}

TEST(Tier, ShortKernelsMayRunLongerUntilFullCodePays) {
  const TierPlan small = plan_tiers(sum_of(2), 64), large = plan_tiers(sum_of(200), 64);
  EXPECT_GT(small.at_once, large.at_once);  // fewer bytes for as much time
  for (const TierPlan& plan : {small, large}) {
    EXPECT_GT(plan.at_once, 1 << 20);
    EXPECT_NEAR(double(plan.in_all) / double(plan.at_once), 10, 0.01);
  }
  EXPECT_GT(plan_tiers(sum_of(200), 64).at_once, plan_tiers(sum_of(200), 16).at_once);  // narrow registers take longer
}

TEST(Tier, KeepsItsPlanInTheCache) {
  const TierPlan plan{1000, 10'000};
  const auto kept = decode_plan(encode(plan));
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->at_once, 1000);
  EXPECT_EQ(kept->in_all, 10'000);
}

TEST(Tier, ForeignPlansAreNone) {
  EXPECT_FALSE(decode_plan({}));
  EXPECT_FALSE(decode_plan(std::vector<std::byte>(3)));
  EXPECT_FALSE(decode_plan(encode({0, 10})));
  EXPECT_FALSE(decode_plan(encode({10, -1})));
}

}  // namespace
}  // namespace nf::engine
