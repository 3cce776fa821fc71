// PTX text is read into closures, one for each instruction; a thread is a list of registers and a position.
#include "gpu/ptx_machine.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <stdexcept>

namespace nf::test {
namespace {

using Word = uint64_t;
using Wide = __int128;

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error("PTX: " + what); }

/// ".u16", ".f64", ".b8", ".pred"
struct PtxType {
  char kind = 'b';  ///< b, u, s, f or p
  int bits = 0;
};
PtxType type_of(const std::string& suffix) {
  if (suffix == "pred") return {'p', 1};
  PtxType type{suffix[0], std::atoi(suffix.c_str() + 1)};
  if (!std::strchr("busf", type.kind) || type.bits == 0) fail("no type ." + suffix);
  return type;
}
bool is_type(const std::string& suffix) {
  return suffix == "pred" || (std::strchr("busf", suffix[0]) && std::atoi(suffix.c_str() + 1) >= 8);
}

Word mask(int bits) { return bits >= 64 ? ~Word(0) : (Word(1) << bits) - 1; }
/// The integer that the low bits mean.
Wide integer(PtxType type, Word bits) {
  bits &= mask(type.bits);
  const bool negative = type.kind == 's' && (bits >> (type.bits - 1) & 1);
  return negative ? Wide(bits) - (Wide(1) << type.bits) : Wide(bits);
}
double real(PtxType type, Word bits) {
  return type.bits == 32 ? double(std::bit_cast<float>(uint32_t(bits))) : std::bit_cast<double>(bits);
}
Word real_bits(PtxType type, double value) {
  return type.bits == 32 ? std::bit_cast<uint32_t>(float(value)) : std::bit_cast<Word>(value);
}
/// A result rounded once: the operation is done in the type itself.
template <class F>
Word rounded(PtxType type, Word a, Word b, F f) {
  if (type.bits == 64) return std::bit_cast<Word>(f(std::bit_cast<double>(a), std::bit_cast<double>(b)));
  return std::bit_cast<uint32_t>(f(std::bit_cast<float>(uint32_t(a)), std::bit_cast<float>(uint32_t(b))));
}

struct Thread;
using Step = std::function<void(Thread&)>;

struct Function {
  std::string name;
  std::vector<std::string> params;
  std::vector<int> sizes;
  int required[3] = {0, 0, 0};
  std::map<std::string, int> registers, slots, labels;
  std::vector<Step> steps;
};

struct Thread {
  const Function& function;
  std::vector<Word> registers, slots;
  size_t at = 0;
  bool done = false;
};

void run(Thread& thread) {
  for (size_t count = 0; !thread.done; ++count) {
    if (count > 50'000'000) fail("a thread of " + thread.function.name + " does not end");
    if (thread.at >= thread.function.steps.size()) fail("a thread runs behind the end of " + thread.function.name);
    thread.function.steps[thread.at++](thread);
  }
}

struct Operand {
  int reg = -1;
  Word value = 0;  ///< of a number, or what is added to a register that holds an address
  Word operator()(const Thread& thread) const { return reg >= 0 ? thread.registers[size_t(reg)] : value; }
};

// ---- instructions

Word compute(const std::vector<std::string>& op, PtxType type, const Word* in);

Word shifted(const std::string& name, PtxType type, Word value, Word count) {
  count &= 0xFFFFFFFF;
  const Wide wide = integer(type, value);
  if (count >= Word(type.bits)) return name == "shr" && wide < 0 ? mask(type.bits) : 0;
  return Word(name == "shl" ? wide << count : wide >> count);
}

Word divided(const std::string& name, PtxType type, Word a, Word b) {
  const Wide x = integer(type, a), y = integer(type, b);
  if (y == 0) fail("division by zero");
  if (type.kind == 's' && y == -1 && x == -(Wide(1) << (type.bits - 1))) fail("the quotient overflows");
  return Word(name == "div" ? x / y : x % y);
}

bool compares(const std::string& how, PtxType type, Word a, Word b) {
  auto holds = [&](auto x, auto y) {
    const std::string last = how.size() > 2 && how.back() == 'u' ? how.substr(0, how.size() - 1) : how;
    if (last == "eq") return x == y;
    if (last == "ne") return x != y;
    if (last == "lt" || last == "lo") return x < y;
    if (last == "le" || last == "ls") return x <= y;
    if (last == "gt" || last == "hi") return x > y;
    if (last == "ge" || last == "hs") return x >= y;
    fail("no comparison " + how);
  };
  if (type.kind != 'f') return holds(integer(type, a), integer(type, b));
  const double x = real(type, a), y = real(type, b);
  const bool unordered = std::isnan(x) || std::isnan(y);
  if (how == "nan") return unordered;
  if (how == "num") return !unordered;
  // The comparisons with "u" hold for NaN too.
  return unordered ? how.size() > 2 && how.back() == 'u' : holds(x, y);
}

double rounded_to_whole(const std::string& how, double value) {
  if (how == "rni") return std::nearbyint(value);
  if (how == "rzi") return std::trunc(value);
  if (how == "rmi") return std::floor(value);
  if (how == "rpi") return std::ceil(value);
  fail("no rounding " + how);
}

Word converted(const std::vector<std::string>& op, PtxType to, PtxType from, Word value) {
  const bool rounds = op.size() > 3, saturates = op.size() > 4 && op[2] == "sat";
  if (from.kind != 'f' && to.kind != 'f') {
    if (saturates) fail("cvt.sat of integers");
    return Word(integer(from, value));
  }
  if (from.kind != 'f') {
    const Wide whole = integer(from, value);
    if (!rounds || op[1] != "rn") fail("an integer becomes a float without .rn");
    return to.bits == 32 ? std::bit_cast<uint32_t>(float(whole)) : std::bit_cast<Word>(double(whole));
  }
  double number = real(from, value);
  if (to.kind == 'f') {
    if (rounds && op[1] != "rn") number = rounded_to_whole(op[1], number);
    return real_bits(to, number);
  }
  if (!rounds) fail("a float becomes an integer without a rounding");
  // Out of range is clamped, NaN is 0 (of 64 bits: the lowest with the sign bit alone).
  const Wide lowest = to.kind == 's' ? -(Wide(1) << (to.bits - 1)) : 0;
  const Wide highest = to.kind == 's' ? (Wide(1) << (to.bits - 1)) - 1 : (Wide(1) << to.bits) - 1;
  if (std::isnan(number)) return to.bits == 64 ? Word(1) << 63 : 0;
  number = rounded_to_whole(op[1], number);
  if (number <= double(lowest)) return Word(lowest);
  if (number >= double(highest)) return Word(highest);
  return Word(Wide(number));
}

Word float_operation(const std::vector<std::string>& op, PtxType type, const Word* in) {
  const std::string& name = op[0];
  const Word sign = Word(1) << (type.bits - 1);
  if (name == "neg") return in[0] ^ sign;
  if (name == "abs") return in[0] & ~sign;
  if (name == "copysign") return (in[1] & ~sign) | (in[0] & sign);
  if (name == "min" || name == "max") {
    if (std::isnan(real(type, in[0]))) return in[1];
    if (std::isnan(real(type, in[1]))) return in[0];
    return rounded(type, in[0], in[1],
                   [&](auto a, auto b) { return name == "min" ? std::fmin(a, b) : std::fmax(a, b); });
  }
  if (op.size() < 3 || op[1] != "rn") fail(name + " of floats is not rounded to nearest");
  if (name == "add") return rounded(type, in[0], in[1], [](auto a, auto b) { return a + b; });
  if (name == "sub") return rounded(type, in[0], in[1], [](auto a, auto b) { return a - b; });
  if (name == "mul") return rounded(type, in[0], in[1], [](auto a, auto b) { return a * b; });
  if (name == "div") return rounded(type, in[0], in[1], [](auto a, auto b) { return a / b; });
  if (name == "sqrt") return rounded(type, in[0], in[0], [](auto a, auto) { return std::sqrt(a); });
  fail("no float operation " + name);
}

/// What an instruction yields from its sources; the caller cuts it to the type.
Word compute(const std::vector<std::string>& op, PtxType type, const Word* in) {
  const std::string& name = op[0];
  if (name == "mov") return in[0];
  if (name == "selp") return in[2] & 1 ? in[0] : in[1];
  if (type.kind == 'f') return float_operation(op, type, in);
  const Wide a = integer(type, in[0]);
  if (name == "neg") return Word(-a);
  if (name == "abs") return Word(a < 0 ? -a : a);
  if (name == "not") return ~in[0];
  const Wide b = integer(type, in[1]);
  if (name == "add") return Word(a + b);
  if (name == "sub") return Word(a - b);
  if (name == "min") return Word(b < a ? b : a);
  if (name == "max") return Word(b > a ? b : a);
  if (name == "and") return in[0] & in[1];
  if (name == "or") return in[0] | in[1];
  if (name == "xor") return in[0] ^ in[1];
  if (name == "bfe") {
    const int at = int(in[1] & 255), length = int(in[2] & 255), there = std::min(length, type.bits - at);
    if (there <= 0) return length && type.kind == 's' && a < 0 ? mask(type.bits) : 0;
    const PtxType piece{at + length > type.bits || type.kind == 's' ? type.kind : 'u', there};
    return Word(integer(piece, in[0] >> at));
  }
  if (name == "shl" || name == "shr") return shifted(name, type, in[0], in[1]);
  if (name == "div" || name == "rem") return divided(name, type, in[0], in[1]);
  if (name == "mul" || name == "mad") {
    // Only unsigned products of 64 bits need the 128th bit.
    const unsigned __int128 product = (unsigned __int128)(a) * (unsigned __int128)(b);
    Word value = Word(product);
    if (op[1] == "hi") value = type.kind == 's' ? Word(Wide(product) >> type.bits) : Word(product >> type.bits);
    return name == "mad" ? value + Word(op[1] == "wide" ? integer({type.kind, 2 * type.bits}, in[2]) : Wide(in[2]))
                         : value;
  }
  fail("no operation " + name + "." + type.kind + std::to_string(type.bits));
}

// ---- reading

struct Line {
  std::string text;
  int number;
};

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::string part;
  int depth = 0;
  for (char c : text) {
    if (c == '(' || c == '[' || c == '{') ++depth;
    if (c == ')' || c == ']' || c == '}') --depth;
    if (c == at && depth == 0)
      parts.push_back(part), part.clear();
    else
      part += c;
  }
  parts.push_back(part);
  for (std::string& one : parts) {
    const size_t first = one.find_first_not_of(" \t\n"), last = one.find_last_not_of(" \t\n");
    one = first == one.npos ? "" : one.substr(first, last - first + 1);
  }
  return parts;
}

}  // namespace

