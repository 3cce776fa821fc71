// A small reader for the two notations of gufuncs: core dimensions and type signatures.
#include "types/signature.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "nearfield/error.h"

namespace nf::types {
namespace {

/// Reads a text token by token; white space means nothing.
class Reader {
 public:
  Reader(std::string_view text, const char* what, const char* example) : text_(text), what_(what), example_(example) {}

  bool accept(std::string_view token) {
    skip_space();
    if (text_.substr(at_, token.size()) != token) return false;
    at_ += token.size();
    return true;
  }
  void expect(std::string_view token) {
    if (!accept(token)) fail(fmt::format("`{}`", token));
  }
  bool at_end() {
    skip_space();
    return at_ == text_.size();
  }
  /// Letters, digits and underscores; empty when something else stands here.
  std::string_view word() {
    skip_space();
    size_t begin = at_;
    while (at_ < text_.size() && (std::isalnum(uint8_t(text_[at_])) || text_[at_] == '_')) ++at_;
    return text_.substr(begin, at_ - begin);
  }
  size_t place() const { return at_; }
  [[noreturn]] void fail(const std::string& wanted) {
    skip_space();
    std::string seen = at_ < text_.size() ? fmt::format("`{}`", text_.substr(at_, 1)) : "the end";
    fail_with(fmt::format("at column {} it has {} where {} should be", at_ + 1, seen, wanted));
  }
  [[noreturn]] void fail_with(const std::string& why) const {
    throw Error(ErrorKind::Value, fmt::format("`{}` is not a {}: {}", text_, what_, why),
                {fmt::format("write it like \"{}\"", example_)});
  }

