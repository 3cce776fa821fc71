// What `explain` advises for given facts and figures, and that its text fits a terminal. Facts and figures themselves
// are shown by tests/golden/explain and tests/python/test_explain.py.
#include "engine/explain.h"

#include <gtest/gtest.h>

#include <sstream>

namespace nf::engine {
namespace {

/// The 3x3 mean of an image, in vectors, with nothing to improve.
Explanation mean(DType result = DType::UInt8) {
  Explanation e;
  e.kernel = "smooth", e.kind = "stencil", e.file = "smooth.py", e.line = 4, e.rank = 2;
  e.arguments = {{"x", "uint8[:, :]", true, {{-1, 0}, {0, 0}, {1, 0}}}};
  e.results = {{result, "0", "255"}};
  e.footprint = {{-1, 1}, {0, 0}};
  e.border = "constant 0";
  e.code.vectors = true, e.code.lane_types = {"uint16"};
  return e;
}

Explanation called(Explanation e, double copy, double compute, double achieved) {
  e.call.emplace();
  e.call->array = "uint8[1000, 1000]", e.call->points = 998 * 998, e.call->bytes_in = e.call->bytes_out = 1000000;
  e.call->runs = {{1, copy, compute, achieved, 100}};
  return e;
}

Explanation advised(Explanation e) {
  advise(e);
  return e;
}

bool advises(const Explanation& e, std::string_view words) {
  for (const std::string& hint : advised(e).hints)
    if (hint.find(words) != hint.npos) return true;
  return false;
}

TEST(Advice, SaysWhatLimitsAGoodKernel) {
  EXPECT_EQ(advised(called(mean(), 8e-6, 3e-6, 10e-6)).verdict, "nothing: it runs at 80 % of the copy limit");
  EXPECT_EQ(advised(called(mean(), 5e-6, 8e-6, 10e-6)).verdict,
            "nothing: computing takes longer than moving the data, and it runs at 50 % of the copy limit");
  const std::string held_up = advised(called(mean(), 5e-6, 8e-6, 40e-6)).verdict;
  EXPECT_NE(held_up.find("takes 5.0 times what its limits allow"), held_up.npos) << held_up;
  EXPECT_NE(advised(mean()).verdict.find("give an array or a size"), std::string::npos);
}

TEST(Advice, NamesTheNarrowestTypeThatHoldsTheResult) {
  EXPECT_TRUE(advised(mean()).hints.empty());
  EXPECT_TRUE(advises(mean(DType::Int64), "store uint8 instead of int64"));
  Explanation sum = mean(DType::Int64);
  sum.results[0].greatest = "2295";
  EXPECT_TRUE(advises(sum, "store uint16 instead of int64"));
  sum.results[0].least = "-1";
  EXPECT_TRUE(advises(sum, "store int16 instead of int64"));
  sum.results[0] = {DType::Float64, "", ""};
  EXPECT_FALSE(advises(sum, "instead of"));
}

TEST(Advice, PointsAtWhatPreventsVectors) {
  Explanation e = mean();
  e.code.vectors = false, e.code.why_not = "this may raise ZeroDivisionError", e.code.line = 7;
  EXPECT_TRUE(advises(e, "because this may raise ZeroDivisionError (line 7)"));
  e.code.way_out = "divide by a constant";
  EXPECT_TRUE(advises(e, "line 7: divide by a constant"));
}

TEST(Advice, PointsAtFloatsThatGrow) {
  Explanation e = mean();
  e.notes = {{"types", true, "wider", "smooth", "smooth.py", 5, ""},
             {"types", true, "wider", "smooth", "smooth.py", 9, ""}};
  EXPECT_TRUE(advises(e, "lines 5, 9: write the number as np.float32(...)"));
}

TEST(Advice, CallsADivisionCostlyOnlyWhereItIsFelt) {
  Explanation e = mean();
  e.code.divisions = {"`/` in float32: division of floats"};
  EXPECT_FALSE(advises(called(e, 10e-6, 5e-6, 12e-6), "inverse"));
  EXPECT_TRUE(advises(called(e, 10e-6, 15e-6, 17e-6), "inverse"));
  e.fastmath = true;
  EXPECT_FALSE(advises(called(e, 10e-6, 15e-6, 17e-6), "inverse"));
}

TEST(Advice, NeverHasMoreThanFiveHints) {
  Explanation e = called(mean(), 1e-7, 2e-7, 2e-6);
  for (int i = 0; i < 9; ++i) e.results.push_back({DType::Int64, "0", "255"});
  EXPECT_EQ(advised(e).hints.size(), 5u);
  EXPECT_EQ(advised(e).verdict, "");
}

TEST(Text, FitsATerminal) {
  Explanation e = called(mean(DType::Int64), 8e-6, 3e-6, 10e-6);
  for (int i = 0; i < 30; ++i) e.arguments.push_back({"argument" + std::to_string(i), "float64[:, :, :]", false, {}});
  e.notes = {
      {"if-convert", false, std::string(60, 'w') + " " + std::string(60, 'v'), "smooth", "smooth.py", 5, "  5 | x"}};
  e.point.counted = true;
  for (const char* kind : {"add", "multiply", "min or max", "select", "compare", "bits", "convert", "shuffle", "math"})
    e.point.operations.push_back({kind, 12.345});
  e.code.divisions = {"`//` in uint16: multiply-high"};
  std::istringstream lines(text_of(advised(e)));
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_LE(line.size(), 100u) << line;
    EXPECT_FALSE(line.ends_with(' ')) << '"' << line << '"';
  }
  EXPECT_GT(count, 20);
}

}  // namespace
}  // namespace nf::engine