struct PtxModule::State {
  std::map<std::string, std::unique_ptr<Function>> functions;
  std::map<std::string, std::vector<Word>> variables;  ///< of global memory, aligned to 8 bytes

  Function& function(const std::string& name) {
    auto& made = functions[name];
    if (!made) made = std::make_unique<Function>(), made->name = name;
    return *made;
  }

  // Statements end with `;`, `{`, `}` or, for labels, `:`; the heads of functions end with `{` or `;`.
  void read(const std::string& text) {
    std::string statement;
    Function* inside = nullptr;
    int line = 1, depth = 0, parentheses = 0;
    bool comment = false, initializer = false;
    auto end = [&](char with) {
      std::string whole = split(statement, '\0')[0];
      statement.clear();
      try {
        if (inside)
          instruction(*inside, whole, with);
        else if (!whole.empty() || with == '{')
          if (Function* begun = top_level(whole, with)) inside = begun, depth = 1;
      } catch (const std::runtime_error& error) {
        throw std::runtime_error("line " + std::to_string(line) + ": " + error.what() + " in `" + whole + "`");
      }
    };
    for (size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (c == '\n') ++line, comment = false;
      if (c == '/' && text.substr(i, 2) == "//") comment = true;
      if (comment) continue;
      if (c == '(') ++parentheses;
      if (c == ')') --parentheses;
      const bool directive_line =
          c == '\n' && !inside && parentheses == 0 &&
          (statement.find(".version") != statement.npos || statement.find(".target") != statement.npos ||
           statement.find(".address_size") != statement.npos);
      if (directive_line) {
        statement.clear();
      } else if (!inside && c == '{' && statement.find('=') != statement.npos) {
        initializer = true, statement += c;
      } else if (initializer) {
        statement += c == '\n' ? ' ' : c;
        if (c == ';') initializer = false, statement.pop_back(), end(';');
      } else if (inside && c == '{' && statement.find_first_not_of(" \t\n") != statement.npos) {
        fail("vectors are not known, line " + std::to_string(line));
      } else if (c == ';') {
        end(';');
      } else if (c == '{') {
        if (inside)
          ++depth;
        else
          end('{');
      } else if (c == '}') {
        if (--depth == 0) inside = nullptr;
      } else if (inside && c == ':') {
        end(':');
      } else {
        statement += c == '\n' || c == '\t' ? ' ' : c;
      }
    }
  }