 private:
  void skip_space() {
    while (at_ < text_.size() && std::isspace(uint8_t(text_[at_]))) ++at_;
  }
  std::string_view text_;
  const char* what_;
  const char* example_;
  size_t at_ = 0;
};

Reader type_reader(std::string_view text) { return {text, "type", "uint8[:, :]"}; }
Reader signature_reader(std::string_view text) { return {text, "signature of types", "void(float64[:], float64[:])"}; }

/// `(n, m)`.
std::vector<std::string> core_dimensions(Reader& reader) {
  std::vector<std::string> names;
  reader.expect("(");
  if (reader.accept(")")) return names;
  do {
    std::string_view name = reader.word();
    if (name.empty()) reader.fail("the name of a dimension");
    bool number = std::isdigit(uint8_t(name[0]));
    if (number && (name.find_first_not_of("0123456789") != name.npos || name.size() > 9 || name == "0"))
      reader.fail_with(fmt::format("`{}` is neither a name nor a size", name));
    const bool optional = reader.accept("?");
    if (optional && number) reader.fail_with(fmt::format("the size `{}` cannot be optional", name));
    names.push_back(std::string(name) + (optional ? "?" : ""));
  } while (reader.accept(","));
  reader.expect(")");
  return names;
}

std::vector<std::vector<std::string>> operands(Reader& reader) {
  std::vector<std::vector<std::string>> list;
  do list.push_back(core_dimensions(reader));
  while (reader.accept(","));
  return list;
}

SignatureType type_named(Reader& reader, std::string_view name) {
  if (name.empty()) reader.fail("the name of a type");
  std::optional<DType> dtype = dtype_named(name);
  if (!dtype) reader.fail_with(fmt::format("there is no type `{}`", name));
  SignatureType type{*dtype, 0, false};
  if (!reader.accept("[")) return type;
  do {
    reader.expect(":");
    bool last_contiguous = reader.accept(":");
    if (last_contiguous) reader.expect("1");
    type.contiguous = last_contiguous;  // `::1` on the last axis means C order; on the first, any order is taken
    if (++type.rank > kMaxRank) reader.fail_with(fmt::format("arrays have at most {} dimensions", kMaxRank));
  } while (reader.accept(","));
  reader.expect("]");
  return type;
}

/// Types up to a closing parenthesis or the end; like a tuple of Python's, they may end with a comma.
std::vector<SignatureType> type_list(Reader& reader) {
  std::vector<SignatureType> types;
  do {
    std::string_view name = reader.word();
    if (name.empty() && !types.empty()) break;
    types.push_back(type_named(reader, name));
  } while (reader.accept(","));
  return types;
}

std::string joined(const std::vector<SignatureType>& types) {
  std::string text;
  for (const SignatureType& type : types) text += (text.empty() ? "" : ", ") + to_string(type);
  return text;
}

}  // namespace

namespace {

/// A dimension that may be missing may be so everywhere.
void check_optional(const Reader& reader, const GufuncLayout& layout) {
  auto has = [&](const std::string& name) {
    auto in = [&](const auto& groups) {
      return std::any_of(groups.begin(), groups.end(),
                         [&](const auto& group) { return std::find(group.begin(), group.end(), name) != group.end(); });
    };
    return in(layout.inputs) || in(layout.outputs);
  };
  for (const auto* groups : {&layout.inputs, &layout.outputs})
    for (const auto& group : *groups)
      for (const std::string& name : group)
        if (name.back() == '?' && has(name.substr(0, name.size() - 1)))
          reader.fail_with(
              fmt::format("`{}` is optional at one place and not at another", name.substr(0, name.size() - 1)));
}

}  // namespace

GufuncLayout parse_layout(std::string_view text) {
  Reader reader(text, "gufunc layout", "(n,m),(m)->(n)");
  GufuncLayout layout;
  layout.inputs = operands(reader);
  if (reader.accept("->") && !reader.at_end()) layout.outputs = operands(reader);
  if (!reader.at_end()) reader.fail("`,` or `->`");
  check_optional(reader, layout);
  return layout;
}

SignatureType parse_type(std::string_view text) {
  Reader reader = type_reader(text);
  SignatureType type = type_named(reader, reader.word());
  if (!reader.at_end()) reader.fail("the end");
  return type;
}

Signature parse_signature(std::string_view text) {
  Reader reader = signature_reader(text);
  Signature signature;
  bool arguments_only = reader.accept("(");  // "(f8[:], f8[:])"
  std::string_view first = arguments_only ? std::string_view() : reader.word();
  bool is_void = first == "void" || first == "none";
  if (is_void && !reader.accept("(")) reader.fail("`(`");
  if (!is_void && !arguments_only) {
    SignatureType type = type_named(reader, first);
    if (!reader.accept("(")) {  // no result: "f8[:], f8[:]"
      signature.args.push_back(type);
      if (reader.accept(",")) {
        std::vector<SignatureType> rest = type_list(reader);
        signature.args.insert(signature.args.end(), rest.begin(), rest.end());
      }
      if (!reader.at_end()) reader.fail("`,` or the end");
      return signature;
    }
    signature.result = type;
  }
  if (!reader.accept(")")) {
    signature.args = type_list(reader);
    reader.expect(")");
  }
  if (!reader.at_end()) reader.fail("the end");
  return signature;
}

void check_against_layout(const Signature& signature, const GufuncLayout& layout) {
  size_t count = layout.inputs.size() + layout.outputs.size();
  auto refuse = [&](const std::string& why, const std::string& hint) {
    throw Error(ErrorKind::Type,
                fmt::format("the types `{}` do not belong to the layout `{}`: {}", to_string(signature),
                            to_string(layout), why),
                {hint});
  };
  if (signature.args.size() != count)
    refuse(fmt::format("it has {} operands, and there are {} types", count, signature.args.size()),
           "write one type for each input and each output");
  for (size_t i = 0; i < count; ++i) {
    bool output = i >= layout.inputs.size();
    int core = int((output ? layout.outputs[i - layout.inputs.size()] : layout.inputs[i]).size());
    const SignatureType& type = signature.args[i];
    if (core == 0 && !output && type.rank == 0) continue;
    if (core == 0 && output && type.rank == 0)
      refuse(fmt::format("output `{}` is a scalar, which cannot be written to", to_string(type)),
             fmt::format("write `{}[:]`, and assign to its element [0]", to_string(type)));
    if (type.rank != std::max(core, 1))
      refuse(fmt::format("operand {} has {} core dimension{}, and `{}` has {}", i + 1, core, core == 1 ? "" : "s",
                         to_string(type), type.rank),
             "give each type as many `:` as its operand has core dimensions");
  }
}

std::string to_string(const GufuncLayout& layout) {
  auto side = [](const std::vector<std::vector<std::string>>& operands) {
    std::string text;
    for (const auto& names : operands) text += fmt::format("{}({})", text.empty() ? "" : ",", fmt::join(names, ","));
    return text;
  };
  return side(layout.inputs) + "->" + side(layout.outputs);
}

std::string to_string(const SignatureType& type) {
  std::string text(name_of(type.dtype));
  for (int d = 0; d < type.rank; ++d)
    text += fmt::format("{}{}", d ? ", " : "[", type.contiguous && d == type.rank - 1 ? "::1" : ":");
  return type.rank ? text + "]" : text;
}

std::string to_string(const Signature& signature) {
  return fmt::format("{}({})", signature.result ? to_string(*signature.result) : "void", joined(signature.args));
}

}  // namespace nf::types
