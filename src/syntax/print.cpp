// The tree as text, a line for each node: what goldens compare and `emit --after tree` shows.
#include <fmt/format.h>

#include "base/match.h"
#include "syntax/syntax.h"

namespace nf::syntax {
namespace {

constexpr std::string_view unary_names[] = {"+", "-", "~", "not"};
constexpr std::string_view binary_names[] = {"+", "-", "*", "/", "//", "%", "**", "@", "<<", ">>", "&", "|", "^"};
constexpr std::string_view compare_names[] = {"==", "!=", "<", "<=", ">", ">=", "is", "is not", "in", "not in"};

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      result += '\\', result += c;
    else if (c == '\n')
      result += "\\n";
    else if (uint8_t(c) < 0x20 || c == 0x7F)
      result += fmt::format("\\x{:02x}", unsigned(uint8_t(c)));
    else
      result += c;
  }
  return result + "\"";
}

class Printer {
 public:
  explicit Printer(const Module& module) : module_(module) {}

  std::string run() {
    body(module_.body);
    return std::move(text_);
  }

 private:
  /// One line: an indented label, and where the node lies: "3:5-9", or "3:5-4:2" over several lines.
  void line(std::string_view role, std::string_view label, Span span) {
    Place begin = module_.source->place(span.begin), end = module_.source->place(span.end);
    text_.append(size_t(2 * depth_), ' ');
    if (!role.empty()) text_ += fmt::format("{}: ", role);
    text_ += fmt::format("{}  {}:{}-", label, begin.line, begin.column);
    text_ += begin.line == end.line ? fmt::format("{}\n", end.column) : fmt::format("{}:{}\n", end.line, end.column);
  }

  template <class F>
  void inside(F f) {
    ++depth_;
    f();
    --depth_;
  }

  void body(const Body& statements) {
    for (StmtId id : statements) statement(id);
  }

  void block(std::string_view name, const Body& statements) {
    if (statements.empty()) return;
    text_.append(size_t(2 * depth_), ' ');
    text_ += fmt::format("{}:\n", name);
    inside([&] { body(statements); });
  }

  void all(const std::vector<ExprId>& ids, std::string_view role = {}) {
    for (ExprId id : ids) expr(id, role);
  }

  void params(const std::vector<Parameter>& params) {
    constexpr std::string_view kinds[] = {"", " keyword-only", " *", " **"};
    for (const Parameter& param : params) {
      line("param", param.name + std::string(kinds[int(param.kind)]), param.span);
      inside([&] {
        expr(param.annotation, "annotation");
        expr(param.default_value, "default");
      });
    }
  }

  void expr(ExprId id, std::string_view role = {}) {
    if (!id) return;
    const Expr& e = module_[id];
    auto node = [&](std::string_view label, auto children) {
      line(role, label, e.span);
      inside(children);
    };
    auto leaf = [&](std::string_view label) { line(role, label, e.span); };
    match(
        e.node, [&](const Name& n) { leaf("Name " + n.text); },
        [&](const IntegerLiteral& n) { leaf(n.fits ? fmt::format("Integer {}", n.value) : "Integer too large"); },
        [&](const FloatLiteral& n) { leaf(fmt::format("Float {}", n.value)); },
        [&](const ImaginaryLiteral& n) { leaf(fmt::format("Imaginary {}", n.value)); },
        [&](const BoolLiteral& n) { leaf(n.value ? "True" : "False"); },
        [&](const StringLiteral& n) { leaf("String " + quoted(n.value)); }, [&](const NoneLiteral&) { leaf("None"); },
        [&](const EllipsisLiteral&) { leaf("Ellipsis"); },
        [&](const TupleExpr& n) { node("Tuple", [&] { all(n.items); }); },
        [&](const ListExpr& n) { node("List", [&] { all(n.items); }); },
        [&](const Unary& n) { node(fmt::format("Unary {}", unary_names[int(n.op)]), [&] { expr(n.operand); }); },
        [&](const Binary& n) {
          node(fmt::format("Binary {}", binary_names[int(n.op)]), [&] { expr(n.left), expr(n.right); });
        },
        [&](const BoolExpr& n) { node(n.op == BoolOp::And ? "Bool and" : "Bool or", [&] { all(n.operands); }); },
        [&](const Compare& n) {
          std::string label = "Compare";
          for (CompareOp op : n.ops) label += fmt::format(" {}", compare_names[int(op)]);
          node(label, [&] { all(n.operands); });
        },
        [&](const Conditional& n) {
          node("Conditional", [&] { expr(n.test, "test"), expr(n.then, "then"), expr(n.otherwise, "else"); });
        },
        [&](const Call& n) { node("Call", [&] { expr(n.function, "function"), arguments(n.arguments); }); },
        [&](const Attribute& n) { node("Attribute " + n.name, [&] { expr(n.value); }); },
        [&](const Subscript& n) { node("Subscript", [&] { expr(n.value), all(n.index, "index"); }); },
        [&](const Slice& n) { node("Slice", [&] { expr(n.lo, "lo"), expr(n.hi, "hi"), expr(n.step, "step"); }); },
        [&](const Starred& n) { node("Starred", [&] { expr(n.value); }); },
        [&](const Lambda& n) { node("Lambda", [&] { params(n.params), expr(n.body, "body"); }); },
        [&](const UnsupportedExpr& n) { leaf("Unsupported " + n.what); });
  }