  /// A variable, or the head of a function; returns the function whose body begins.
  Function* top_level(const std::string& text, char with) {
    if (text.find(".entry") == text.npos && text.find(".func") == text.npos) return variable(text), nullptr;
    const size_t keyword = text.find(".func") != text.npos ? text.find(".func") + 5 : text.find(".entry") + 6;
    std::string rest = split(text.substr(keyword), '\0')[0], returned;
    if (rest[0] == '(')
      returned = rest.substr(1, rest.find(')') - 1), rest = split(rest.substr(rest.find(')') + 1), '\0')[0];
    const size_t open = rest.find('('), close = rest.find(')');
    Function& made = function(split(rest.substr(0, open), '\0')[0]);
    if (with == ';') return nullptr;
    for (const std::string& param : split(open == rest.npos ? "" : rest.substr(open + 1, close - open - 1), ','))
      if (!param.empty()) {
        made.params.push_back(param.substr(param.rfind(' ') + 1));
        const std::vector<std::string> words = split(param, ' ');
        made.sizes.push_back(type_of(words.at(1).substr(1)).bits / 8);
        slot(made, made.params.back());
      }
    if (!returned.empty()) slot(made, returned.substr(returned.rfind(' ') + 1));
    if (size_t at = rest.find(".reqntid"); at != rest.npos)
      std::sscanf(rest.c_str() + at, ".reqntid %d, %d, %d", &made.required[0], &made.required[1], &made.required[2]);
    return &made;
  }

