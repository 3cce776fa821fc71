// Reads a file without executing it: imports, constants, functions and their decorators count; a name that anything
// else gives a value to is known as skipped, so that a kernel which uses it gets an error that marks both places.
#include <algorithm>
#include <set>

#include "base/match.h"
#include "syntax/children.h"
#include "types/file_value.h"

namespace nf::types {
namespace {

using namespace syntax;

constexpr std::string_view kReadModules[] = {"nearfield", "numba", "numpy", "math"};

/// The full name of an imported thing as kernels know it, when the module is one of those that are read.
std::optional<std::string> known_path(const ImportedName& name) {
  std::string root = name.module.substr(0, name.module.find('.'));
  if (std::find(std::begin(kReadModules), std::end(kReadModules), root) == std::end(kReadModules)) return {};
  std::string path = root == "numba" ? "nearfield" + name.module.substr(root.size()) : name.module;
  return name.member.empty() ? path : path + "." + name.member;
}

const FunctionDef* function_def(const Module& tree, const FileFunction& function) {
  return function.function ? &std::get<FunctionDef>(tree[function.function].node) : nullptr;
}

/// Calls `f` on every statement of a body and of the blocks in it.
template <class F>
void for_each_statement(const Module& tree, const Body& body, F f) {
  for (StmtId id : body) {
    f(tree[id]);
    if (const auto* n = std::get_if<If>(&tree[id].node))
      for_each_statement(tree, n->then, f), for_each_statement(tree, n->otherwise, f);
    if (const auto* n = std::get_if<For>(&tree[id].node))
      for_each_statement(tree, n->body, f), for_each_statement(tree, n->otherwise, f);
    if (const auto* n = std::get_if<While>(&tree[id].node))
      for_each_statement(tree, n->body, f), for_each_statement(tree, n->otherwise, f);
  }
}

template <class F>
void for_each_expr(const Module& tree, ExprId root, F f) {
  if (!root) return;
  f(root);
  for_each_child(tree[root], [&](ExprId child) { for_each_expr(tree, child, f); });
}

/// Calls `f` on every expression of a statement, not of the blocks in it.
template <class F>
void for_each_expr(const Module& tree, const Stmt& stmt, F f) {
  auto walk = [&](ExprId root) { for_each_expr(tree, root, f); };
  match(
      stmt.node, [](const FunctionDef&) {}, [](const ClassDef&) {}, [&](const Return& n) { walk(n.value); },
      [&](const Assign& n) {
        for (ExprId target : n.targets) walk(target);
        walk(n.value);
      },
      [&](const AugAssign& n) { walk(n.target), walk(n.value); },
      [&](const AnnAssign& n) { walk(n.target), walk(n.value); },
      [&](const For& n) { walk(n.target), walk(n.iterable); }, [&](const While& n) { walk(n.test); },
      [&](const If& n) { walk(n.test); }, [&](const ExprStmt& n) { walk(n.value); }, [](const Pass&) {},
      [](const Break&) {}, [](const Continue&) {}, [&](const Raise& n) { walk(n.exception), walk(n.cause); },
      [&](const Assert& n) { walk(n.test), walk(n.message); }, [](const Import&) {}, [](const UnsupportedStmt&) {});
}

bool is_offset(const Module& tree, ExprId id, bool* negative) {
  if (const auto* minus = std::get_if<Unary>(&tree[id].node); minus && minus->op == UnaryOp::Minus) {
    *negative = true;
    id = minus->operand;
  }
  return std::holds_alternative<IntegerLiteral>(tree[id].node);
}

/// Whether a `def` without decorator is a stencil: it reads a parameter at constant offsets, stores into no array and
/// returns something. Without a negative offset it may as well be a helper that takes `v[0]` and `v[1]` of a short
/// array.
enum class StencilLike { No, Perhaps, Surely };
StencilLike stencil_like(const Module& tree, const FunctionDef& function) {
  bool reads = false, reads_before = false, other_index = false, stores = false, returns = false;
  auto is_param = [&](ExprId id) {
    const auto* name = std::get_if<Name>(&tree[id].node);
    return name && std::any_of(function.params.begin(), function.params.end(),
                               [&](const Parameter& p) { return p.name == name->text; });
  };
  for_each_statement(tree, function.body, [&](const Stmt& stmt) {
    auto is_store = [&](ExprId target) { stores = stores || std::holds_alternative<Subscript>(tree[target].node); };
    if (const auto* n = std::get_if<Assign>(&stmt.node)) std::for_each(n->targets.begin(), n->targets.end(), is_store);
    if (const auto* n = std::get_if<AugAssign>(&stmt.node)) is_store(n->target);
    if (const auto* n = std::get_if<Return>(&stmt.node)) returns = returns || bool(n->value);
    for_each_expr(tree, stmt, [&](ExprId id) {
      const auto* subscript = std::get_if<Subscript>(&tree[id].node);
      if (!subscript || !is_param(subscript->value)) return;
      bool negative = false;
      bool constant = std::all_of(subscript->index.begin(), subscript->index.end(), [&](ExprId index) {
        const auto* tuple = std::get_if<TupleExpr>(&tree[index].node);
        if (!tuple) return is_offset(tree, index, &negative);
        return std::all_of(tuple->items.begin(), tuple->items.end(),
                           [&](ExprId item) { return is_offset(tree, item, &negative); });
      });
      (constant ? reads : other_index) = true;
      reads_before = reads_before || negative;
    });
  });
  if (!reads || other_index || stores || !returns) return StencilLike::No;
  return reads_before ? StencilLike::Surely : StencilLike::Perhaps;
}

/// `if __name__ == "__main__":`.
bool is_main_guard(const Module& tree, const If& node) {
  const auto* compare = std::get_if<Compare>(&tree[node.test].node);
  if (!compare || compare->ops != std::vector{CompareOp::Eq}) return false;
  const auto* name = std::get_if<Name>(&tree[compare->operands[0]].node);
  return name && name->text == "__name__";
}

class FileReader {
 public:
  FileReader(File& file, Diagnostics& diagnostics) : file_(file), tree_(*file.module), diagnostics_(diagnostics) {}

