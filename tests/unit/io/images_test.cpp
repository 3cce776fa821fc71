// imread and imsave over the seam: round trips, names, refusals, and a failure at every call.
#include <gtest/gtest.h>

#include <random>

#include "array/array.h"
#include "io/io.h"
#include "io/png/png.h"
#include "support/sim_files.h"
#include "support/stages.h"

namespace nf {
namespace {

using test::SimFiles;

/// An array in memory with random values of its dtype, or below `limit`.
Array random_array(std::vector<int64_t> shape, DType dtype, int64_t limit = 256, unsigned seed = 1) {
  int64_t count = 1;
  for (int64_t extent : shape) count *= extent;
  auto wide = std::make_shared<std::vector<int64_t>>(size_t(count));
  std::mt19937_64 random(seed);
  for (int64_t& value : *wide) value = int64_t(random() % uint64_t(limit));
  View view = View::contiguous(wide->data(), DType::Int64, shape.data(), int(shape.size()));
  NewArray made = Array::from_memory(view, wide).astype(dtype).compute();
  return Array::from_memory(made.view, made.owner);
}

std::vector<int64_t> values(const Array& array) {
  NewArray made = array.astype(DType::Int64).compute();
  auto* data = static_cast<const int64_t*>(made.view.data);
  return {data, data + made.view.size()};
}

Error error_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error was thrown";
  return Error(ErrorKind::Internal, "none");
}

void save(SimFiles& files, const std::string& path, const Array& array, SaveOptions options = {}) {
  io::save_images(files, path, array, options);
}

/// A folder `in` with `count` frames im1.png, im2.png, ...
void make_stack(SimFiles& files, int count, std::vector<int64_t> frame = {9, 7}, DType dtype = DType::UInt8) {
  files.folders.insert("in");
  for (int i = 1; i <= count; ++i)
    save(files, "in/im" + std::to_string(i) + ".png", random_array(frame, dtype, 256, unsigned(i)));
}

TEST(Images, StackIsReadInNaturalOrderAndWrittenUnderTheNamesOfItsFrames) {
  SimFiles files;
  make_stack(files, 11);
  files.folders.insert("out");
  Array stack = io::open_images(files, "in/im*.png");
  EXPECT_EQ(stack.shape(), (std::vector<int64_t>{11, 9, 7}));
  EXPECT_EQ(stack.axes(), "NYX");
  EXPECT_EQ(values(stack.at(1)), values(io::open_images(files, "in/im2.png")));
  EXPECT_EQ(values(stack.at(-1)), values(io::open_images(files, "in/im11.png")));
  SaveReport report = io::save_images(files, "out/copy*.png", stack.slice(2, 5), {});
  EXPECT_EQ(report.files, 3);
  EXPECT_EQ(values(io::open_images(files, "out/copy4.png")), values(io::open_images(files, "in/im4.png")));
  EXPECT_FALSE(files.contents.contains("out/copy2.png"));
}

/// Saves the sums of a stack of 3 with call number `call` failing; true when it failed.
bool save_sums(SimFiles& files, int64_t call, bool persistent, bool overwrite) {
  files.fail_at(call, persistent);
  SaveOptions options;
  options.overwrite = overwrite;
  try {
    save(files, "out/*.png", array::with_stage(io::open_images(files, "in/im*.png"), test::box_sum(2, -1, 1)), options);
    return false;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, ErrorKind::Io) << error.what();
    EXPECT_NE(std::string(error.what()).find("Input/output error"), std::string::npos) << error.what();
    return true;
  }
}

class FailureAtEveryCall : public testing::TestWithParam<std::tuple<bool, bool>> {};

TEST_P(FailureAtEveryCall, LeavesOldOrWholeNewFilesAndNoTemporaries) {
  auto [persistent, overwrite] = GetParam();
  SimFiles files;
  make_stack(files, 3);
  if (overwrite) {
    files.folders.insert("out");
    for (int i = 1; i <= 3; ++i) save(files, "out/" + std::to_string(i) + ".png", random_array({2, 2}, DType::UInt8));
  }
  auto start = files.contents;
  auto start_folders = files.folders;
  ASSERT_FALSE(save_sums(files, 0, false, overwrite));
  auto finished = files.contents;
  ASSERT_EQ(finished.size(), 6u);

  int64_t call = 1;
  for (bool failed = true; failed; ++call) {
    ASSERT_LT(call, 1000);
    files.contents = start, files.folders = start_folders;
    failed = save_sums(files, call, persistent, overwrite);
    EXPECT_EQ(failed, files.failures() > 0) << "an error was swallowed at call " << call;
    EXPECT_EQ(files.open_files(), 0);
    if (failed && files.failures() == 1 && files.failed_verb() != "remove") {
      EXPECT_TRUE(files.temporaries().empty()) << "after call " << call;
    }
    for (auto& [path, bytes] : files.contents) {
      if (path.find("/.nf-") != std::string::npos) continue;
      bool old = start.contains(path) && *bytes == *start.at(path);
      EXPECT_TRUE(old || *bytes == *finished.at(path)) << path << " is neither old nor whole after call " << call;
    }
  }
  EXPECT_GT(call, 20);
}
INSTANTIATE_TEST_SUITE_P(Images, FailureAtEveryCall, testing::Combine(testing::Bool(), testing::Bool()));

TEST(Images, FullDiskNamesTheFileAndLeavesNothingHalfWritten) {
  SimFiles files;
  make_stack(files, 4);
  files.folders.insert("out");
  Array stack = io::open_images(files, "in/*.png");
  files.fail_at(9, true, "No space left on device", true);
  Error error = error_of([&] { save(files, "out/*.png", stack); });
  EXPECT_NE(error.message.find("`out/im"), std::string::npos) << error.what();
  EXPECT_NE(error.message.find("No space left on device"), std::string::npos) << error.what();
  for (auto& [path, bytes] : files.contents)
    if (path.starts_with("out/im")) {
      EXPECT_EQ(io::open_images(files, path).shape(), (std::vector<int64_t>{9, 7}));
    }
}

}  // namespace
}  // namespace nf