  void variable(const std::string& text) {
    if (text.find(".global") == text.npos) fail("what is this?");
    const std::vector<std::string> sides = split(text, '=');
    const std::vector<std::string> words = split(sides[0], ' ');
    std::string name = words.back(), type;
    for (const std::string& word : words)
      if (word.size() > 2 && is_type(word.substr(1))) type = word.substr(1);
    name = name.substr(0, name.find('['));
    const int bytes = type_of(type).bits / 8;
    std::string values = sides.size() > 1 ? sides[1] : "";
    if (!values.empty() && values[0] == '{') values = values.substr(1, values.rfind('}') - 1);
    std::vector<char> memory;
    for (const std::string& value : split(values, ',')) {
      if (value.empty()) continue;
      const Word bits = number(value);
      memory.insert(memory.end(), reinterpret_cast<const char*>(&bits), reinterpret_cast<const char*>(&bits) + bytes);
    }
    variables[name].assign(memory.size() / 8 + 1, 0);
    std::memcpy(variables[name].data(), memory.data(), memory.size());
  }

  static Word number(const std::string& text) {
    if (text.starts_with("0f") || text.starts_with("0F") || text.starts_with("0d") || text.starts_with("0D"))
      return std::strtoull(text.c_str() + 2, nullptr, 16);
    if (text == "true") return 1;
    char* end = nullptr;
    const Word value =
        text[0] == '-' ? Word(std::strtoll(text.c_str(), &end, 0)) : std::strtoull(text.c_str(), &end, 0);
    if (end == text.c_str()) fail("no number `" + text + "`");
    return value;
  }
  static int slot(Function& in, const std::string& name) {
    return in.slots.try_emplace(name, int(in.slots.size())).first->second;
  }
  static int reg(Function& in, const std::string& name) {
    return in.registers.try_emplace(name, int(in.registers.size())).first->second;
  }
  Operand operand(Function& in, const std::string& text) {
    if (text.empty()) fail("an operand is missing");
    if (text[0] == '%') return {reg(in, text), 0};
    if (auto found = variables.find(text); found != variables.end())
      return {-1, reinterpret_cast<Word>(found->second.data())};
    return {-1, number(text)};
  }
  /// "[%rd4+-1]": the base, and what is added.
  std::pair<Operand, Word> address(Function& in, std::string text) {
    text = text.substr(1, text.size() - 2);
    const size_t plus = text.find('+');
    return {operand(in, text.substr(0, plus)), plus == text.npos ? 0 : number(text.substr(plus + 1))};
  }

