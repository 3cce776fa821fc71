// Golden stages of `ir`: text round trip, the verifier, ranges, and the interpreter on inputs written in the run line.
#include <fmt/format.h>

#include "golden/stage.h"
#include "ir/elements.h"
#include "ir/interpret.h"
#include "ir/ir.h"
#include "ir/scanner.h"
#include "ir/text.h"

namespace nf::golden {
namespace {

ir::Module read(const Input& input) { return ir::parse_ir(input.text); }

std::string print_again(const Input& input) {
  std::string text = ir::print(read(input));
  return ir::print(ir::parse_ir(text)) == text ? text : "the text does not read back to itself:\n" + text;
}

std::string verify(const Input& input) {
  ir::Module module = read(input);
  try {
    ir::verify(module);
  } catch (const Error& error) {
    // Without the place in our source, which moves.
    return error.message.substr(0, error.message.rfind(" (")) + "\n";
  }
  return "well-formed\n";
}

// An argument of a run line: `int64:5`, or an array `uint8[2,3]:0,1,2,3,4,5`.
struct OwnedArgument {
  std::vector<std::byte> data;
  Argument argument;
};

std::vector<Scalar> read_scalars(ir::Scanner& in, DType dtype) {
  std::vector<Scalar> list;
  if (in.at_end()) return list;
  do list.push_back(in.scalar(dtype));
  while (in.accept(","));
  return list;
}

void read_argument(const std::string& text, OwnedArgument& to) {
  ir::Scanner in(text);
  DType dtype = in.dtype();
  std::vector<int64_t> shape;
  bool is_array = in.accept("[");
  for (bool more = is_array && !in.accept("]"); more; more = !in.accept("]")) {
    if (!shape.empty()) in.expect(",");
    shape.push_back(in.integer(0, 1000));
  }
  in.expect(":");
  std::vector<Scalar> values = read_scalars(in, dtype);
  if (!is_array) {
    to.argument = values.at(0);
    return;
  }
  for (Scalar value : values) {
    const std::byte* bytes = reinterpret_cast<const std::byte*>(&value.bits);
    to.data.insert(to.data.end(), bytes, bytes + size_of(dtype));
  }
  View view = View::contiguous(to.data.data(), dtype, shape.data(), int(shape.size()));
  if (view.size() != int64_t(values.size())) in.fail("{} elements for {}", values.size(), view.size());
  to.argument = view;
}

void rows(const View& view, int axis, std::array<int64_t, kMaxRank>& index, std::string& text) {
  if (axis == view.rank) {
    text += ir::scalar_text(ir::read_element(view, index));
    return;
  }
  text += "[";
  for (index[axis] = 0; index[axis] < view.shape[axis]; ++index[axis]) {
    if (index[axis] > 0) text += ", ";
    rows(view, axis + 1, index, text);
  }
  text += "]";
}

std::string value_text(const ir::Value& value) {
  if (const Scalar* scalar = std::get_if<Scalar>(&value.data))
    return fmt::format("{} {}", name_of(scalar->dtype), ir::scalar_text(*scalar));
  if (const ir::OwnedArray* array = std::get_if<ir::OwnedArray>(&value.data)) {
    std::string text = std::string(name_of(array->view.dtype)) + " ";
    std::array<int64_t, kMaxRank> index{};
    rows(array->view, 0, index, text);
    return text;
  }
  std::string text;
  for (const ir::Value& item : std::get<std::vector<ir::Value>>(value.data))
    text += (text.empty() ? "(" : ", ") + value_text(item);
  return text + ")";
}

// Results, then what the argument arrays hold when the run changed one.
std::string interpret(const Input& input) {
  ir::Module module = read(input);
  ir::verify(module);
  std::vector<OwnedArgument> owned(input.args.size());
  std::vector<Argument> args;
  for (size_t i = 0; i < owned.size(); ++i) {
    read_argument(input.args[i], owned[i]);
    args.push_back(owned[i].argument);
  }
  std::vector<std::vector<std::byte>> before;
  for (const OwnedArgument& argument : owned) before.push_back(argument.data);
  ir::Outcome outcome = ir::interpret(module, args, {}, {1000000, 1 << 20});
  std::string text;
  if (outcome.raised) {
    const ir::Site& site = module.sites[outcome.raised];
    text += "raises " + site.exception + ": " + site.message;
    for (Scalar value : outcome.raised_values) text += " | " + ir::scalar_text(value);
    text += "\n";
  }
  for (const ir::Value& result : outcome.results) text += value_text(result) + "\n";
  for (size_t i = 0; i < owned.size(); ++i)
    if (owned[i].data != before[i])
      text += fmt::format("{} is now {}\n", module.functions[0].params[i].name,
                          value_text({ir::OwnedArray{nullptr, std::get<View>(args[i])}}));
  return text.empty() ? "nothing\n" : text;
}

// Each integer instruction behind its range.
std::string ranges(const Input& input) {
  ir::Module module = read(input);
  ir::verify(module);
  std::string text;
  for (const ir::Function& function : module.functions) {
    Table<ir::Inst, ir::Range> table = ir::analyse_ranges(function);
    for (uint32_t i = 0; i < function.insts.size(); ++i) {
      const ir::Inst& inst = function[ir::InstId{i}];
      if (!inst.type.is_scalar() || is_float(inst.type.dtype()) || std::holds_alternative<ir::Slot>(inst.op)) continue;
      ir::Range range = table[ir::InstId{i}];
      text += fmt::format("{}    {}..{}\n", ir::print(function, {i}), range.lo, range.hi);
    }
  }
  return text;
}

const Register registered[] = {{"ir", print_again}, {"verify", verify}, {"interpret", interpret}, {"ranges", ranges}};

}  // namespace
}  // namespace nf::golden
