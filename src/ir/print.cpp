// IR as text: what goldens, `emit` and error messages show. The grammar is in docs/ir.md; parse.cpp reads it back.
#include <fmt/format.h>

#include "base/match.h"
#include "ir/ir.h"
#include "ir/names.h"
#include "ir/text.h"

namespace nf::ir {
namespace {

std::string name(InstId id) { return id ? fmt::format("%{}", id.index) : "%none"; }

std::string list(const std::vector<InstId>& ids) {
  std::string text;
  for (InstId id : ids) text += (text.empty() ? "" : ", ") + name(id);
  return text;
}

std::string at_site(uint32_t site) { return site ? fmt::format(" site {}", site) : ""; }

std::string access(InstId array, const std::vector<InstId>& index, bool wrap, bool check, uint32_t site) {
  return fmt::format("{}[{}]{}{}{}", name(array), list(index), wrap ? " wrap" : "", check ? " check" : "",
                     at_site(site));
}

std::string offsets(const std::vector<int64_t>& values) { return fmt::format("{}", fmt::join(values, ", ")); }

std::string op_text(const Op& op) {
  return match(
      op, [](const Const& n) { return "const " + scalar_text(n.value); },
      [](const Param& n) { return fmt::format("param {}", n.position); },
      [](const Global& n) { return fmt::format("global {}", n.constant); },
      [](const LoopVar&) { return std::string("loopvar"); },
      [](const Unary& n) { return fmt::format("{} {}", kUnaryNames[int(n.op)], name(n.a)); },
      [](const Binary& n) { return fmt::format("{} {}, {}", kBinaryNames[int(n.op)], name(n.a), name(n.b)); },
      [](const Compare& n) { return fmt::format("{} {}, {}", kCompareNames[int(n.op)], name(n.a), name(n.b)); },
      [](const Select& n) { return fmt::format("select {}, {}, {}", name(n.condition), name(n.a), name(n.b)); },
      [](const Cast& n) { return fmt::format("cast {}", name(n.a)); },
      [](const Math& n) { return fmt::format("{} {}", kMathNames[int(n.fn)], list(n.args)); },
      [](const Neighbor& n) { return fmt::format("neighbor {}[{}]", name(n.array), offsets(n.offset)); },
      [](const NeighborAt& n) {
        return fmt::format("neighbor_at {}[{}]{}", name(n.array), list(n.offset), at_site(n.site));
      },
      [](const Dim& n) { return fmt::format("dim {}, {}", name(n.array), n.axis); },
      [](const Load& n) { return "load " + access(n.array, n.index, n.wrap, n.check, n.site); },
      [](const Store& n) {
        return fmt::format("store {}, {}", name(n.value), access(n.array, n.index, n.wrap, n.check, n.site));
      },
      [](const Alloc& n) {
        return fmt::format("alloc({}){}{}", list(n.shape), n.zero ? " zero" : "", at_site(n.site));
      },
      [](const Copy& n) { return fmt::format("copy {}, {}{}", name(n.target), name(n.value), at_site(n.site)); },
      [](const Ravel& n) { return fmt::format("ravel {}", name(n.array)); },
      [](const Row& n) { return fmt::format("row {}[{}]", name(n.array), list(n.index)); },
      [](const Broadcast& n) {
        return fmt::format("broadcast {} with ({}){}", name(n.array), list(n.with), at_site(n.site));
      },
      [](const Apart& n) {
        return fmt::format("apart {} from ({}){}", name(n.array), list(n.from), n.same ? " same" : "");
      },
      [](const Reduce& n) {
        return fmt::format("reduce {} {}{}", kReduceNames[int(n.op)], name(n.array), at_site(n.site));
      },
      [](const Slot&) { return std::string("slot"); }, [](const Get& n) { return fmt::format("get {}", name(n.slot)); },
      [](const Set& n) { return fmt::format("set {}, {}", name(n.slot), name(n.value)); },
      [](const For& n) {
        return fmt::format("for {} = {} to {} step {}{}", name(n.var), name(n.lo), name(n.hi), name(n.step),
                           n.parallel ? " parallel" : "");
      },
      [](const While& n) { return fmt::format("while {}", name(n.test)); },
      [](const If& n) { return fmt::format("if {}", name(n.condition)); },
      [](const Break&) { return std::string("break"); }, [](const Continue&) { return std::string("continue"); },
      [](const Return& n) { return n.values.empty() ? "return" : "return " + list(n.values); },
      [](const Raise& n) {
        return fmt::format("raise site {}{}", n.site, n.values.empty() ? "" : " (" + list(n.values) + ")");
      },
      [](const Call& n) {
        return fmt::format("call {}({}){}{}{}{}", n.function, list(n.args), n.out ? " out " + name(n.out) : "",
                           n.keep ? " keep" : "", n.parallel ? " parallel" : "", at_site(n.site));
      },
      [](const Item& n) { return fmt::format("item {}, {}", name(n.tuple), n.position); },
      [](const MakeTuple& n) { return fmt::format("tuple({})", list(n.items)); });
}

/// Prints the blocks of one function.
struct Printer {
  const Function& function;
  std::string text{};

