// Names: natural order, wildcards, patterns of outputs.
#include <gtest/gtest.h>

#include "io/io.h"
#include "nearfield/error.h"
#include "support/sim_files.h"

namespace nf::io {
namespace {

TEST(NaturalOrder, ComparesRunsOfDigitsAsNumbers) {
  std::vector<std::string> ordered = {"a/z2",
                                      "a-b",
                                      "im",
                                      "im1",
                                      "im01",
                                      "im2",
                                      "im10",
                                      "im10a",
                                      "im10b",
                                      "im0011",
                                      "im12",
                                      "imx",
                                      "t1z9",
                                      "t1z10",
                                      "t2z1",
                                      "x99999999999999999999",
                                      "x100000000000000000000"};
  // im01 and im1 are equal as numbers: then the bytes decide.
  std::swap(ordered[3], ordered[4]);
  for (size_t i = 0; i < ordered.size(); ++i)
    for (size_t j = 0; j < ordered.size(); ++j)
      EXPECT_EQ(natural_less(ordered[i], ordered[j]), i < j) << ordered[i] << " " << ordered[j];
}

TEST(Glob, FollowsTheShellInNaturalOrder) {
  test::SimFiles files;
  for (const char* path : {"im10.png", "im2.png", "im1.png", ".im3.png", "imx.tif", "in/a/s1.png", "in/b/s1.png",
                           "in/b/s2.jpg", "/data/v-1.png", "q[1].png", "q1.png", "a-b.png"})
    files.contents[path] = std::make_shared<test::SimFiles::Bytes>();
  files.folders.insert({"in", "in/a", "in/b", "/data"});
  using Found = std::vector<std::string>;
  EXPECT_EQ(glob(files, "im*.png"), (Found{"im1.png", "im2.png", "im10.png"}));
  EXPECT_EQ(glob(files, "im?.png"), (Found{"im1.png", "im2.png"}));
  EXPECT_EQ(glob(files, "im[2-9].png"), (Found{"im2.png"}));
  EXPECT_EQ(glob(files, "im[!0-9]*"), (Found{"imx.tif"}));
  EXPECT_EQ(glob(files, "*m*.png"), (Found{"im1.png", "im2.png", "im10.png"}));
  EXPECT_EQ(glob(files, ".im*"), (Found{".im3.png"}));
  EXPECT_EQ(glob(files, "/data/v*.png"), (Found{"/data/v-1.png"}));
  EXPECT_EQ(glob(files, "q[[]1].png"), (Found{"q[1].png"}));
  EXPECT_EQ(glob(files, "a[b-]b.png"), (Found{"a-b.png"}));
  EXPECT_EQ(glob(files, "a[b-.png"), (Found{}));
  EXPECT_EQ(glob(files, "none*.png"), (Found{}));
  EXPECT_EQ(glob(files, "none*/x.png"), (Found{}));
  EXPECT_EQ(glob(files, "none/*.png"), (Found{}));
}

TEST(Glob, FoldersMayHaveWildcards) {
  test::SimFiles files;
  for (const char* path : {"in/a/s1.png", "in/b/s1.png", "in/b/t1.png"})
    files.contents[path] = std::make_shared<test::SimFiles::Bytes>();
  files.folders.insert({"in", "in/a", "in/b"});
  // The folders of this double are not listed, so the wildcard stands in the file name only.
  EXPECT_EQ(glob(files, "in/b/*1.png"), (std::vector<std::string>{"in/b/s1.png", "in/b/t1.png"}));
}

TEST(Glob, ManyStarsTakeNoExponentialTime) {
  test::SimFiles files;
  files.contents[std::string(200, 'a')] = std::make_shared<test::SimFiles::Bytes>();
  std::string pattern;
  for (int i = 0; i < 60; ++i) pattern += "*a";
  EXPECT_TRUE(glob(files, pattern + "b").empty());
  EXPECT_EQ(glob(files, pattern).size(), 1u);
}

TEST(OutputPattern, FillsNameAndNumber) {
  EXPECT_EQ(OutputPattern("out/*.png").path("im7", 3), "out/im7.png");
  EXPECT_EQ(OutputPattern("out/*.png").path("", 3), "out/0003.png");
  EXPECT_EQ(OutputPattern("out/s_{stem}_{n:03d}.png").path("a", 12), "out/s_a_012.png");
  EXPECT_EQ(OutputPattern("{n}.png").path("a", 12), "12.png");
  EXPECT_EQ(OutputPattern("{{n}}.png").path("a", 12), "{n}.png");
  EXPECT_FALSE(OutputPattern("{{n}}.png").names_many());
  EXPECT_FALSE(OutputPattern("out/plain.png").names_many());
  EXPECT_TRUE(OutputPattern("out/{n}.png").names_many());
}

TEST(OutputPattern, RefusesWhatItCannotRead) {
  for (const char* text : {"", "out/*_*.png", "{stem}*.png", "{z}.png", "{n:4}.png", "{n:04x}.png", "{n:099d}.png",
                           "{n.__class__}.png", "{n!r}.png", "{.png", "}.png", "*/a.png", "{n}/a.png"})
    EXPECT_THROW(OutputPattern{text}, Error) << text;
  EXPECT_THROW(OutputPattern{std::string("a\0b.png", 7)}, Error);
}

}  // namespace
}  // namespace nf::io
