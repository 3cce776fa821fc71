// Chains of stencils, compiled and run tile by tile, compute what the interpreter computes stage by stage.
#include "engine/stages.h"

#include <gtest/gtest.h>

#include <array>

#include "engine/specialization.h"
#include "nearfield/error.h"
#include "runtime/runtime.h"
#include "unit/passes/chains.h"

namespace nf::engine {
namespace {

using namespace ir;
using namespace ir::test;

using Shape = std::array<int64_t, kMaxRank>;

/// Small ones, and such that need several blocks of rows.
Shape random_shape(Random& random) {
  Shape shape;
  for (int64_t& extent : shape) extent = random.chance(40) ? 1 + random.below(5) : 1 + random.below(90);
  return shape;
}

/// Arrays of one shape for the parameters.
Inputs inputs_for(const ir::Function& f, const Shape& shape, Random& random) {
  Inputs inputs;
  for (const Parameter& param : f.params) {
    View view = View::contiguous(nullptr, param.type.dtype(), shape.data(), param.type.rank());
    auto& data = inputs.data.emplace_back(size_t(view.bytes()) + 1);
    for (int64_t i = 0; i < view.size(); ++i) {
      Scalar element = random.scalar(view.dtype);
      std::memcpy(data.data() + i * size_of(view.dtype), &element.bits, size_t(size_of(view.dtype)));
    }
    view.data = data.data();
    inputs.args.push_back(view);
  }
  return inputs;
}

std::string text_of(const View& view) {
  std::string text;
  for_each_index(view, [&](const Index& i) { text += show(read_element(view, i)) + " "; });
  return text;
}

std::string text_of(const Result& result) {
  if (const auto* array = std::get_if<NewArray>(&result)) return text_of(array->view);
  std::string text;
  for (const Result& item : std::get<std::shared_ptr<ResultTuple>>(result)->items) text += text_of(item) + "| ";
  return text;
}

void make_chain(Specialization& made, uint64_t seed) {
  made.module = random_chain(seed);
  made.results = made.module.functions[0].results;
  made.stages = make_stages(made.module, false);
  make_code(made, 0);
}

std::string text_of(const Outcome& outcome) {
  std::string text;
  for (const Value& value : outcome.results) {
    text += text_of(std::get<OwnedArray>(value.data).view);
    if (outcome.results.size() > 1) text += "| ";
  }
  return text;
}

TEST(Stages, ComputeWhatTheInterpreterComputes) {
  int chained = 0, as_functions = 0;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    Specialization made;
    make_chain(made, seed);
    Random random(seed);
    for (int round = 0; round < 4; ++round) {
      Inputs inputs = inputs_for(made.module.functions[0], random_shape(random), random);
      Outcome expected = interpret(made.module, inputs.args, {}, Limits{50'000'000, int64_t(1) << 28, {}});
      if (expected.raised) {
        EXPECT_THROW(run_function(made, inputs.args), Error) << "seed " << seed << "\n" << print(made.module);
        continue;
      }
      const std::string wanted = text_of(expected);
      std::optional<Result> result = run_stages(made, inputs.args);
      ++(result ? chained : as_functions);
      if (!result) result = run_function(made, inputs.args);
      ASSERT_EQ(text_of(*result), wanted) << "seed " << seed << " round " << round << "\n" << print(made.module);
    }
  }
  EXPECT_GT(chained, 120);
  EXPECT_GT(as_functions, 4);  // mode "wrap" beside others
}

TEST(Stages, ComputeTheSameFromMemoryAndFromACache) {
  int compared = 0;
  for (uint64_t seed = 100; compared < 10; ++seed) {
    Specialization made;
    make_chain(made, seed);
    Random random(seed);
    const ir::Function& f = made.module.functions[0];
    if (f.params[0].type.rank() != 2) continue;
    Inputs inputs = inputs_for(f, {290, 270}, random);
    runtime::touched_lately(nullptr, int64_t(1) << 40);  // nothing is in a cache now
    std::optional<Result> cold, warm;
    try {
      cold = run_stages(made, inputs.args), warm = run_stages(made, inputs.args);
    } catch (const Error&) {
      continue;
    }
    if (!cold) continue;
    const std::string wanted =
        text_of(interpret(made.module, inputs.args, {}, Limits{500'000'000, int64_t(1) << 28, {}}));
    ASSERT_EQ(text_of(*cold), wanted) << "seed " << seed << "\n" << print(made.module);
    ASSERT_EQ(text_of(*warm), wanted) << "seed " << seed << "\n" << print(made.module);
    ++compared;
  }
}

TEST(Stages, AreNotMadeOfFunctionsThatDoMore) {
  for (const char* more : {"%3 = ravel %2 : float32[::1]\n  return %3", "return %0"}) {
    Module module = parse_ir(std::string(R"(site 1 ValueError "wanted {2}"
func @f(x: float32[:]) -> float32[::1] {
  %0 = param 0 : float32[:]
  %2 = call 1(%0) site 1 : float32[::1]
  )") + more + R"(
}
func @s(x: float32[:] relative) -> float32 stencil rank 1 mode constant footprint [0..1] {
  %0 = param 0 : float32[:]
  %1 = neighbor %0[1] : float32
  return %1
}
)");
    EXPECT_FALSE(make_stages(module, false)) << more;
  }
}

}  // namespace
}  // namespace nf::engine