  void instruction(Function& in, std::string text, char with) {
    if (with == ':') {
      in.labels[text] = int(in.steps.size());
      return;
    }
    if (text.empty() || text.starts_with(".reg")) return;
    if (text.starts_with(".param")) {
      slot(in, text.substr(text.rfind(' ') + 1));
      return;
    }
    if (text[0] != '@') {
      in.steps.push_back(step(in, text));
      return;
    }
    const size_t space = text.find(' ');
    const bool negated = text[1] == '!';
    const Operand guard = operand(in, text.substr(1 + negated, space - 1 - negated));
    Step guarded = step(in, split(text.substr(space), '\0')[0]);
    in.steps.push_back([guard, negated, guarded](Thread& thread) {
      if (bool(guard(thread) & 1) != negated) guarded(thread);
    });
  }

  Step step(Function& in, const std::string& text) {
    const size_t space = text.find(' ');
    const std::vector<std::string> op = split(text.substr(0, space), '.');
    const std::vector<std::string> args = split(space == text.npos ? "" : text.substr(space), ',');
    if (op[0] == "ret") return [](Thread& thread) { thread.done = true; };
    if (op[0] == "bra") {
      const std::string label = args[0];
      return [label](Thread& thread) { thread.at = size_t(thread.function.labels.at(label)); };
    }
    if (op[0] == "call") return call(in, args);
    if (op[0] == "ld" || op[0] == "st") return op[1] == "param" ? parameter(in, op, args) : memory(in, op, args);
    const int target = reg(in, args[0]);
    std::vector<Operand> sources;
    for (size_t i = 1; i < args.size(); ++i) sources.push_back(operand(in, args[i]));
    sources.resize(std::max<size_t>(sources.size(), 3));
    const PtxType type = type_of(op.back());
    if (op[0] == "setp") {
      if (op.size() != 3) fail("setp with a combination");
      return [=, how = op[1]](Thread& thread) {
        thread.registers[size_t(target)] = compares(how, type, sources[0](thread), sources[1](thread));
      };
    }
    if (op[0] == "cvt") {
      const PtxType to = type_of(op[op.size() - 2]);
      const int width = reg_bits(args[0]);
      return [=](Thread& thread) {
        thread.registers[size_t(target)] = converted(op, to, type, sources[0](thread)) & mask(std::max(to.bits, width));
      };
    }
    const bool wide = (op[0] == "mul" || op[0] == "mad") && op[1] == "wide";
    const int bits = wide ? 2 * type.bits : type.bits;
    return [=](Thread& thread) {
      const Word in[3] = {sources[0](thread), sources[1](thread), sources[2](thread)};
      thread.registers[size_t(target)] = compute(op, type, in) & mask(bits);
    };
  }

  /// The width of a register, as its name says: narrower results are extended to it.
  static int reg_bits(const std::string& name) {
    if (name.starts_with("%rs")) return 16;
    if (name.starts_with("%rd")) return 64;
    return name.starts_with("%p") ? 1 : 32;
  }

  Step call(Function& in, std::vector<std::string> args) {
    int returned = -1;
    if (args[0][0] == '(') returned = slot(in, args[0].substr(1, args[0].size() - 2)), args.erase(args.begin());
    Function* callee = &function(args.at(0));
    std::vector<int> given;
    if (args.size() > 1)
      for (const std::string& arg : split(args[1].substr(1, args[1].size() - 2), ',')) given.push_back(slot(in, arg));
    return [=](Thread& thread) {
      Thread inner{*callee, std::vector<Word>(callee->registers.size()), std::vector<Word>(callee->slots.size())};
      for (size_t i = 0; i < given.size(); ++i)
        inner.slots[size_t(callee->slots.at(callee->params.at(i)))] = thread.slots[size_t(given[i])];
      run(inner);
      if (returned >= 0) thread.slots[size_t(returned)] = inner.slots[size_t(callee->slots.at("func_retval0"))];
    };
  }

