// Indexes of counted loops around an array's extent: what is proven holds, and what everybody writes is proven.
#include <gtest/gtest.h>

#include "passes/passes.h"
#include "unit/ir/generate.h"

namespace nf::passes {
namespace {

using namespace ir;

// for i in range(lo, n + hi, step): x[i + offset] += 1, and backwards range(n + hi, lo, -step), with n = len(x).
std::string loop(int lo, int hi, int step, bool backwards, int offset) {
  std::string from = backwards ? "%5" : "%2", to = backwards ? "%2" : "%5";
  return fmt::format(R"(site 1 IndexError "{{0}} {{1}} {{2}}"
func @f(x: int64[::1], y: int64[::1]) {{
  %0 = param 0 : int64[::1]
  %1 = const {} : int64
  %2 = const {} : int64
  %3 = const {} : int64
  %4 = dim %0, 0 : int64
  %5 = add %4, %1 : int64
  for %6 = {} to {} step %3 {{
    %7 = const {} : int64
    %8 = add %6, %7 : int64
    %9 = load %0[%8] wrap check site 1 : int64
    %10 = const 1 : int64
    %11 = add %9, %10 : int64
    store %11, %0[%8] wrap check site 1
  }}
}})",
                     hi, lo, backwards ? -step : step, from, to, offset);
}

bool is_proven(const Module& module) {
  for (const Inst& inst : module.functions[0].insts)
    if (const Store* store = std::get_if<Store>(&inst.op)) return !store->check && !store->wrap;
  return true;
}

std::string run_on(const Module& module, int64_t size) {
  std::vector<int64_t> x(size_t(size) + 1), y(1);
  int64_t one[] = {1};
  View view = View::contiguous(x.data(), DType::Int64, &size, 1);
  Outcome outcome = interpret(module, {view, View::contiguous(y.data(), DType::Int64, one, 1)});
  std::string text = fmt::format("{}: ", outcome.raised);
  for (Scalar value : outcome.raised_values) text += scalar_text(value) + " ";
  return text + test::show(Value{OwnedArray{nullptr, view}});
}

TEST(ProveIndexes, HoldsForEveryLoopAroundTheExtent) {
  int proven = 0, open = 0;
  for (int lo = -2; lo <= 2; ++lo)
    for (int hi = -3; hi <= 2; ++hi)
      for (int step : {1, 2})
        for (bool backwards : {false, true})
          for (int offset = -2; offset <= 2; ++offset) {
            Module module = parse_ir(loop(lo, hi, step, backwards, offset));
            Module after = run(module, "prove-indexes", true);
            (is_proven(after) ? proven : open) += 1;
            for (int64_t size = 0; size <= 5; ++size) {
              std::string result;
              ASSERT_NO_THROW(result = run_on(after, size)) << print(after) << size;  // an unchecked index outside
              ASSERT_EQ(result, run_on(module, size)) << print(after) << size;
            }
            // Forwards from a constant the rule is plain: never below 0, never at n. (An extent may be the highest
            // int64, so that `n + hi` may wrap: nothing is proven from it.)
            if (backwards) continue;
            ASSERT_EQ(is_proven(after), hi <= 0 && lo + offset >= 0 && hi + offset <= 0) << print(after);
          }
  EXPECT_GT(proven, 60);
  EXPECT_GT(open, 60);
}

}  // namespace
}  // namespace nf::passes
