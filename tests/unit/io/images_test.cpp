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
  SaveReport report = io::save_images(files, "out/copy_*.png", stack.slice(2, 5), {});
  EXPECT_EQ(report.files, 3);
  EXPECT_EQ(values(io::open_images(files, "out/copy_im4.png")), values(io::open_images(files, "in/im4.png")));
  EXPECT_FALSE(files.contents.contains("out/copy_im2.png"));
}

TEST(Images, AStarOfTheOutputTakesTheWholeStemWhateverThePatternOfTheInput) {
  for (const char* pattern : {"in/*.png", "in/im*.png", "in/im?.png", "in/im[12].png", "in/*m*.png"}) {
    SimFiles files;
    make_stack(files, 2);
    save(files, "out/*.png", io::open_images(files, pattern));
    EXPECT_TRUE(files.contents.contains("out/im1.png") && files.contents.contains("out/im2.png")) << pattern;
    EXPECT_EQ(files.contents.size(), 4u) << pattern;
  }
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
    for (int i = 1; i <= 3; ++i) save(files, "out/im" + std::to_string(i) + ".png", random_array({2, 2}, DType::UInt8));
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
  for (int64_t call : {9, 10, 11, 12}) {  // whichever comes first: making a temporary file, or writing to one
    SimFiles files;
    make_stack(files, 4);
    files.folders.insert("out");
    Array stack = io::open_images(files, "in/*.png");
    files.fail_at(call, true, "No space left on device", true);
    Error error = error_of([&] { save(files, "out/*.png", stack); });
    EXPECT_NE(error.message.find("`out/im"), std::string::npos) << error.what();
    EXPECT_NE(error.message.find("No space left on device"), std::string::npos) << error.what();
    for (auto& [path, bytes] : files.contents)
      if (path.starts_with("out/im")) {
        EXPECT_EQ(io::open_images(files, path).shape(), (std::vector<int64_t>{9, 7}));
      }
  }
}

TEST(Images, RaggedFileIsNamedWithBothShapesAndNothingIsLeft) {
  SimFiles files;
  make_stack(files, 5);
  files.contents.erase("in/im4.png");
  save(files, "in/im4.png", random_array({9, 8}, DType::UInt8));
  Error error = error_of([&] { save(files, "out/*.png", io::open_images(files, "in/*.png")); });
  EXPECT_EQ(error.kind, ErrorKind::Io);
  EXPECT_EQ(error.message, "`in/im4.png` is (9, 8) uint8, but `in/im1.png`, the first of the stack, is (9, 7) uint8");
  EXPECT_EQ(error.notes.back(), "in frame 3 of 5");
  EXPECT_FALSE(files.contents.contains("out/im4.png"));
  EXPECT_TRUE(files.temporaries().empty());
  files.contents.erase("in/im4.png");
  save(files, "in/im4.png", random_array({9, 7}, DType::UInt16, 65536));
  error = error_of([&] { save(files, "out2/*.png", io::open_images(files, "in/*.png")); });
  EXPECT_NE(error.message.find("(9, 7) uint16"), std::string::npos) << error.message;
}

TEST(Images, DamagedOrMissingFileInTheStackIsNamed) {
  SimFiles files;
  make_stack(files, 5);
  Array stack = io::open_images(files, "in/*.png");
  files.contents["in/im2.png"]->resize(70);
  Error error = error_of([&] { save(files, "out/*.png", stack); });
  EXPECT_EQ(error.kind, ErrorKind::Io);
  EXPECT_EQ(std::string(error.what()), "`in/im2.png` is damaged: it is cut off after 70 bytes\n  in frame 1 of 5");
  files.contents.erase("in/im2.png");
  error = error_of([&] { save(files, "out2/*.png", stack); });
  EXPECT_EQ(error.kind, ErrorKind::NotFound);
  EXPECT_NE(std::string(error.what()).find("`in/im2.png`"), std::string::npos);
}

TEST(Images, WhatIsNoPngIsNamed) {
  SimFiles files;
  auto put = [&](std::string_view text) {
    auto bytes = std::as_bytes(std::span(text));
    files.contents["a.png"] = std::make_shared<SimFiles::Bytes>(bytes.begin(), bytes.end());
    return error_of([&] { io::open_images(files, "a.png"); });
  };
  EXPECT_EQ(put("").message, "`a.png` is damaged: the file is empty");
  EXPECT_EQ(put("hello world").message, "`a.png` is not a PNG file");
  EXPECT_EQ(put("\xFF\xD8\xFF\xE0 JFIF").kind, ErrorKind::Unsupported);
  EXPECT_EQ(error_of([&] { io::open_images(files, "b.png"); }).kind, ErrorKind::NotFound);
  Error error = error_of([&] { io::open_images(files, "in/*.png"); });
  EXPECT_EQ(error.kind, ErrorKind::NotFound);
  EXPECT_EQ(std::string(error.what()), "no file matches `in/*.png`\n  the folder `in` is not there");
  EXPECT_THROW(io::open_images(files, std::vector<std::string>{}), Error);
}