  void arguments(const std::vector<CallArgument>& arguments) {
    for (const CallArgument& argument : arguments) {
      std::string role = argument.star           ? "argument *"
                         : argument.double_star  ? "argument **"
                         : argument.name.empty() ? "argument"
                                                 : "argument " + argument.name;
      expr(argument.value, role);
    }
  }

  void statement(StmtId id) {
    const Stmt& s = module_[id];
    auto node = [&](std::string_view label, auto children) {
      line({}, label, s.span);
      inside(children);
    };
    auto leaf = [&](std::string_view label) { line({}, label, s.span); };
    match(
        s.node, [&](const FunctionDef& n) { node("FunctionDef " + n.name, [&] { function(n); }); },
        [&](const ClassDef& n) { leaf("ClassDef " + n.name); },
        [&](const Return& n) { node("Return", [&] { expr(n.value); }); },
        [&](const Assign& n) { node("Assign", [&] { all(n.targets, "target"), expr(n.value, "value"); }); },
        [&](const AugAssign& n) {
          node(fmt::format("AugAssign {}", binary_names[int(n.op)]),
               [&] { expr(n.target, "target"), expr(n.value, "value"); });
        },
        [&](const AnnAssign& n) {
          node("AnnAssign",
               [&] { expr(n.target, "target"), expr(n.annotation, "annotation"), expr(n.value, "value"); });
        },
        [&](const For& n) {
          node("For", [&] {
            expr(n.target, "target"), expr(n.iterable, "in");
            block("body", n.body), block("else", n.otherwise);
          });
        },
        [&](const While& n) {
          node("While", [&] { expr(n.test, "test"), block("body", n.body), block("else", n.otherwise); });
        },
        [&](const If& n) {
          node("If", [&] { expr(n.test, "test"), block("then", n.then), block("else", n.otherwise); });
        },
        [&](const ExprStmt& n) { node("Expr", [&] { expr(n.value); }); }, [&](const Pass&) { leaf("Pass"); },
        [&](const Break&) { leaf("Break"); }, [&](const Continue&) { leaf("Continue"); },
        [&](const Raise& n) { node("Raise", [&] { expr(n.exception), expr(n.cause, "from"); }); },
        [&](const Assert& n) { node("Assert", [&] { expr(n.test), expr(n.message, "message"); }); },
        [&](const Import& n) { leaf("Import" + names(n)); },
        [&](const UnsupportedStmt& n) { leaf("Unsupported " + n.what); });
  }

  void function(const FunctionDef& function) {
    all(function.decorators, "decorator");
    line("name", function.name, function.name_span);
    params(function.params);
    expr(function.returns, "returns");
    block("body", function.body);
  }

  static std::string names(const Import& import) {
    std::string text;
    for (const ImportedName& name : import.names) {
      std::string_view comma = text.empty() ? "" : ",";
      std::string member = name.member.empty() ? "" : ":" + name.member;
      text += fmt::format("{} {}{} as {}", comma, name.module, member, name.bound_as);
    }
    return text;
  }

  const Module& module_;
  std::string text_;
  int depth_ = 0;
};

}  // namespace

std::string print(const Module& module) { return Printer(module).run(); }

}  // namespace nf::syntax
