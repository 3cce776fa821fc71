// Runs over fake sources: what comes out, how much memory is in flight, and how errors end.
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "array/array.h"
#include "nearfield/error.h"
#include "runtime/runtime.h"
#include "support/stages.h"

namespace nf::array {
namespace {

using test::box_sum;

/// Frames of which each element is known from its place; it counts what is read.
class FakeSource final : public Source {
 public:
  explicit FakeSource(std::vector<int64_t> shape, DType dtype = DType::UInt8, std::string axes = "NYX") {
    type_.shape = std::move(shape), type_.dtype = dtype, type_.axes = std::move(axes);
  }
  const ArrayType& type() const override { return type_; }
  void read(int64_t i, const View& into) const override {
    ASSERT_TRUE(into.c_contiguous());
    if (i == bad_frame) throw Error(ErrorKind::Io, "`" + name(i) + "` is damaged: on purpose");
    if (on_read) on_read(i);
    ++reads;
    std::vector<int64_t> wide(size_t(into.size()));
    for (size_t k = 0; k < wide.size(); ++k) wide[k] = int64_t((uint64_t(i) * 1009 + k * k * 31 + k) % 251);
    copy_elements(View::contiguous(wide.data(), DType::Int64, into.shape.data(), into.rank), into);
  }
  std::string name(int64_t i) const override { return "im" + std::to_string(i) + ".png"; }
  std::string stem(int64_t i) const override { return "im" + std::to_string(i); }
  int64_t scratch_bytes() const override { return scratch; }
  std::vector<std::string> describe() const override { return {}; }

  int64_t bad_frame = -1;
  int64_t scratch = 0;
  std::function<void(int64_t)> on_read;
  mutable std::atomic<int64_t> reads = 0;

