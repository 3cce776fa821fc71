// imread and imsave: from paths to a run and back, with everything that can be refused refused before any work.
#include <fmt/format.h>

#include <set>
#include <unordered_map>
#include <unordered_set>

#include "array/array.h"
#include "io/image_sink.h"
#include "io/image_source.h"
#include "io/io.h"
#include "io/png/png.h"
#include "nearfield/error.h"

namespace nf::io {
namespace {

constexpr int kDefaultLevel = 1;

std::string lower_extension(const std::string& path) {
  std::string name = file_name(path), extension = name.substr(stem_of(path).size());
  for (char& c : extension) c = char(std::tolower((unsigned char)c));
  return extension;
}

void check_format(const std::string& path) {
  std::string extension = lower_extension(path);
  if (extension == ".png") return;
  if (extension.empty())
    throw Error(ErrorKind::Value, fmt::format("`{}` has no extension that names a format", path),
                {"hint: write `.png`"});
  throw Error(ErrorKind::Unsupported, fmt::format("`{}`: images are written as PNG, not as `{}`", path, extension),
              {"hint: write `.png`"});
}

/// Axes of a frame as an image: (height, width) or (height, width, channels).
void check_frame(const array::ArrayType& type, const std::string& path) {
  std::vector<int64_t> frame = type.frame_shape();
  auto refuse = [&](const std::string& why, std::vector<std::string> hints = {}) {
    throw Error(ErrorKind::Value, fmt::format("`{}` cannot be written: {}", path, why), std::move(hints));
  };
  if (frame.size() != size_t(2 + type.has_channels()))
    refuse(fmt::format("frames {} of the array {} are not images", array::shape_text(frame),
                       array::shape_text(type.shape)));
  if (type.channels() > 4) refuse(fmt::format("an image has 1 to 4 channels, not {}", type.channels()));
  if (frame[0] == 0 || frame[1] == 0 || type.channels() == 0)
    refuse(fmt::format("an image {} has no pixels", array::shape_text(frame)));
  if (frame[0] > INT32_MAX || frame[1] > INT32_MAX)
    refuse(fmt::format("an image {} is too large for PNG", array::shape_text(frame)));
}

/// An array in memory has no axis names: where one image is asked for and the last axis is 3 or 4 long, those are
/// channels.
Array with_channels(const Array& array, bool many) {
  const array::Node& node = *array::node_of(array);
  size_t rank = node.type.shape.size();
  bool unnamed = std::holds_alternative<array::FromMemory>(node.op) && !node.type.has_channels();
  if (!unnamed || rank != (many ? 4u : 3u) || (node.type.shape.back() != 3 && node.type.shape.back() != 4))
    return array;
  array::Node named = node;
  named.type.axes = many ? "NYXC" : "YXC";
  return Array(std::make_shared<const array::Node>(std::move(named)));
}

/// The paths of all frames; no two are equal.
std::vector<std::string> output_paths(const OutputPattern& pattern, const std::string& text, const Array& array) {
  int64_t frames = array::node_of(array)->type.frames();
  if (!pattern.names_many()) {
    if (!array::node_of(array)->type.is_stack()) return {pattern.path("", 0)};
    std::string name = file_name(text), stem = stem_of(text);
    std::string folder = text.substr(0, text.size() - name.size());
    throw Error(ErrorKind::Value,
                fmt::format("`{}` names one file, but the array {} is a stack of {} frames", text,
                            array::shape_text(array::node_of(array)->type.shape), frames),
                {fmt::format("hint: write `{}{}_*{}`: `*` takes the name of the input file, or the number of the frame",
                             folder, stem, name.substr(stem.size()))});
  }
  std::vector<std::string> paths;
  std::unordered_map<std::string, int64_t> taken;
  for (int64_t i = 0; i < frames; ++i) {
    array::FrameName frame = array::frame_name(array, i);
    paths.push_back(pattern.path(frame.stem, frame.index));
    auto [before, is_new] = taken.emplace(paths.back(), i);
    if (!is_new)
      throw Error(ErrorKind::Value,
                  fmt::format("frames {} and {} would both be written to `{}`", before->second, i, paths.back()),
                  {"hint: `{n:04d}` in the output pattern takes the number of the frame"});
  }
  return paths;
}

/// Makes the folder if only its last component is missing, and makes sure that files can be created in it.
void prepare_folder(Files& files, const std::string& path) {
  std::string folder = folder_of(path);
  FileStatus status = files.status(folder);
  if (status.exists && !status.is_directory)
    throw Error(ErrorKind::Io, fmt::format("`{}` cannot be written: `{}` is not a folder", path, folder));
  if (!status.exists) {
    if (!files.status(folder_of(folder)).is_directory)
      throw Error(ErrorKind::NotFound,
                  fmt::format("the folder `{}` for the output is not there, nor the one it would be in", folder),
                  {fmt::format("hint: mkdir -p {}", folder)});
    files.make_directory(folder);
  }
  probe_folder(files, folder, path);
}

/// The outputs that are there already.
std::vector<std::string> existing(Files& files, const std::vector<std::string>& paths) {
  std::unordered_set<std::string> names;
  if (!paths.empty())  // all go to one folder: one listing instead of a question for each
    for (std::string& name : files.list(folder_of(paths[0]))) names.insert(std::move(name));
  std::vector<std::string> there;
  for (const std::string& path : paths)
    if (names.contains(file_name(path))) there.push_back(path);
  return there;
}

void check_existing(Files& files, const std::vector<std::string>& paths, const Array& array, bool overwrite) {
  std::vector<std::string> there = existing(files, paths);
  if (there.empty()) return;
  if (!overwrite) {
    std::string more =
        there.size() > 1 ? fmt::format(" (and {} more of {} outputs)", there.size() - 1, paths.size()) : "";
    throw Error(ErrorKind::Exists, fmt::format("`{}` is already there{}", there[0], more),
                {"hint: overwrite=True (--overwrite) replaces outputs"});
  }
  // A frame may be read after another one was written, so no output may be an input, whatever the two paths look like.
  std::set<std::pair<uint64_t, uint64_t>> inputs;
  for (const array::Node* leaf : array::leaves(array))
    if (auto* source = std::get_if<array::FromSource>(&leaf->op))
      for (const std::string& input : source_paths(*source->source)) {
        FileStatus status = files.status(input);
        if (status.exists) inputs.emplace(status.device, status.inode);
      }
  for (const std::string& path : there) {
    FileStatus status = files.status(path);
    if (status.is_directory) throw Error(ErrorKind::Io, fmt::format("`{}` cannot be written: it is a folder", path));
    if (status.exists && inputs.contains({status.device, status.inode}))
      throw Error(ErrorKind::Value, fmt::format("`{}` is an input of this run and would be overwritten", path),
                  {"hint: write to another folder, and move the files afterwards"});
  }
}

}  // namespace

Array open_images(Files& files, const std::string& path_or_pattern) {
  if (path_or_pattern.empty()) throw Error(ErrorKind::Value, "the path of the image is empty");
  // A file may be called `a[1].png`: what is there under its own name is meant.
  if (!has_wildcard(path_or_pattern) || files.status(path_or_pattern).exists)
    return array::from_source(open_image_source(files, {path_or_pattern}, false));
  std::vector<std::string> paths = glob(files, path_or_pattern);
  if (paths.empty()) {
    std::string folder = folder_of(path_or_pattern);
    std::vector<std::string> hints;
    if (!has_wildcard(folder))
      hints.push_back(files.status(folder).is_directory ? fmt::format("the folder `{}` is there", folder)
                                                        : fmt::format("the folder `{}` is not there", folder));
    throw Error(ErrorKind::NotFound, fmt::format("no file matches `{}`", path_or_pattern), std::move(hints));
  }
  return array::from_source(open_image_source(files, std::move(paths), true));
}

Array open_images(Files& files, const std::vector<std::string>& paths) {
  if (paths.empty()) throw Error(ErrorKind::Value, "the list of images is empty");
  return array::from_source(open_image_source(files, paths, true));
}

SaveReport save_images(Files& files, const std::string& path_or_pattern, const Array& array,
                       const SaveOptions& options) {
  if (options.compression < -1 || options.compression > 12)
    throw Error(ErrorKind::Value, fmt::format("compression={} is not a level of 0 to 12", options.compression));
  OutputPattern pattern(path_or_pattern);
  check_format(path_or_pattern);
  Array stored = as_stored(with_channels(array, pattern.names_many()));
  const array::ArrayType& type = array::node_of(stored)->type;
  check_frame(type, path_or_pattern);
  std::vector<std::string> paths = output_paths(pattern, path_or_pattern, stored);

  std::vector<int64_t> frame = type.frame_shape();
  int64_t scratch = png::encode_scratch(frame[0], type.frame_bytes() / frame[0]);
  array::Plan plan = array::plan_run(stored, options, scratch, false);
  SaveReport report;
  report.planned_memory = plan.planned_memory;
  if (paths.empty()) return report;
  prepare_folder(files, paths[0]);
  check_existing(files, paths, stored, options.overwrite);

  ImageSink sink(files, std::move(paths), options.overwrite,
                 options.compression < 0 ? kDefaultLevel : options.compression);
  Progress done = array::run(stored, plan, options, sink);
  report.files = sink.files_written(), report.frames = done.frames_done;
  report.bytes_in = done.bytes_in, report.bytes_out = done.bytes_out, report.seconds = done.seconds;
  return report;
}

}  // namespace nf::io

namespace nf {

std::vector<std::string> image_files(const Array& array) {
  const auto* source = std::get_if<array::FromSource>(&array::node_of(array)->op);
  return source ? io::source_paths(*source->source) : std::vector<std::string>();
}

Array imread(const std::string& path_or_pattern) { return io::open_images(system_files(), path_or_pattern); }
Array imread(const std::vector<std::string>& paths) { return io::open_images(system_files(), paths); }

SaveReport imsave(const std::string& path_or_pattern, const Array& array, const SaveOptions& options) {
  return io::save_images(system_files(), path_or_pattern, array, options);
}

}  // namespace nf