  void read(StmtId id) {
    const Stmt& stmt = tree_[id];
    line_ = tree_.source->place(stmt.span.begin).line;
    match(
        stmt.node, [&](const FunctionDef& n) { function(id, n); }, [&](const ClassDef& n) { skip(n.name, "a class"); },
        [&](const Assign& n) { assign(n); },
        [&](const AnnAssign& n) {
          if (n.value) assign({{n.target}, n.value});
        },
        [&](const AugAssign& n) { skip_targets(n.target, "changed in place"); }, [&](const Import& n) { import(n); },
        [&](const If& n) {
          bool guard = is_main_guard(tree_, n);  // names set there are not the file's: a kernel keeps its own
          skip_within(stmt.span, guard ? "set under `if __name__ == ...`" : "set under an `if`", guard);
        },
        [&](const For&) { skip_within(stmt.span, "set in a loop"); },
        [&](const While&) { skip_within(stmt.span, "set in a loop"); },
        [&](const UnsupportedStmt& n) { skip_within(stmt.span, fmt::format("set under {}", n.what)); },
        [&](const ExprStmt& n) { call(n); }, [](const Return&) {}, [](const Pass&) {}, [](const Break&) {},
        [](const Continue&) {}, [](const Raise&) {}, [](const Assert&) {});
  }

 private:
  void bind(const std::string& name, FileValue value) { file_.names.insert_or_assign(name, std::move(value)); }
  void skip(const std::string& name, std::string what) {
    file_.names.insert_or_assign(name, SkippedName{line_, std::move(what)});
  }

  void import(const Import& node) {
    for (const ImportedName& name : node.names) {
      auto path = known_path(name);
      if (!path) {
        skip(name.bound_as, fmt::format("imported from `{}`", name.module));
      } else if (name.member.empty()) {
        bind(name.bound_as, {ModuleMember{*path}});
      } else {
        bind(name.bound_as, member_value(*path));
      }
    }
  }

