// Names of outputs: a closed list of fields, read by us, filled per frame.
#include <fmt/format.h>

#include <charconv>

#include "io/io.h"
#include "nearfield/error.h"

namespace nf::io {
namespace {

[[noreturn]] void refuse(const std::string& text, const std::string& why) {
  throw Error(ErrorKind::Value, fmt::format("the output pattern `{}` {}", text, why),
              {"hint: `*` or `{stem}` takes the name of the input file, `{n}` or `{n:04d}` the number of the frame"});
}

/// The width of `04d`; -1 when it cannot be read.
int read_width(std::string_view format) {
  int width = 0;
  if (format == "d") return 0;
  if (format.size() < 3 || format.front() != '0' || format.back() != 'd') return -1;
  auto [end, error] = std::from_chars(format.data() + 1, format.data() + format.size() - 1, width);
  return error == std::errc() && *end == 'd' && width <= 20 ? width : -1;
}

}  // namespace

OutputPattern::OutputPattern(const std::string& text) {
  if (text.empty()) throw Error(ErrorKind::Value, "the output path is empty");
  if (text.find('\0') != std::string::npos) refuse(text, "holds a zero byte");
  std::string literal;
  int stems = 0;
  auto field = [&](Piece piece) {
    if (piece.kind == Piece::Kind::Stem && ++stems > 1) refuse(text, "takes the name of the frame twice");
    if (!literal.empty()) pieces_.push_back({Piece::Kind::Literal, std::exchange(literal, {})});
    pieces_.push_back(std::move(piece));
    names_many_ = true;
  };
  size_t name_begin = text.rfind('/') + 1;
  for (size_t i = 0; i < text.size(); ++i) {
    bool is_field = text[i] == '*' || text[i] == '{';
    if ((text[i] == '{' || text[i] == '}') && i + 1 < text.size() && text[i + 1] == text[i]) {
      literal += text[i++];
    } else if (text[i] == '}') {
      refuse(text, "has a `}` without its `{`");
    } else if (!is_field) {
      literal += text[i];
    } else if (i < name_begin) {
      refuse(text, "has a field in the name of a folder; all outputs of a run go to one folder");
    } else if (text[i] == '*') {
      field({Piece::Kind::Stem});
    } else {
      size_t end = text.find('}', i);
      if (end == std::string::npos) refuse(text, "has a `{` without its `}`");
      std::string_view inside = std::string_view(text).substr(i + 1, end - i - 1);
      std::string_view name = inside.substr(0, inside.find(':'));
      int width = name.size() == inside.size() ? 0 : read_width(inside.substr(name.size() + 1));
      if (name == "n" && width >= 0)
        field({Piece::Kind::Number, "", width});
      else if (inside == "stem")
        field({Piece::Kind::Stem});
      else
        refuse(text, fmt::format("has the field `{{{}}}`, which stands for nothing", inside));
      i = end;
    }
  }
  if (!literal.empty()) pieces_.push_back({Piece::Kind::Literal, std::move(literal)});
}

std::string OutputPattern::path(const std::string& stem, int64_t number) const {
  std::string path;
  for (const Piece& piece : pieces_) {
    switch (piece.kind) {
      case Piece::Kind::Literal: path += piece.literal; break;
      case Piece::Kind::Stem: path += stem.empty() ? fmt::format("{:04}", number) : stem; break;
      case Piece::Kind::Number: path += fmt::format("{:0{}}", number, piece.width); break;
    }
  }
  return path;
}

}  // namespace nf::io
