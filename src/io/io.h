// Front door of `io`: image files as sources and sinks of frames. In: paths and patterns. Out: lazy arrays, and files
// that appear whole under their final names or not at all. It computes nothing.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "nearfield/io.h"

namespace nf::io {

/// `imread` over any files.
Array open_images(Files& files, const std::string& path_or_pattern);
Array open_images(Files& files, const std::vector<std::string>& paths);
/// `imsave` over any files.
SaveReport save_images(Files& files, const std::string& path_or_pattern, const Array& array,
                       const SaveOptions& options);

/// True when `text` has a wildcard: `*`, `?` or `[`.
bool has_wildcard(std::string_view text);
/// The paths that match, in natural order. `*` and `?` stand for characters of one component, `[a-z]` and `[!a-z]` for
/// one; a leading dot must be written. No match is an empty list.
std::vector<std::string> glob(Files& files, const std::string& pattern);
/// True when `a` comes before `b` in the order of people: im2 before im10.
bool natural_less(std::string_view a, std::string_view b);

/// The last component of a path, the part before it, and the last component without its extension.
std::string file_name(const std::string& path);
std::string folder_of(const std::string& path);
std::string stem_of(const std::string& path);

/// How an image is stored, or why it cannot be: the array with its frames cast to 8 or 16 bits.
Array as_stored(const Array& array);

/// A pattern for the names of outputs: literal text with at most one `*` or `{stem}`, and `{n}` or `{n:04d}`.
class OutputPattern {
 public:
  /// Throws Error (Value) that marks what cannot be read.
  explicit OutputPattern(const std::string& text);
  /// False: it names one file.
  bool names_many() const { return names_many_; }
  /// The path for frame `number`, which its source calls `stem` (may be empty).
  std::string path(const std::string& stem, int64_t number) const;

 private:
  struct Piece {
    enum class Kind { Literal, Stem, Number } kind = Kind::Literal;
    std::string literal;
    int width = 0;
  };
  std::vector<Piece> pieces_;
  bool names_many_ = false;
};

}  // namespace nf::io