  void function(StmtId id, const FunctionDef& node) {
    FileFunction plain;
    plain.name = node.name, plain.function = id;
    file_.functions.push_back(std::move(plain));
    FunctionRef made{file_.functions.size() - 1};
    for (auto decorator = node.decorators.rbegin(); decorator != node.decorators.rend(); ++decorator) {
      std::optional<FileValue> value = evaluate(file_, *decorator, diagnostics_);
      if (const auto* member = value ? std::get_if<ModuleMember>(&value->value) : nullptr)
        if (auto bare = decorator_named(member->path)) value = {{*bare}};
      const auto* known = value ? std::get_if<Decorator>(&value->value) : nullptr;
      if (!known)
        return skip(node.name, fmt::format("decorated with `{}`", tree_.source->text(tree_[*decorator].span)));
      if (known->options.kind == KernelOptions::Kind::Gufunc && known->options.layout.empty() &&
          !std::holds_alternative<Call>(tree_[*decorator].node))
        diagnostics_.report(Code::bad_layout, tree_.source, tree_[*decorator].span, "`@nf.guvectorize` has no layout")
            .hint("name the core dimensions of inputs and outputs: @nf.guvectorize('(n,m)->(n,m)')");
      made = decorate(file_, *known, made, tree_[*decorator].span, diagnostics_);
    }
    bind(node.name, {made});
  }

  void assign(const Assign& node) {
    size_t functions = file_.functions.size();
    std::optional<FileValue> value = evaluate(file_, node.value, diagnostics_);
    const auto* made = value ? std::get_if<FunctionRef>(&value->value) : nullptr;
    for (ExprId target : node.targets) {
      const Name* name = std::get_if<Name>(&tree_[target].node);
      if (name && made && made->index >= functions) file_.functions[made->index].name = name->text;  // g = nf.jit(f)
      set(target, value);
    }
  }

  void set(ExprId target, const std::optional<FileValue>& value) {
    const Sequence* values = value ? std::get_if<Sequence>(&value->value) : nullptr;
    const std::vector<ExprId>* targets = nullptr;
    if (const auto* tuple = std::get_if<TupleExpr>(&tree_[target].node)) targets = &tuple->items;
    if (const auto* list = std::get_if<ListExpr>(&tree_[target].node)) targets = &list->items;
    if (const Name* name = std::get_if<Name>(&tree_[target].node); name && value) {
      bind(name->text, *value);
    } else if (targets && values && targets->size() == values->items.size()) {
      for (size_t i = 0; i < targets->size(); ++i) set((*targets)[i], values->items[i]);
    } else {
      skip_targets(target, std::holds_alternative<Name>(tree_[target].node) || targets
                               ? "set to something that is not a constant"
                               : "changed in place");
    }
  }

  /// Every name in a target gets an unknown value; so does `x` of `x[0] = 1` and `x.flags = 1`.
  void skip_targets(ExprId target, const std::string& what) {
    match(
        tree_[target].node, [&](const Name& n) { skip(n.text, what); },
        [&](const Subscript& n) { skip_targets(n.value, what); },
        [&](const Attribute& n) { skip_targets(n.value, what); },
        [&](const Starred& n) { skip_targets(n.value, what); },
        [&](const TupleExpr& n) {
          for (ExprId item : n.items) skip_targets(item, what);
        },
        [&](const ListExpr& n) {
          for (ExprId item : n.items) skip_targets(item, what);
        },
        [](const auto&) {});
  }

  /// `steps.sort()` may change `steps`.
  void call(const ExprStmt& node) {
    const auto* call = std::get_if<Call>(&tree_[node.value].node);
    const auto* method = call ? std::get_if<Attribute>(&tree_[call->function].node) : nullptr;
    const auto* base = method ? std::get_if<Name>(&tree_[method->value].node) : nullptr;
    auto known = base ? file_.names.find(base->text) : file_.names.end();
    if (known == file_.names.end()) return;
    const auto* value = std::get_if<FileValue>(&known->second);
    if (value &&
        (std::holds_alternative<ConstantArray>(value->value) || std::holds_alternative<Sequence>(value->value)))
      skip(base->text, fmt::format("perhaps changed by `.{}()`", method->name));
  }

