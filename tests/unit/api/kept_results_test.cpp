// A stencil of several results of which only some are made: what the others alone need is not computed.
#include <gtest/gtest.h>

#include "engine/specialization.h"
#include "nearfield/nearfield.h"

namespace nf::engine {
namespace {

constexpr const char* kText = R"(
import nearfield as nf

@nf.stencil
def slopes(x):
    return x[0, 1] - x[0, -1], (x[1, 0] - x[-2, 0]) * 0.5
)";

int neighbors_of(const Specialization& made) {
  int count = 0;
  for (const ir::Inst& inst : optimised(made).functions[0].insts)
    count += std::holds_alternative<ir::Neighbor>(inst.op);
  return count;
}

std::shared_ptr<Specialization> slopes(std::vector<bool> kept) {
  StencilOptions options;
  options.kept = std::move(kept);
  const Type image = Type::array(DType::UInt8, 2, Layout::C);
  return make_specialization(stencil({"slopes.py", kText}).definition(), {image}, options);
}

TEST(KeptResults, NeedOnlyTheirOwnNeighbors) {
  const auto all = slopes({}), first = slopes({true, false}), second = slopes({false, true});
  EXPECT_EQ(all->results.size(), 2u);
  EXPECT_EQ(neighbors_of(*all), 4);
  for (const auto& one : {first, second}) {
    ASSERT_EQ(one->results.size(), 1u);
    EXPECT_EQ(one->border.size(), 1u);
    EXPECT_EQ(neighbors_of(*one), 2);
    EXPECT_EQ(one->footprint.axes, all->footprint.axes);  // the border is that of all results
  }
  EXPECT_EQ(first->results[0], all->results[0]);
  EXPECT_EQ(second->results[0], all->results[1]);
}

}  // namespace
}  // namespace nf::engine