 private:
  ArrayType type_;
};

std::shared_ptr<FakeSource> fake(std::vector<int64_t> shape, DType dtype = DType::UInt8, std::string axes = "NYX") {
  return std::make_shared<FakeSource>(std::move(shape), dtype, std::move(axes));
}

struct Values {
  std::vector<int64_t> shape, data;
  bool operator==(const Values&) const = default;
};
Values values(const Array& array, const RunOptions& options = {}) {
  NewArray made = array.astype(DType::Int64).compute(options);
  auto* data = static_cast<const int64_t*>(made.view.data);
  return {array.shape(), {data, data + made.view.size()}};
}

/// A stage applied to the whole array at once: what streaming must equal.
Values whole(const Array& input, const Stage& stage) {
  Values in = values(input);
  Array out = with_stage(input, stage);
  Values result{out.shape(), {}};
  int64_t count = 1;
  for (int64_t n : result.shape) count *= n;
  result.data.resize(size_t(count));
  std::vector<int64_t> in_shape = in.shape, out_shape = result.shape;
  int64_t channels = node_of(input)->type.channels();
  if (node_of(input)->type.has_channels()) {
    in_shape.pop_back(), out_shape.pop_back();
    in_shape.back() *= channels, out_shape.back() *= channels;
  }
  int rank = int(in_shape.size());
  StageCall call{channels, {}, false};
  if (stage.rank == rank) {
    stage.compute(std::vector{View::contiguous(in.data.data(), DType::Int64, in_shape.data(), rank)},
                  View::contiguous(result.data.data(), DType::Int64, out_shape.data(), rank), call);
    return result;
  }
  int64_t in_step = int64_t(in.data.size()) / in_shape[0], out_step = count / out_shape[0];
  for (int64_t i = 0; i < in_shape[0]; ++i)
    stage.compute(
        std::vector{View::contiguous(in.data.data() + i * in_step, DType::Int64, in_shape.data() + 1, rank - 1)},
        View::contiguous(result.data.data() + i * out_step, DType::Int64, out_shape.data() + 1, rank - 1), call);
  return result;
}

constexpr BorderMode kModes[] = {BorderMode::Constant, BorderMode::Nearest, BorderMode::Wrap, BorderMode::Reflect,
                                 BorderMode::Valid};

TEST(Run, FrameByFrameEqualsWhole) {
  for (BorderMode mode : kModes)
    for (const char* axes : {"NYX", "NYXC"}) {
      std::vector<int64_t> shape{7, 6, 5};
      if (axes[3] == 'C') shape.push_back(3);
      Array stack = from_source(fake(shape, DType::UInt8, axes));
      Stage stage = box_sum(2, -1, 1, mode);
      EXPECT_EQ(values(with_stage(stack, stage)), whole(stack, stage)) << name_of(mode) << " " << axes;
    }
}

TEST(Run, AcrossFramesEqualsWholeForEveryModeAndReach) {
  for (BorderMode mode : kModes)
    for (auto [lo, hi] : {std::pair(-1, 1), {-2, 0}, {0, 3}, {-1, 2}, {0, 0}})
      for (int64_t frames : {1, 2, 3, 9, 40})
        for (const char* axes : {"NYX", "NYXC"}) {
          std::vector<int64_t> shape{frames, 4, 5};
          if (axes[3] == 'C') shape.push_back(2);
          auto source = fake(shape, DType::UInt8, axes);
          Array stack = from_source(source);
          Stage stage = box_sum(3, lo, hi, mode);
          Array sum = with_stage(stack, stage);
          Values expected = whole(stack, stage);
          source->reads = 0;
          EXPECT_EQ(values(sum), expected) << name_of(mode) << " " << lo << " " << hi << " " << frames << " " << axes;
          // Only where two workers meet is a frame read twice (or, with borders that look back, at the ends).
          int64_t workers = runtime::num_threads();
          EXPECT_LE(source->reads, frames + 2 * (hi - lo) * 5 * workers);
        }
}

TEST(Run, EachFrameIsReadOnceByOneWorker) {
  auto source = fake({50, 4, 4});
  RunOptions options;
  options.threads = 1;
  Array sum = with_stage(with_stage(from_source(source), box_sum(3, -1, 1)), box_sum(3, -2, 1));
  ASSERT_LT(plan_run(sum, options, 0, true).batch, 50);
  values(sum, options);
  EXPECT_EQ(source->reads, 50);
}

TEST(Run, ChainsAndSlicesEqualSlicesOfTheWhole) {
  Array stack = from_source(fake({20, 5, 6}));
  Array sum = with_stage(with_stage(stack, box_sum(3, -1, 1, BorderMode::Nearest)).slice(2, 19), box_sum(3, -1, 0));
  Values all = values(sum);
  EXPECT_EQ(all.shape, (std::vector<int64_t>{17, 5, 6}));
  for (auto [begin, end] : {std::pair<int64_t, int64_t>(0, 17), {3, 9}, {16, 17}, {5, 5}, {-4, 17}}) {
    Array part = sum.slice(begin, end);
    int64_t from = begin < 0 ? begin + 17 : begin;
    std::vector<int64_t> expected(all.data.begin() + from * 30, all.data.begin() + end * 30);
    EXPECT_EQ(values(part).data, expected) << begin << ":" << end;
  }
  std::vector<int64_t> frame(all.data.begin() + 4 * 30, all.data.begin() + 5 * 30);
  EXPECT_EQ(values(sum.at(4)).data, frame);
  EXPECT_EQ(values(sum.at(4).slice(1, 3)).data, std::vector<int64_t>(frame.begin() + 6, frame.begin() + 18));
  EXPECT_EQ(values(sum.at(4).at(-1)).data, std::vector<int64_t>(frame.begin() + 24, frame.end()));
  EXPECT_EQ(values(sum.at(4).at(-1).at(2)).data, std::vector<int64_t>{frame[26]});
  EXPECT_THROW(sum.at(17), Error);
}

TEST(Run, SlicesOfFrameByFrameStagesReadOnlyTheirFrames) {
  auto source = fake({100, 4, 4});
  Array sum = with_stage(from_source(source), box_sum(2, -1, 1));
  values(sum.slice(10, 13));
  EXPECT_EQ(source->reads, 3);
  values(sum.at(99));
  EXPECT_EQ(source->reads, 4);
}

TEST(Run, ResultsOfOneCallAreMadeTogetherAndOnlyThoseThatAreRead) {
  std::atomic<int64_t> calls = 0;
  std::atomic<int> made[2] = {};
  Stage stage;
  stage.name = "split", stage.rank = 2;
  stage.infer = [](std::span<const ArrayType>) {
    StageType type;
    type.footprint.resize(2);
    type.results = {{DType::UInt8, {}}, {DType::Int32, {}}};
    return type;
  };
  stage.compute = [&](std::span<const View> in, const View& out, const StageCall& call) {
    ++calls;
    ASSERT_EQ(places_in_row(call.results), (std::vector<int64_t>{4, 0}));  // the wider one first
    for (size_t r = 0; r < 2; ++r) {
      if (!call.wanted[r]) continue;
      ++made[r];
      View result = out;
      result.dtype = call.results[r].dtype, result.shape[1] = call.columns;
      result.strides[1] = size_of(result.dtype);
      result.data = static_cast<std::byte*>(out.data) + (r == 0 ? 4 : 0) * call.columns;
      copy_elements(in[0], result);
    }
  };
  auto source = fake({9, 5, 7});
  const std::vector<Array> results = with_stage(from_source(source), stage).results();
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0].dtype(), DType::UInt8);
  EXPECT_EQ(results[1].dtype(), DType::Int32);
  const Values sum = values(results[0].astype(DType::Int64) + results[1]), own = values(from_source(source));
  EXPECT_EQ(calls, 9);
  EXPECT_EQ(made[0], 9);
  EXPECT_EQ(made[1], 9);
  for (size_t i = 0; i < sum.data.size(); ++i) EXPECT_EQ(sum.data[i], 2 * own.data[i]);
  EXPECT_EQ(values(results[1].astype(DType::Int64)).data, values(from_source(source).astype(DType::Int64)).data);
  EXPECT_EQ(made[0], 9);
  EXPECT_EQ(made[1], 18);
}