  /// Skips every name that a statement within `span` sets. With `keep` names that are known stay as they are.
  void skip_within(Span span, const std::string& what, bool keep = false) {
    auto skip_name = [&](const std::string& name) {
      if (!keep || !file_.names.count(name)) skip(name, what);
    };
    auto skip_all = [&](ExprId target) {
      for_each_expr(tree_, target, [&](ExprId id) {
        if (const Name* name = std::get_if<Name>(&tree_[id].node)) skip_name(name->text);
      });
    };
    // Statements are stored as they end, so those in the span lie together, and each behind the ones that it holds.
    auto ends_before = [](const Stmt& stmt, uint32_t offset) { return stmt.span.end <= offset; };
    auto first = std::lower_bound(tree_.stmts.begin(), tree_.stmts.end(), span.begin, ends_before);
    auto last = std::lower_bound(first, tree_.stmts.end(), span.end, ends_before);
    Span scope;  // of the function or class that keeps its names to itself
    for (auto at = last; at != first;) {
      const Stmt& stmt = *--at;
      if (stmt.span.begin < span.begin || (stmt.span.begin >= scope.begin && stmt.span.end <= scope.end)) continue;
      if (std::holds_alternative<FunctionDef>(stmt.node) || std::holds_alternative<ClassDef>(stmt.node))
        scope = stmt.span;
      line_ = tree_.source->place(stmt.span.begin).line;
      match(
          stmt.node, [&](const FunctionDef& n) { skip_name(n.name); }, [&](const ClassDef& n) { skip_name(n.name); },
          [&](const Assign& n) {
            for (ExprId target : n.targets) skip_all(target);
          },
          [&](const AugAssign& n) { skip_all(n.target); }, [&](const AnnAssign& n) { skip_all(n.target); },
          [&](const For& n) { skip_all(n.target); },
          [&](const Import& n) {
            for (const ImportedName& name : n.names) skip_name(name.bound_as);
          },
          [&](const UnsupportedStmt& n) { skip_bare(stmt.span, n, skip_name); }, [](const auto&) {});
    }
  }

  /// `with ... as name` and `del name`, whose parts the tree does not hold.
  template <class Skip>
  void skip_bare(Span span, const UnsupportedStmt& node, Skip skip_name) {
    auto source = std::make_shared<Source>(tree_.source->name(), std::string(tree_.source->text(span)));
    Diagnostics ignored;  // the parser has said it already
    bool next = false;
    for (const Token& token : tokenize(source, ignored)) {
      std::string text(source->text(token.span));
      if (token.kind == TokenKind::Newline) break;
      if (token.kind == TokenKind::Name && (next || node.what == "`del`")) skip_name(text);
      next = token.kind == TokenKind::Keyword && text == "as";
    }
  }

  File& file_;
  const Module& tree_;
  Diagnostics& diagnostics_;
  int line_ = 0;
};

/// The names of a file, as its kernels see them.
class FileEnvironment final : public Environment {
 public:
  explicit FileEnvironment(std::shared_ptr<File> file) : file_(std::move(file)) {}

  std::optional<Binding> find(std::string_view name) override {
    auto found = file_->names.find(name);
    if (found == file_->names.end()) return {};
    if (const auto* skipped = std::get_if<SkippedName>(&found->second)) return *skipped;
    return match(
        std::get<FileValue>(found->second).value, [](const Scalar& v) -> Binding { return v; },
        [](const std::string&) -> Binding { return UnusableValue{"a text"}; },
        [](const NoneValue& v) -> Binding { return v; }, [](const Sequence& v) { return sequence(v); },
        [](const ConstantArray& v) -> Binding { return v; },
        [](const SignatureType& v) -> Binding {
          if (v.rank == 0) return DTypeRef{v.dtype};
          return UnusableValue{"the type of an array"};
        },
        [](const Signature&) -> Binding { return UnusableValue{"a signature of types"}; },
        [](const ModuleMember& v) -> Binding { return v; },
        [](const Decorator&) -> Binding { return UnusableValue{"a decorator"}; },
        [&](const FunctionRef& v) -> Binding { return KernelRef{definition(file_, v.index)}; });
  }