  Step parameter(Function& in, const std::vector<std::string>& op, const std::vector<std::string>& args) {
    const bool loads = op[0] == "ld";
    std::string place = args[loads ? 1 : 0];
    const int at = slot(in, place.substr(1, place.size() - 2));
    const Operand value = operand(in, args[loads ? 0 : 1]);
    const PtxType type = type_of(op.back());
    const int width = loads ? reg_bits(args[0]) : 0;
    return [=](Thread& thread) {
      if (loads)
        thread.registers[size_t(value.reg)] = Word(integer(type, thread.slots[size_t(at)])) & mask(width);
      else
        thread.slots[size_t(at)] = value(thread) & mask(type.bits);
    };
  }

  Step memory(Function& in, const std::vector<std::string>& op, const std::vector<std::string>& args) {
    const bool loads = op[0] == "ld";
    if (op[1] != "global") fail("memory that is not global");
    const auto [base, offset] = address(in, args[loads ? 1 : 0]);
    const Operand value = operand(in, args[loads ? 0 : 1]);
    const PtxType type = type_of(op.back());
    const int width = loads ? reg_bits(args[0]) : 0;
    return [=, base = base, offset = offset](Thread& thread) {
      const Word at = base(thread) + offset;
      const size_t bytes = size_t(type.bits / 8);
      if (at % bytes != 0) fail("unaligned access of " + std::to_string(bytes) + " bytes");
      if (!loads) {
        const Word stored = value(thread);
        std::memcpy(reinterpret_cast<void*>(at), &stored, bytes);
        return;
      }
      Word loaded = 0;
      std::memcpy(&loaded, reinterpret_cast<const void*>(at), bytes);
      thread.registers[size_t(value.reg)] = Word(integer(type, loaded)) & mask(width);
    };
  }
};

PtxModule::PtxModule(const std::string& text) : state_(std::make_unique<State>()) { state_->read(text); }
PtxModule::~PtxModule() = default;
PtxModule::PtxModule(PtxModule&&) noexcept = default;

bool PtxModule::has_kernel(const std::string& name) const { return state_->functions.count(name) != 0; }

std::vector<int> PtxModule::argument_sizes(const std::string& kernel) const {
  return state_->functions.at(kernel)->sizes;
}

void PtxModule::launch(const std::string& kernel, const int (&grid)[3], const int (&block)[3],
                       void* const* arguments) const {
  Function& function = *state_->functions.at(kernel);
  for (int axis = 0; axis < 3; ++axis) {
    if (function.required[0] && function.required[axis] != block[axis]) fail("the kernel requires another block");
    if (grid[axis] < 1 || (axis > 0 && grid[axis] > 65535)) fail("the grid is out of bounds");
  }
  int specials[2][3];
  const char* const axes[] = {".x", ".y", ".z"};
  for (int axis = 0; axis < 3; ++axis) {
    specials[0][axis] = State::reg(function, std::string("%tid") + axes[axis]);
    specials[1][axis] = State::reg(function, std::string("%ctaid") + axes[axis]);
  }
  std::vector<Word> slots(function.slots.size());
  for (size_t i = 0; i < function.params.size(); ++i)
    std::memcpy(&slots[size_t(function.slots.at(function.params[i]))], arguments[i], size_t(function.sizes[i]));
  const int total = grid[0] * grid[1] * grid[2], threads = block[0] * block[1] * block[2];
  for (int b = 0; b < total; ++b)
    for (int t = 0; t < threads; ++t) {
      Thread thread{function, std::vector<Word>(function.registers.size()), slots};
      const int of_thread[] = {t % block[0], t / block[0] % block[1], t / block[0] / block[1]};
      const int of_block[] = {b % grid[0], b / grid[0] % grid[1], b / grid[0] / grid[1]};
      for (int axis = 0; axis < 3; ++axis) {
        thread.registers[size_t(specials[0][axis])] = Word(of_thread[axis]);
        thread.registers[size_t(specials[1][axis])] = Word(of_block[axis]);
      }
      run(thread);
    }
}

}  // namespace nf::test
