// One file, one frame: what the first file announces is what all must hold.
#include "io/image_source.h"

#include <fmt/format.h>

#include <array>
#include <cstring>

#include "io/png/png.h"
#include "nearfield/error.h"

namespace nf::io {
namespace {

/// The name of a format that is known but not read; empty for others.
std::string_view other_format(std::span<const std::byte> head) {
  auto begins = [&](std::string_view magic) {
    return head.size() >= magic.size() && std::memcmp(head.data(), magic.data(), magic.size()) == 0;
  };
  using namespace std::string_view_literals;
  if (begins("II*\0"sv) || begins("MM\0*"sv) || begins("II+\0"sv) || begins("MM\0+"sv)) return "TIFF";
  if (begins("\xFF\xD8\xFF"sv)) return "JPEG";
  if (begins("GIF8"sv)) return "GIF";
  if (begins("BM"sv)) return "BMP";
  if (begins("\x93NUMPY"sv)) return "NPY";
  if (begins("RIFF"sv)) return "WebP";
  return "";
}

void check_format(File& file, const std::string& path) {
  std::array<std::byte, 8> head;
  size_t got = file.read_at(0, head);
  if (png::has_signature(std::span(head).first(got))) return;
  std::string_view format = other_format(std::span(head).first(got));
  if (!format.empty())
    throw Error(ErrorKind::Unsupported, fmt::format("`{}` is a {} file; images are read from PNG files", path, format),
                {"hint: convert it to PNG first"});
}

png::Info read_info(Files& files, const std::string& path, std::unique_ptr<File>& file) {
  file = files.open(path);
  check_format(*file, path);
  return png::read_info(*file, path);
}

class ImageSource final : public array::Source {
 public:
  ImageSource(Files& files, std::vector<std::string> paths, bool is_stack) : files_(files), paths_(std::move(paths)) {
    std::unique_ptr<File> file;
    first_ = read_info(files_, paths_[0], file);
    type_.dtype = first_.dtype;
    type_.shape = first_.shape();
    type_.axes = first_.channels > 1 ? "YXC" : "YX";
    if (is_stack) type_.shape.insert(type_.shape.begin(), int64_t(paths_.size())), type_.axes.insert(0, "N");
  }

  const array::ArrayType& type() const override { return type_; }

  void read(int64_t i, const View& into) const override {
    const std::string& path = paths_[size_t(i)];
    std::unique_ptr<File> file;
    png::Info info = read_info(files_, path, file);
    if (info.shape() != first_.shape() || info.dtype != first_.dtype)
      throw Error(ErrorKind::Io,  // the files are at fault, not the values that the program gave
                  fmt::format("`{}` is {} {}, but `{}`, the first of the stack, is {} {}", path,
                              array::shape_text(info.shape()), name_of(info.dtype), paths_[0],
                              array::shape_text(first_.shape()), name_of(first_.dtype)),
                  {"hint: images of one stack have one shape and dtype; choose the files that fit together"});
    png::decode(*file, path, info, into);
  }

  std::string name(int64_t i) const override { return paths_[size_t(i)]; }
  std::string stem(int64_t i) const override { return stem_of(paths_[size_t(i)]); }
  int64_t scratch_bytes() const override { return png::decode_scratch(first_); }

  std::vector<std::string> describe() const override {
    uint64_t disk = 0;
    for (const std::string& path : paths_) disk += files_.status(path).size;
    std::vector<std::string> lines = {
        "format  PNG",
        paths_.size() == 1 ? fmt::format("file    {}", paths_[0])
                           : fmt::format("files   {}: {} to {}", paths_.size(), paths_[0], paths_.back()),
        fmt::format("on disk {}", array::format_bytes(int64_t(disk)))};
    return lines;
  }

  const std::vector<std::string>& paths() const { return paths_; }

 private:
  Files& files_;
  std::vector<std::string> paths_;
  png::Info first_;
  array::ArrayType type_;
};

}  // namespace

std::shared_ptr<const array::Source> open_image_source(Files& files, std::vector<std::string> paths, bool is_stack) {
  return std::make_shared<const ImageSource>(files, std::move(paths), is_stack);
}

const std::vector<std::string>& source_paths(const array::Source& source) {
  static const std::vector<std::string> none;
  auto* images = dynamic_cast<const ImageSource*>(&source);
  return images ? images->paths() : none;
}

}  // namespace nf::io