TEST(Run, CastRightAfterAStageIsStoredByIt) {
  Array sum = with_stage(from_source(fake({3, 4, 4})), box_sum(2, -1, 1));
  Values wide = values(sum), narrow = values(sum.astype(DType::UInt8));
  for (size_t i = 0; i < wide.data.size(); ++i) EXPECT_EQ(narrow.data[i], int64_t(uint8_t(wide.data[i])));
  EXPECT_EQ(values(sum.astype(DType::UInt8).astype(DType::Int32)), narrow);
}

TEST(Run, ComputesIntoStridedOutputAndFromStridedMemory) {
  std::vector<int32_t> data(4 * 5 * 6), out(4 * 5 * 6, -1);
  for (size_t i = 0; i < data.size(); ++i) data[i] = int32_t(i * i % 97);
  View view{data.data(), DType::Int32, 3, true, {6, 5, 4}, {4, 24, 120}};
  Array array = Array::from_memory(view, nullptr);
  View target{out.data() + 119, DType::Int32, 3, false, {6, 5, 4}, {-4, -24, -120}};
  array.compute_into(target);
  for (size_t i = 0; i < data.size(); ++i) EXPECT_EQ(out[119 - i], data[i]);
  Stage stage = box_sum(2, -1, 1);
  EXPECT_EQ(values(with_stage(array, stage)), whole(array, stage));
}

TEST(Run, RefusesWrongOutputs) {
  Array array = from_source(fake({2, 3, 4}));
  std::vector<uint8_t> out(24);
  int64_t shape[] = {2, 4, 3};
  EXPECT_THROW(array.compute_into(View::contiguous(out.data(), DType::UInt8, shape, 3)), Error);
  std::swap(shape[1], shape[2]);
  EXPECT_THROW(array.compute_into(View::contiguous(out.data(), DType::Int8, shape, 3)), Error);
  View readonly = View::contiguous(out.data(), DType::UInt8, shape, 3);
  readonly.readonly = true;
  EXPECT_THROW(array.compute_into(readonly), Error);
}

TEST(Run, RankOfStageMustFit) {
  Array image = from_source(fake({5, 6}, DType::UInt8, "YX"));
  EXPECT_THROW(with_stage(image, box_sum(3, -1, 1)), Error);
  Array color = from_source(fake({5, 6, 3}, DType::UInt8, "YXC"));
  EXPECT_THROW(with_stage(color, box_sum(3, -1, 1)), Error);
  EXPECT_EQ(with_stage(color, box_sum(2, -1, 1)).shape(), (std::vector<int64_t>{5, 6, 3}));
}

/// Takes frames and counts how many are held at once.
class SlowSink final : public Sink {
 public:
  void write(int64_t i, const View& frame) override {
    int64_t now = ++inside;
    std::lock_guard lock(mutex);
    most = std::max(most, now);
    EXPECT_TRUE(seen.insert(i).second);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    --inside;
  }
  std::atomic<int64_t> inside = 0;
  std::mutex mutex;
  int64_t most = 0;
  std::set<int64_t> seen;
};

TEST(Plan, FramesInFlightFitTheBudget) {
  auto source = fake({64, 1024, 1024});
  source->scratch = 1 << 20;
  Array sum = with_stage(from_source(source), box_sum(2, -1, 1));
  int64_t one = (1 << 20) + (8 << 20) + (1 << 20) + (3 << 20);  // decoded, computed, two scratches
  for (int fit : {1, 2, 5, 100}) {
    RunOptions options;
    options.memory = kBaseMemory + fit * one + one / 2;
    Plan plan = plan_run(sum, options, 3 << 20, false);
    EXPECT_EQ(plan.bytes_per_worker, one);
    EXPECT_EQ(plan.workers, std::min(fit, runtime::num_threads()));
    EXPECT_LE(plan.planned_memory, options.memory);
    EXPECT_EQ(plan.parallel_inside, plan.workers < runtime::num_threads());
  }
}