  void block(BlockId id, int depth) {
    for (InstId inst : function[id].insts) {
      text += std::string(2 * depth, ' ') + print(function, inst);
      if (const While* loop = std::get_if<While>(&function[inst].op)) {
        nested(loop->condition, depth);
        text += " do";
        nested(loop->body, depth);
      } else if (const For* loop = std::get_if<For>(&function[inst].op)) {
        nested(loop->body, depth);
      } else if (const If* branch = std::get_if<If>(&function[inst].op)) {
        nested(branch->then, depth);
        if (!function[branch->otherwise].insts.empty()) {
          text += " else";
          nested(branch->otherwise, depth);
        }
      }
      text += '\n';
    }
  }
  void nested(BlockId id, int depth) {
    text += " {\n";
    block(id, depth + 1);
    text += std::string(2 * depth, ' ') + "}";
  }
};

std::string parameter_text(const Parameter& param) {
  std::string text = fmt::format("{}: {}", quoted_unless_plain(param.name), type_text(param.type));
  if (param.relative) text += " relative";
  if (param.range) text += fmt::format(" in {}..{}", param.range->lo, param.range->hi);
  return text;
}

std::string stencil_text(const Function& function) {
  std::string text = fmt::format(" stencil rank {} mode {}", function.rank, kModeNames[int(function.mode)]);
  if (function.cval) text += fmt::format(" cval {} {}", name_of(function.cval->dtype), scalar_text(*function.cval));
  if (!function.footprint.axes.empty()) {
    text += " footprint [";
    for (size_t i = 0; i < function.footprint.axes.size(); ++i) {
      auto [lo, hi] = function.footprint.axes[i];
      text += fmt::format("{}{}..{}", i ? ", " : "", lo, hi);
    }
    text += "]";
  }
  return text;
}

std::string constant_text(const ConstantArray& array) {
  std::string text = fmt::format("{}[{}] =", name_of(array.dtype), fmt::join(array.shape, ", "));
  size_t step = size_of(array.dtype);
  for (size_t at = 0; at + step <= array.data.size(); at += step) {
    Scalar element{array.dtype, 0};
    std::memcpy(&element.bits, array.data.data() + at, step);
    text += (at ? ", " : " ") + scalar_text(element);
  }
  return text;
}

}  // namespace

std::string print(const Function& function, InstId id) {
  if (!id || id.index >= function.insts.size()) return name(id) + " (no such instruction)";
  const Inst& inst = function[id];
  if (inst.type.is_none()) return op_text(inst.op);
  return fmt::format("{} = {} : {}", name(id), op_text(inst.op), type_text(inst.type));
}

std::string print(const Function& function) {
  std::string text = "func @" + quoted_unless_plain(function.name) + "(";
  for (size_t i = 0; i < function.params.size(); ++i) text += (i ? ", " : "") + parameter_text(function.params[i]);
  text += ")";
  for (size_t i = 0; i < function.results.size(); ++i) text += (i ? ", " : " -> ") + type_text(function.results[i]);
  if (function.kind == FunctionKind::Stencil) text += stencil_text(function);
  if (function.fastmath) text += " fastmath";
  Printer printer{function};
  printer.nested(function.body, 0);
  return text + printer.text + "\n";
}

std::string print(const Module& module) {
  std::string text;
  for (size_t i = 0; i < module.sources.size(); ++i)
    text += fmt::format("source {} {}\n", i, quoted(module.sources[i]->name()));
  for (size_t i = 1; i < module.sites.size(); ++i) {
    const Site& site = module.sites[i];
    text += fmt::format("site {} {} {}", i, site.exception, quoted(site.message));
    if (site.span != Span{}) text += fmt::format(" at {} {}..{}", site.span.source, site.span.begin, site.span.end);
    text += '\n';
  }
  for (size_t i = 0; i < module.constants.size(); ++i)
    text += fmt::format("constant {} {}\n", i, constant_text(module.constants[i]));
  for (const Function& function : module.functions) text += (text.empty() ? "" : "\n") + print(function);
  return text;
}

}  // namespace nf::ir
