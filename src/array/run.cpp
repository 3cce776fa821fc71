// Runs a plan: each worker takes the next frames in order and reads, computes and writes them, so that these overlap on
// all cores with as many frames in flight as there are workers.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>

#include "array/array.h"
#include "array/errors.h"
#include "array/reduce.h"
#include "array/steps.h"
#include "array/views.h"
#include "array/worker.h"
#include "runtime/runtime.h"

namespace nf::array {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kProgressEvery = std::chrono::milliseconds(50);

/// What the workers of one run share.
class Run {
 public:
  Run(const Steps& steps, const Reductions& reductions, const Plan& plan, const RunOptions& options, Sink& sink)
      : steps_(steps), reductions_(reductions), plan_(plan), options_(options), sink_(sink) {
    progress_.frames_total = plan.frames;
    for (const Step& step : steps.list)
      if (step.inputs.empty() && !step.whole) bytes_in_ += step.frame_bytes;
  }

  void work() {
    Worker worker(steps_, reductions_, plan_.batch, plan_.parallel_inside);
    while (!stop_) {
      int64_t run = next_.fetch_add(plan_.run_length);
      if (run >= plan_.frames) return;
      int64_t run_end = std::min(run + plan_.run_length, plan_.frames);
      for (int64_t begin = run; begin < run_end && !stop_; begin += plan_.batch)
        guarded(begin, [&] { one_batch(worker, begin, std::min(begin + plan_.batch, run_end)); });
    }
  }

  Progress finish() {
    if (error_) std::rethrow_exception(error_);
    progress_.seconds = seconds();
    if (options_.progress) options_.progress(progress_);
    return progress_;
  }

 private:
  void one_batch(Worker& worker, int64_t begin, int64_t end) {
    runtime::throw_if_cancelled();
    std::optional<View> wanted = sink_.destination(begin, end);
    View made = worker.frames(begin, end, wanted ? &*wanted : nullptr);
    for (int64_t i = begin; i < end; ++i) {
      if (!wanted) sink_.write(i, first_axis_at(made, i - begin));
      tell();
    }
  }

  /// Keeps the error of the lowest frame. Frames are taken in order, so those below a failing one have begun and end:
  /// which error is told does not depend on timing.
  template <class Body>
  void guarded(int64_t frame, Body body) {
    try {
      body();
    } catch (const std::bad_alloc&) {
      keep(frame, std::make_exception_ptr(
                      Error(ErrorKind::Memory, "memory ran out", {frame_note("", frame, plan_.frames, "")})));
    } catch (...) {
      keep(frame, std::current_exception());
    }
  }

  void keep(int64_t frame, std::exception_ptr error) {
    {
      std::lock_guard lock(mutex_);
      stop_ = true;
      if (!error_ || frame < error_frame_) error_ = std::move(error), error_frame_ = frame;
    }
    sink_.stop();
  }

  void tell() {
    std::lock_guard lock(mutex_);
    ++progress_.frames_done;
    progress_.bytes_in += bytes_in_;
    progress_.bytes_out += steps_.result().frame_bytes;
    if (!options_.progress || Clock::now() - told_ < kProgressEvery) return;
    told_ = Clock::now();
    progress_.seconds = seconds();
    options_.progress(progress_);
  }

  double seconds() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }

  const Steps& steps_;
  const Reductions& reductions_;
  const Plan& plan_;
  const RunOptions& options_;
  Sink& sink_;
  std::atomic<int64_t> next_ = 0;
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;
  std::exception_ptr error_;
  int64_t error_frame_ = 0, bytes_in_ = 0;
  Progress progress_;
  Clock::time_point begin_ = Clock::now(), told_ = begin_;
};

}  // namespace

Progress run(const Array& array, const Plan& plan, const RunOptions& options, Sink& sink) {
  return run(array, plan, options, compute_reductions(array, options), sink);
}

Progress run(const Array& array, const Plan& plan, const RunOptions& options, const Reductions& reductions,
             Sink& sink) {
  const Steps steps = make_steps(*node_of(array));
  Run run(steps, reductions, plan, options, sink);
  const bool foreign = std::any_of(steps.list.begin(), steps.list.end(), [](const Step& step) {
    const auto* source = std::get_if<FromSource>(&step.node->op);
    return source && source->source->is_foreign();
  });
  if (foreign)
    runtime::on_own_threads(plan.workers, [&] { run.work(); });
  else
    runtime::parallel_for(0, plan.workers, 1, plan.workers > 1, [&](int64_t lo, int64_t hi) {
      for (int64_t i = lo; i < hi; ++i) run.work();
    });
  return run.finish();
}

FrameName frame_name(const Array& array, int64_t i) {
  const LeafFrame from = leaf_frame(node_of(array).get(), i);
  auto* source = std::get_if<FromSource>(&from.leaf->op);
  if (!source) return {"", "", from.index};
  return {source->source->name(from.index), source->source->stem(from.index), from.index};
}

}  // namespace nf::array