TEST(Images, NameWithBracketsIsAFileWhenItIsThere) {
  SimFiles files;
  save(files, "q[1].png", random_array({2, 3}, DType::UInt8));
  EXPECT_EQ(io::open_images(files, "q[1].png").rank(), 2);
  EXPECT_EQ(io::open_images(files, std::vector<std::string>{"q[1].png"}).shape(), (std::vector<int64_t>{1, 2, 3}));
}

TEST(Images, ExistingOutputsAreRefusedBeforeAnyWork) {
  SimFiles files;
  make_stack(files, 3);
  Array stack = io::open_images(files, "in/*.png");
  save(files, "out/*.png", stack.slice(1, 3));
  auto before = files.contents;
  Error error = error_of([&] { save(files, "out/*.png", stack); });
  EXPECT_EQ(error.kind, ErrorKind::Exists);
  EXPECT_EQ(error.message, "`out/im2.png` is already there (and 1 more of 3 outputs)");
  EXPECT_EQ(files.contents, before);
  SaveOptions overwrite;
  overwrite.overwrite = true;
  save(files, "out/*.png", stack, overwrite);
  EXPECT_EQ(values(io::open_images(files, "out/*.png")), values(stack));
}

TEST(Images, InputsAreNeverOverwritten) {
  SimFiles files;
  make_stack(files, 3);
  SaveOptions overwrite;
  overwrite.overwrite = true;
  Array stack = io::open_images(files, "in/*.png");
  Error error = error_of([&] { save(files, "in/*.png", stack, overwrite); });
  EXPECT_EQ(error.message, "`in/im1.png` is an input of this run and would be overwritten");
  // A second name of the same file.
  files.folders.insert("out");
  files.contents["out/im2.png"] = files.contents["in/im2.png"];
  error = error_of([&] { save(files, "out/*.png", stack, overwrite); });
  EXPECT_EQ(error.message, "`out/im2.png` is an input of this run and would be overwritten");
}

TEST(Images, OutputsMustHaveDifferentNames) {
  SimFiles files;
  make_stack(files, 2);
  Array twice = io::open_images(files, std::vector<std::string>{"in/im1.png", "in/im2.png", "in/im1.png"});
  Error error = error_of([&] { save(files, "out/*.png", twice); });
  EXPECT_EQ(error.message, "frames 0 and 2 would both be written to `out/im1.png`");
  EXPECT_FALSE(files.folders.contains("out"));
  save(files, "out/{n:02d}_{stem}.png", twice);
  EXPECT_TRUE(files.contents.contains("out/02_im1.png"));
}

TEST(Images, StackNeedsAPatternAndAnImageDoesNot) {
  SimFiles files;
  make_stack(files, 2);
  Error error = error_of([&] { save(files, "out.png", io::open_images(files, "in/*.png")); });
  EXPECT_EQ(error.message, "`out.png` names one file, but the array (2, 9, 7) is a stack of 2 frames");
  EXPECT_EQ(error.notes[0],
            "hint: write `out_*.png`: `*` takes the name of the input file, or the number of the frame");
  save(files, "one.png", io::open_images(files, "in/im1.png"));
  save(files, "of_*.png", io::open_images(files, "in/im1.png"));
  EXPECT_TRUE(files.contents.contains("of_im1.png"));
  save(files, "stack_*.png", random_array({2, 4, 5}, DType::UInt8));
  EXPECT_TRUE(files.contents.contains("stack_0001.png"));
}

TEST(Images, ColorsInMemoryAreRecognisedByTheLastAxis) {
  SimFiles files;
  Array color = random_array({5, 6, 3}, DType::UInt8), stack = random_array({2, 5, 6, 4}, DType::UInt8);
  save(files, "c.png", color);
  EXPECT_EQ(io::open_images(files, "c.png").axes(), "YXC");
  EXPECT_EQ(values(io::open_images(files, "c.png")), values(color));
  save(files, "s*.png", stack);
  EXPECT_EQ(io::open_images(files, "s*.png").shape(), stack.shape());
}