  std::vector<std::string> names() override {
    std::vector<std::string> all;
    for (const auto& [name, value] : file_->names) all.push_back(name);
    return all;
  }

 private:
  static Binding sequence(const Sequence& sequence) {
    if (sequence.is_list) return UnusableValue{"a list, which could change; a tuple or np.array can be used"};
    ConstantTuple tuple;
    for (const FileValue& item : sequence.items) {
      const auto* scalar = std::get_if<Scalar>(&item.value);
      if (!scalar) return UnusableValue{"a tuple of other things than numbers"};
      tuple.items.push_back(*scalar);
    }
    return tuple;
  }
  std::shared_ptr<File> file_;
};

/// Bare functions that read a parameter at constant offsets become stencils.
void find_bare_stencils(File& file) {
  const Module& tree = *file.module;
  std::vector<std::pair<uint32_t, uint32_t>> bodies;  // of functions, in the order of the text
  for (StmtId id : tree.body)
    if (const auto* caller = std::get_if<FunctionDef>(&tree[id].node))
      bodies.emplace_back(caller->name_span.end, tree[id].span.end);
  auto in_body = [&](Span span) {
    auto body = std::upper_bound(bodies.begin(), bodies.end(), std::pair(span.begin, UINT32_MAX));
    return body != bodies.begin() && span.end <= std::prev(body)->second;
  };
  std::set<std::string> called;
  for (const Expr& expr : tree.exprs)
    if (const auto* call = std::get_if<Call>(&expr.node); call && in_body(expr.span))
      if (const auto* name = std::get_if<Name>(&tree[call->function].node)) called.insert(name->text);
  for (FileFunction& function : file.functions) {
    const FunctionDef* node = function_def(tree, function);
    if (!node || function.decorated) continue;
    StencilLike like = stencil_like(tree, *node);
    if (like == StencilLike::Surely || (like == StencilLike::Perhaps && !called.count(function.name)))
      function.options.kind = KernelOptions::Kind::Stencil;
  }
}

/// The functions that the file's names stand for at its end, in file order: kernels, or if there is none all functions.
std::vector<size_t> listed(const File& file) {
  std::set<size_t> kernels, plain;
  for (const auto& [name, value] : file.names) {
    const auto* known = std::get_if<FileValue>(&value);
    const auto* ref = known ? std::get_if<FunctionRef>(&known->value) : nullptr;
    if (!ref) continue;
    const FileFunction& function = file.functions[ref->index];
    if (function.wrapped && !function.decorated) continue;
    (function.decorated || function.options.kind == KernelOptions::Kind::Stencil ? kernels : plain).insert(ref->index);
  }
  const std::set<size_t>& chosen = kernels.empty() ? plain : kernels;
  return {chosen.begin(), chosen.end()};
}

}  // namespace

DefinitionPtr definition(const std::shared_ptr<File>& file, size_t index) {
  std::lock_guard lock(file->making);
  FileFunction& function = file->functions[index];
  if (DefinitionPtr made = function.made.lock()) return made;
  auto made = std::make_shared<Definition>();
  made->milliseconds_parse = file->milliseconds_parse;
  made->name = function.name, made->module = file->module;
  made->function = function.function, made->lambda = function.lambda;
  made->options = function.options;
  made->names = std::make_shared<FileEnvironment>(file);
  function.made = made;
  return made;
}

FileDefinitions read_definitions(std::shared_ptr<const Module> module, double milliseconds_parse) {
  FileDefinitions definitions{module, {}, module->diagnostics};
  auto file = std::make_shared<File>();
  file->module = module;
  file->milliseconds_parse = milliseconds_parse;
  FileReader reader(*file, definitions.diagnostics);
  for (StmtId id : module->body) reader.read(id);
  find_bare_stencils(*file);
  for (size_t index : listed(*file)) definitions.kernels.push_back(definition(file, index));
  return definitions;
}

}  // namespace nf::types
