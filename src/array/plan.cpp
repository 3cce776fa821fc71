// How a run will go: how many frames are in flight, so that the peak stays within the budget.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "array/array.h"
#include "array/steps.h"
#include "nearfield/error.h"
#include "runtime/runtime.h"

namespace nf::array {
namespace {

/// What reading one frame needs besides it. Files are read one after the other.
int64_t leaf_scratch(const Steps& steps) {
  int64_t most = 0;
  for (const Step& step : steps.list)
    if (auto* source = std::get_if<FromSource>(&step.node->op)) most = std::max(most, source->source->scratch_bytes());
  return most;
}

/// Results of reductions, which lie in memory during the run.
int64_t reduced_bytes(const Node* node, std::set<const Node*>& seen) {
  if (!seen.insert(node).second) return 0;
  int64_t bytes = std::holds_alternative<Reduce>(node->op) ? node->type.frames() * node->type.frame_bytes() : 0;
  for (const Node* input : inputs_of(*node)) bytes += reduced_bytes(input, seen);
  return bytes;
}

[[noreturn]] void refuse(const ArrayType& type, int64_t need, int64_t budget) {
  constexpr int64_t mib = int64_t(1) << 20;
  int64_t enough = (need + mib - 1) / mib;
  std::string unit = enough >= 10240 ? fmt::format("{}GiB", (enough + 1023) / 1024) : fmt::format("{}MiB", enough);
  throw Error(
      ErrorKind::Memory,
      fmt::format("one frame {} {} needs {} of memory while it is made, and the budget is {}",
                  shape_text(type.frame_shape()), name_of(type.dtype), format_bytes(need), format_bytes(budget)),
      {fmt::format("hint: memory=\"{0}\" (--memory {0}) is enough", unit)});
}

}  // namespace

Plan plan_run(const Array& array, const RunOptions& options, int64_t scratch, bool direct, int64_t shared) {
  const Steps steps = make_steps(*node_of(array));
  const ArrayType& type = node_of(array)->type;
  int threads = options.threads > 0 ? std::min(options.threads, runtime::num_threads()) : runtime::num_threads();
  int64_t budget = memory_budget(options);
  std::set<const Node*> seen;
  shared += reduced_bytes(node_of(array).get(), seen);
  int64_t available = budget - kBaseMemory - shared;
  int64_t extra = scratch + leaf_scratch(steps);
  auto need = [&](int64_t batch) { return worker_bytes(steps, batch, direct) + extra; };

  Plan plan;
  plan.frames = type.frames();
  if (need(1) > available) refuse(type, need(1) + budget - available, budget);
  // Across frames a batch pays the overlap once: the larger it is, the less is computed twice.
  int64_t overlap = 0;
  for (const Step& step : steps.list) overlap += step.overlap();
  if (overlap > 0) plan.batch = std::clamp<int64_t>(plan.frames / threads, 1, std::max<int64_t>(8, 4 * overlap));
  while (plan.batch > 1 && need(plan.batch) > available / threads) plan.batch /= 2;
  if (overlap > 0)
    plan.run_length = std::max(plan.batch, plan.frames / (int64_t(threads) * 4) / plan.batch * plan.batch);

  int64_t runs = plan.run_length > 0 ? (plan.frames + plan.run_length - 1) / plan.run_length : 0;
  plan.bytes_per_worker = need(plan.batch);
  int64_t fit = plan.bytes_per_worker > 0 ? available / plan.bytes_per_worker : threads;
  plan.workers = int(std::max<int64_t>(1, std::min({int64_t(threads), runs, fit})));
  plan.parallel_inside = plan.workers < threads;
  plan.planned_memory = kBaseMemory + shared + plan.workers * plan.bytes_per_worker;
  return plan;
}

}  // namespace nf::array