TEST(Plan, OneFrameThatDoesNotFitIsRefusedAndTheHintIsEnough) {
  Array sum = with_stage(from_source(fake({64, 1024, 1024})), box_sum(2, -1, 1));
  RunOptions options;
  options.memory = kBaseMemory + (5 << 20);
  try {
    plan_run(sum, options, 0, false);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, ErrorKind::Memory);
    EXPECT_EQ(error.message,
              "one frame (1024, 1024) int64 needs 73.0 MiB of memory while it is made, and the budget is 69.0 MiB");
    ASSERT_EQ(error.notes.size(), 1u);
    EXPECT_EQ(error.notes[0], "hint: memory=\"73MiB\" (--memory 73MiB) is enough");
    options.memory = *parse_bytes("73MiB");
    EXPECT_EQ(plan_run(sum, options, 0, false).workers, 1);
  }
}

TEST(Plan, AcrossFramesTheBatchShrinksToTheBudget) {
  Array sum = with_stage(from_source(fake({64, 256, 256})), box_sum(3, -1, 1));
  RunOptions options;
  int64_t frame = 256 * 256 * 9;
  options.memory = kBaseMemory + 4 * frame;
  Plan plan = plan_run(sum, options, 0, false);
  EXPECT_EQ(plan.batch, 1);
  EXPECT_EQ(plan.workers, 1);
  EXPECT_LE(plan.planned_memory, options.memory);
  EXPECT_GT(plan_run(sum, {}, 0, false).batch, 4);
}

TEST(Run, EveryFrameIsWrittenOnceAndProgressIsWhole) {
  Array sum = with_stage(from_source(fake({37, 4, 4})), box_sum(2, -1, 1));
  SlowSink sink;
  std::atomic<int> inside = 0;
  Progress last;
  RunOptions options;
  options.progress = [&](const Progress& progress) {
    EXPECT_EQ(++inside, 1);
    EXPECT_GE(progress.frames_done, last.frames_done);
    last = progress;
    --inside;
  };
  Plan plan = plan_run(sum, options, 0, false);
  run(sum, plan, options, sink);
  EXPECT_EQ(sink.seen.size(), 37u);
  EXPECT_LE(sink.most, plan.workers);
  EXPECT_EQ(last.frames_done, 37);
  EXPECT_EQ(last.frames_total, 37);
  EXPECT_EQ(last.bytes_in, 37 * 16);
  EXPECT_EQ(last.bytes_out, 37 * 16 * 8);
}

TEST(Run, LowestBadFrameIsTheOneThatIsTold) {
  for (int round = 0; round < 20; ++round) {
    auto source = fake({40, 4, 4});
    source->on_read = [&](int64_t i) {
      if (i == 7) std::this_thread::sleep_for(std::chrono::milliseconds(2));
      if (i >= 7) throw Error(ErrorKind::Io, "`" + source->name(i) + "` is damaged");
    };
    try {
      values(with_stage(from_source(source), box_sum(2, -1, 1)));
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()), "`im7.png` is damaged\n  in frame 7 of 40");
    }
    EXPECT_LT(source->reads, 12);
  }
}

TEST(Run, ErrorOfAStageNamesItAndItsFrame) {
  Stage stage = box_sum(2, -1, 1);
  stage.compute = [](std::span<const View>, const View&, const StageCall&) {
    Error error(ErrorKind::Raised, "bad pixel", {"kernel.py:3"});
    error.exception = "ValueError";
    throw error;
  };
  try {
    values(with_stage(from_source(fake({5, 4, 4})), stage).slice(2, 5));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.exception, "ValueError");
    EXPECT_EQ(std::string(error.what()), "bad pixel\n  kernel.py:3\n  in `box_sum` on frame 2 of 5 (`im2.png`)");
  }
}

TEST(Run, CancelStopsBetweenFrames) {
  auto source = fake({1000, 4, 4});
  source->on_read = [](int64_t i) {
    if (i == 5) runtime::request_cancel();
  };
  try {
    values(with_stage(from_source(source), box_sum(2, -1, 1)));
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, ErrorKind::Interrupted);
  }
  runtime::clear_cancel();
  EXPECT_LT(source->reads, 20);
}

}  // namespace
}  // namespace nf::array