TEST(Images, IntegersAreStoredWhenTheyFitAndRefusedWhenTheyDoNot) {
  SimFiles files;
  auto stored = [&](const Array& array) {
    SaveOptions options;
    options.overwrite = true;
    save(files, "x.png", array, options);
    Array back = io::open_images(files, "x.png");
    EXPECT_EQ(values(back), values(array));
    return back.dtype();
  };
  EXPECT_EQ(stored(random_array({4, 4}, DType::Int64, 256)), DType::UInt8);
  EXPECT_EQ(stored(random_array({4, 4}, DType::Int8, 100)), DType::UInt8);
  EXPECT_EQ(stored(random_array({4, 4}, DType::UInt32, 65536)), DType::UInt16);
  EXPECT_EQ(stored(random_array({4, 4}, DType::UInt16, 65536)), DType::UInt16);
  EXPECT_EQ(stored(random_array({4, 4}, DType::UInt16, 10)), DType::UInt16) << "a 16-bit image stays one";
  Error error = error_of([&] { stored(random_array({40, 40}, DType::Int64, 1 << 20)); });
  EXPECT_EQ(error.kind, ErrorKind::Type);
  EXPECT_NE(std::string(error.what()).find(".astype(nf.uint16)"), std::string::npos) << error.what();
  error = error_of([&] { stored(random_array({4, 4}, DType::Float32)); });
  EXPECT_EQ(error.message, "PNG holds integers of 8 or 16 bits; the array is float32");

  // Of a kernel's result the proven range decides, not the values.
  make_stack(files, 1);
  Array mean = array::with_stage(io::open_images(files, "in/im1.png"), test::box_sum(2, 0, 0));
  EXPECT_EQ(stored(mean), DType::UInt8);
  EXPECT_EQ(stored(array::with_stage(io::open_images(files, "in/im1.png"), test::box_sum(2, -1, 1))), DType::UInt16);
  Array wide = array::with_stage(io::open_images(files, "in/im1.png").astype(DType::Int8), test::box_sum(2, 0, 0));
  error = error_of([&] { stored(wide); });
  EXPECT_EQ(error.message, "PNG holds integers of 8 or 16 bits; the array is int64 with values from -128 to 127");
}

TEST(Images, BoolIsStoredAsBlackAndWhite) {
  SimFiles files;
  save(files, "b.png", random_array({6, 7}, DType::Bool, 2));
  for (int64_t value : values(io::open_images(files, "b.png"))) EXPECT_TRUE(value == 0 || value == 255);
}

TEST(Images, FolderIsMadeOrItsTroubleIsToldBeforeAnyWork) {
  SimFiles files;
  make_stack(files, 2);
  Array stack = io::open_images(files, "in/*.png");
  save(files, "new/*.png", stack);
  EXPECT_TRUE(files.folders.contains("new"));
  Error error = error_of([&] { save(files, "far/away/*.png", stack); });
  EXPECT_EQ(error.kind, ErrorKind::NotFound);
  EXPECT_NE(std::string(error.what()).find("mkdir -p far/away"), std::string::npos) << error.what();
  error = error_of([&] { save(files, "in/im1.png/*.png", stack); });
  EXPECT_NE(error.message.find("is not a folder"), std::string::npos) << error.message;
  int64_t reads = files.calls();
  files.fail_at(1, true, "Permission denied", true);
  error = error_of([&] { save(files, "new/*_2.png", stack); });
  EXPECT_EQ(error.message.rfind("nothing can be written to the folder `new`: ", 0), 0u) << error.message;
  EXPECT_LE(files.calls() - reads, 2);
}

TEST(Images, RefusesFormatsItDoesNotWrite) {
  SimFiles files;
  Array image = random_array({4, 4}, DType::UInt8);
  EXPECT_EQ(error_of([&] { save(files, "a.tif", image); }).kind, ErrorKind::Unsupported);
  EXPECT_EQ(error_of([&] { save(files, "a", image); }).kind, ErrorKind::Value);
  EXPECT_EQ(error_of([&] { save(files, "a.png", random_array({4}, DType::UInt8)); }).kind, ErrorKind::Value);
  EXPECT_EQ(error_of([&] { save(files, "a.png", random_array({0, 4}, DType::UInt8)); }).kind, ErrorKind::Value);
  SaveOptions options;
  options.compression = 13;
  EXPECT_EQ(error_of([&] { save(files, "a.png", image, options); }).kind, ErrorKind::Value);
}

TEST(Images, EmptySliceWritesNothing) {
  SimFiles files;
  make_stack(files, 2);
  SaveReport report = io::save_images(files, "out/*.png", io::open_images(files, "in/*.png").slice(1, 1), {});
  EXPECT_EQ(report.files, 0);
  EXPECT_FALSE(files.folders.contains("out"));
}

TEST(Images, DescribeTellsShapeFilesAndBytes) {
  SimFiles files;
  make_stack(files, 3);
  std::string text = describe(io::open_images(files, "in/*.png"));
  for (const char* part : {"shape   (3, 9, 7)\n", "axes    NYX\n", "dtype   uint8\n", "tile    (1, 9, 7)\n",
                           "pixels  189 bytes\n", "files   3: in/im1.png to in/im3.png\n", "format  PNG\n", "on disk "})
    EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
}

}  // namespace
}  // namespace nf
