// Operations on elements, reductions and graphs in which arrays are read twice.
#include <gtest/gtest.h>

#include <atomic>

#include "array/array.h"
#include "array/promote.h"
#include "nearfield/error.h"
#include "support/stages.h"

namespace nf::array {
namespace {

/// A stack whose element k of frame i is i * 10 + k; it counts reads.
Array counted(int64_t frames, std::atomic<int64_t>& reads, DType dtype = DType::UInt8) {
  auto read = [&reads](int64_t frame, const View& into) {
    ++reads;
    std::vector<int64_t> values(size_t(into.size()));
    for (size_t k = 0; k < values.size(); ++k) values[k] = frame * 10 + int64_t(k);
    copy_elements(View::contiguous(values.data(), DType::Int64, into.shape.data(), into.rank), into);
  };
  return Array::from_function({frames, 2, 3}, dtype, read);
}

template <class T>
std::vector<T> values(const Array& array, const RunOptions& options = {}) {
  NewArray made = array.compute(options);
  auto* data = static_cast<const T*>(made.view.data);
  return {data, data + made.view.size()};
}

TEST(Promote, IsNumPys) {
  EXPECT_EQ(promote(DType::Int8, DType::UInt8), DType::Int16);
  EXPECT_EQ(promote(DType::Int64, DType::UInt64), DType::Float64);
  EXPECT_EQ(promote(DType::UInt16, DType::Float32), DType::Float32);
  EXPECT_EQ(promote(DType::Int32, DType::Float32), DType::Float64);
  EXPECT_EQ(promote(DType::Bool, DType::UInt32), DType::UInt32);
  EXPECT_EQ(promote(DType::UInt32, DType::Int8), DType::Int64);
}

TEST(Operators, TakeArraysAndNumbers) {
  std::atomic<int64_t> reads = 0;
  Array a = counted(2, reads);
  EXPECT_EQ((a + 1).dtype(), DType::UInt8);
  EXPECT_EQ((a * 0.5).dtype(), DType::Float64);
  EXPECT_EQ((a + Scalar::of(DType::Int16, int16_t(1))).dtype(), DType::Int16);
  EXPECT_EQ(values<uint8_t>(2 * a - a + 1), (std::vector<uint8_t>{1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16}));
  EXPECT_EQ(values<double>(a / a)[1], 1.0);
  EXPECT_EQ(elementwise("less", {a, 3}).dtype(), DType::Bool);
  EXPECT_THROW(elementwise("nonsense", {a}), Error);
  EXPECT_THROW(a + 300, Error);
}

TEST(Graph, WhatIsReadTwiceIsReadOnce) {
  std::atomic<int64_t> reads = 0;
  Array a = counted(20, reads);
  Array sum = a;
  for (int i = 0; i < 16; ++i) sum = sum + sum;  // as a tree these would be 65,536 reads of each frame
  RunOptions options;
  options.threads = 1;
  values<uint8_t>(sum, options);
  EXPECT_EQ(reads, 20);
}

TEST(Graph, FramesOfOneReaderServeAnother) {
  std::atomic<int64_t> reads = 0;
  Array a = counted(30, reads, DType::Int64);
  Array change = with_stage(a, test::box_sum(3, -1, 1, BorderMode::Nearest)) - a;
  RunOptions options;
  options.threads = 1;
  std::vector<int64_t> streamed = values<int64_t>(change, options);
  EXPECT_EQ(reads, 30);
  NewArray whole = a.compute();
  Array memory = Array::from_memory(whole.view, whole.owner);
  EXPECT_EQ(values<int64_t>(with_stage(memory, test::box_sum(3, -1, 1, BorderMode::Nearest)) - memory), streamed);
}

TEST(Graph, OneFrameFarAwayIsHeldAlone) {
  std::atomic<int64_t> reads = 0;
  Array a = counted(1000, reads);
  RunOptions options;
  options.threads = 1;
  const Plan plan = plan_run(a - a.at(999), options, 0, true);
  EXPECT_LT(plan.bytes_per_worker, 200);  // and not all frames between
  values<uint8_t>(a - a.at(999), options);
  EXPECT_EQ(reads, 1001);
}

TEST(Reduce, RunsBeforeWhatIsMadeOfIt) {
  std::atomic<int64_t> reads = 0;
  Array a = counted(5, reads);
  EXPECT_EQ(values<double>(a - a.reduce(Reduction::Mean))[0], 0 - 22.5);
  EXPECT_EQ(reads, 10);
  EXPECT_EQ(values<uint64_t>(a.reduce(Reduction::Sum, std::vector{0})),
            (std::vector<uint64_t>{100, 105, 110, 115, 120, 125}));
  EXPECT_EQ(values<int64_t>(a.reduce(Reduction::ArgMax)), std::vector<int64_t>{29});
  EXPECT_EQ(a.reduce(Reduction::Max, std::vector{-1}, true).shape(), (std::vector<int64_t>{5, 2, 1}));
  EXPECT_EQ(a.slice(0, 0).reduce(Reduction::Sum).dtype(), DType::UInt64);
  EXPECT_EQ(values<uint64_t>(a.slice(0, 0).reduce(Reduction::Sum)), std::vector<uint64_t>{0});
  EXPECT_THROW(a.slice(0, 0).reduce(Reduction::Min), Error);
}

TEST(Reduce, AnErrorEndsTheWorkersThatWaitForTheirTurn) {
  auto read = [](int64_t frame, const View&) {
    if (frame == 3) throw Error(ErrorKind::Io, "damaged");
  };
  Array a = Array::from_function({500, 200, 300}, DType::Float64, read);
  EXPECT_THROW(values<double>(a.reduce(Reduction::Sum, std::vector{0})), Error);
}

}  // namespace
}  // namespace nf::array
