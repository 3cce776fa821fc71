// Makes versions by walking the tree once, with one current version for each variable.
#include "types/versions.h"

#include <algorithm>

#include "syntax/children.h"

namespace nf::types {
namespace {
using namespace syntax;
using Versions = std::vector<VersionId>;  // the current version of each variable

class Splitter {
 public:
  explicit Splitter(Typed& typed) : typed_(typed), tree_(typed.tree()) {}

  Scope run() {
    scope_.reads.resize(tree_.exprs.size());
    const Definition& definition = *typed_.definition;
    for (const TypedParameter& param : typed_.params) declare(param.name);
    if (definition.function) declare_all(body());
    now_.resize(typed_.variables.size());
    for (TypedParameter& param : typed_.params) {
      uint32_t variable = scope_.variables.find(param.name)->second;
      param.version = add({Version::Kind::Parameter, variable, param.span, param.type});
      now_[variable] = param.version;
    }
    if (definition.function)
      walk(body());
    else
      read(std::get<Lambda>(tree_[definition.lambda].node).body);
    mark_used();
    drop_unused_moves();
    mark_maybe_unset();
    return std::move(scope_);
  }

 private:
  struct Jump {
    StmtId stmt;
    Versions versions;
  };
  struct Loop {
    StmtId stmt;
    std::vector<std::pair<uint32_t, VersionId>> heads;  // merged versions at the loop's head
    std::vector<Jump> breaks;
  };

  const Body& body() const { return std::get<FunctionDef>(tree_[typed_.definition->function].node).body; }
  VersionId add(Version version) { return typed_.versions.add(std::move(version)); }
  Flow& flow(StmtId stmt) { return typed_.flows[stmt.index]; }

  // ---- names
  void declare(const std::string& name) {
    auto [found, is_new] = scope_.variables.try_emplace(name, uint32_t(typed_.variables.size()));
    if (is_new) typed_.variables.push_back(name);
  }
  void declare_target(ExprId target) {
    for (ExprId leaf : leaves(tree_, target)) declare(std::get<Name>(tree_[leaf].node).text);
  }
  void declare_all(const Body& body) {
    each_target(body, [&](ExprId target) { declare_target(target); });
  }

  /// Calls `f` on every target that statements of `body` (nested ones included) assign to.
  template <class F>
  void each_target(const Body& body, const F& f) const {
    for (StmtId id : body) {
      const auto& node = tree_[id].node;
      if (auto* assign = std::get_if<Assign>(&node)) {
        for (ExprId target : assign->targets) f(target);
      } else if (auto* assign = std::get_if<AugAssign>(&node)) {
        f(assign->target);
      } else if (auto* assign = std::get_if<AnnAssign>(&node)) {
        if (assign->value) f(assign->target);
      } else if (auto* loop = std::get_if<For>(&node)) {
        f(loop->target), each_target(loop->body, f), each_target(loop->otherwise, f);
      } else if (auto* loop = std::get_if<While>(&node)) {
        each_target(loop->body, f), each_target(loop->otherwise, f);
      } else if (auto* branch = std::get_if<If>(&node)) {
        each_target(branch->then, f), each_target(branch->otherwise, f);
      }
    }
  }

  // ---- expressions: every name that is read gets the version it reads
  void read(ExprId id) {
    if (!id) return;
    if (auto* name = std::get_if<Name>(&tree_[id].node)) read_name(id, name->text);
    if (std::holds_alternative<Lambda>(tree_[id].node)) return;  // its names are its own
    for_each_child(tree_[id], [&](ExprId child) { read(child); });
  }
  void read_name(ExprId id, std::string_view name) {
    auto found = scope_.variables.find(name);
    if (found != scope_.variables.end()) scope_.reads[id] = now_[found->second];
  }

  // ---- assignments
  VersionId write_name(ExprId leaf, Version version) {
    uint32_t variable = scope_.variables.find(std::get<Name>(tree_[leaf].node).text)->second;
    version.variable = variable, version.span = tree_[leaf].span;
    VersionId id = add(std::move(version));
    typed_.written[leaf.index] = id;
    return now_[variable] = id;
  }
  void write(ExprId target, ExprId value) {
    const auto& node = tree_[target].node;
    if (std::holds_alternative<Name>(node)) {
      write_name(target, {Version::Kind::Assigned, 0, {}, {}, value});
    } else if (auto* tuple = std::get_if<TupleExpr>(&node)) {
      for (size_t i = 0; i < tuple->items.size(); ++i) {
        if (std::holds_alternative<Name>(tree_[tuple->items[i]].node))
          write_name(tuple->items[i], {Version::Kind::Assigned, 0, {}, {}, value, int(i)});
        else
          write(tuple->items[i], ExprId::none());
      }
    } else if (std::holds_alternative<Subscript>(node) || std::holds_alternative<Attribute>(node)) {
      read(target);
    } else {  // refused by inference, which wants a version for every name all the same
      for (ExprId leaf : leaves(tree_, target)) write_name(leaf, {});
    }
  }

  // ---- statements; each returns whether control goes on behind it
  bool walk(const Body& body) {
    for (StmtId id : body)
      if (!walk(id)) return false;
    return true;
  }
  bool walk(StmtId id) {
    const auto& node = tree_[id].node;
    if (auto* n = std::get_if<Assign>(&node)) {
      read(n->value);
      for (ExprId target : n->targets) write(target, n->value);
    } else if (auto* n = std::get_if<AugAssign>(&node)) {
      read(n->target), read(n->value);
      if (std::holds_alternative<Name>(tree_[n->target].node)) write_name(n->target, {});
    } else if (auto* n = std::get_if<AnnAssign>(&node)) {
      read(n->value);
      if (n->value) write(n->target, n->value);
    } else if (auto* n = std::get_if<ExprStmt>(&node)) {
      read(n->value);
    } else if (auto* n = std::get_if<Return>(&node)) {
      read(n->value);
      return false;
    } else if (auto* n = std::get_if<Raise>(&node)) {
      read(n->exception);
      return false;
    } else if (auto* n = std::get_if<Assert>(&node)) {
      read(n->test), read(n->message);
    } else if (std::holds_alternative<Break>(node)) {
      if (!loops_.empty()) loops_.back()->breaks.push_back({id, now_});
      return false;
    } else if (std::holds_alternative<Continue>(node)) {
      if (!loops_.empty()) move_to_heads(flow(id).jump);
      return false;
    } else if (auto* n = std::get_if<If>(&node)) {
      return walk_if(id, *n);
    } else if (auto* n = std::get_if<For>(&node)) {
      return walk_for(id, *n);
    } else if (auto* n = std::get_if<While>(&node)) {
      return walk_while(id, *n);
    }
    return true;
  }

  bool walk_if(StmtId id, const If& n) {
    read(n.test);
    Versions before = now_;
    bool then_goes_on = walk(n.then);
    Versions after_then = std::exchange(now_, before);
    bool otherwise_goes_on = walk(n.otherwise);
    if (!then_goes_on && !otherwise_goes_on) return false;
    Flow& edges = flow(id);
    for (uint32_t v = 0; v < now_.size(); ++v) {
      bool changed = (then_goes_on && after_then[v] != before[v]) || (otherwise_goes_on && now_[v] != before[v]);
      if (!changed) {
        now_[v] = before[v];
        continue;
      }
      VersionId merged = add({Version::Kind::Merged, v, tree_[id].span});
      if (then_goes_on) move(edges.then, merged, after_then[v]);
      if (otherwise_goes_on) move(edges.otherwise, merged, now_[v]);
      now_[v] = merged;
    }
    return true;
  }

  bool walk_for(StmtId id, const For& n) {
    read(n.iterable);
    Loop loop = open_loop(id, n.body, &n.target);
    Versions at_head = now_;
    write(n.target, ExprId::none());
    for (ExprId leaf : leaves(tree_, n.target)) typed_.versions[typed_.written[leaf.index]].loop = id;
    walk_body(loop, n.body);
    now_ = at_head;
    return leave(loop, at_head, walk(n.otherwise));
  }

  bool walk_while(StmtId id, const While& n) {
    Loop loop = open_loop(id, n.body, nullptr);
    read(n.test);
    Versions at_head = now_;
    walk_body(loop, n.body);
    now_ = at_head;
    bool ends_by_itself = !is_always_true(tree_, n.test);
    return leave(loop, at_head, ends_by_itself && walk(n.otherwise));
  }

  /// Merges every variable that the body assigns, and enters the loop.
  Loop open_loop(StmtId id, const Body& body, const ExprId* target) {
    std::vector<bool> assigned(now_.size());
    auto mark = [&](ExprId t) {
      for (ExprId leaf : leaves(tree_, t))
        assigned[scope_.variables.find(std::get<Name>(tree_[leaf].node).text)->second] = true;
    };
    each_target(body, mark);
    if (target) mark(*target);
    Loop loop{id, {}, {}};
    for (uint32_t v = 0; v < now_.size(); ++v) {
      if (!assigned[v]) continue;
      VersionId head = add({Version::Kind::Merged, v, tree_[id].span});
      move(flow(id).enter, head, now_[v]);
      now_[v] = head;
      loop.heads.push_back({v, head});
    }
    return loop;
  }
  void walk_body(Loop& loop, const Body& body) {
    loops_.push_back(&loop);
    if (walk(body)) move_to_heads(flow(loop.stmt).again);
    loops_.pop_back();
  }
  void move_to_heads(Moves& moves) {
    for (auto [v, head] : loops_.back()->heads) move(moves, head, now_[v]);
  }

  /// Behind the loop: `now_` is what holds when it ended by itself (behind its `else`), if it can.
  bool leave(Loop& loop, const Versions& at_head, bool ends_by_itself) {
    if (loop.breaks.empty()) return ends_by_itself;
    flow(loop.stmt).has_break = true;
    for (uint32_t v = 0; v < now_.size(); ++v) {
      bool changed = ends_by_itself && now_[v] != at_head[v];
      for (const Jump& jump : loop.breaks) changed |= jump.versions[v] != at_head[v];
      if (!changed) {
        now_[v] = at_head[v];
        continue;
      }
      VersionId merged = add({Version::Kind::Merged, v, tree_[loop.stmt].span});
      if (ends_by_itself) move(flow(loop.stmt).done, merged, now_[v]);
      for (const Jump& jump : loop.breaks) move(flow(jump.stmt).jump, merged, jump.versions[v]);
      now_[v] = merged;
    }
    return true;
  }

  void move(Moves& moves, VersionId to, VersionId from) {
    if (to == from) return;
    moves.push_back({to, from});
    typed_.versions[to].incoming.push_back(from);
  }

  // ---- afterwards
  void mark_used() {
    std::vector<VersionId> work;
    auto use = [&](VersionId id) {
      if (!id || typed_.versions[id].is_used) return;
      typed_.versions[id].is_used = true;
      work.push_back(id);
    };
    for (VersionId id : scope_.reads) use(id);
    while (!work.empty()) {
      VersionId id = work.back();
      work.pop_back();
      for (VersionId from : Versions(typed_.versions[id].incoming)) use(from);
    }
  }
  void drop_unused_moves() {
    auto drop = [&](Moves& moves) { std::erase_if(moves, [&](Move m) { return !typed_.versions[m.to].is_used; }); };
    for (auto& [stmt, f] : typed_.flows)
      drop(f.then), drop(f.otherwise), drop(f.enter), drop(f.again), drop(f.done), drop(f.jump);
  }
  void mark_maybe_unset() {
    for (bool changed = true; changed;) {
      changed = false;
      for (uint32_t i = 0; i < typed_.versions.size(); ++i) {
        Version& version = typed_.versions[{i}];
        if (version.kind != Version::Kind::Merged || version.maybe_unset) continue;
        for (VersionId from : version.incoming)
          if (!from || typed_.versions[from].maybe_unset) version.maybe_unset = changed = true;
      }
    }
  }

  Typed& typed_;
  const syntax::Module& tree_;
  Scope scope_;
  Versions now_;
  std::vector<Loop*> loops_;
};
}  // namespace

bool is_always_true(const syntax::Module& tree, ExprId test) {
  if (auto* literal = std::get_if<BoolLiteral>(&tree[test].node)) return literal->value;
  if (auto* literal = std::get_if<IntegerLiteral>(&tree[test].node)) return literal->value != 0;
  return false;
}

std::vector<ExprId> leaves(const syntax::Module& tree, ExprId target) {
  const auto& node = tree[target].node;
  if (std::holds_alternative<Name>(node)) return {target};
  if (auto* starred = std::get_if<Starred>(&node)) return leaves(tree, starred->value);
  std::vector<ExprId> all;
  const std::vector<ExprId>* items = nullptr;
  if (auto* tuple = std::get_if<TupleExpr>(&node)) items = &tuple->items;
  if (auto* list = std::get_if<ListExpr>(&node)) items = &list->items;
  if (items)
    for (ExprId item : *items)
      for (ExprId leaf : leaves(tree, item)) all.push_back(leaf);
  return all;
}

const std::vector<Parameter>& parameters_of(const Definition& definition) {
  const syntax::Module& tree = *definition.module;
  if (definition.function) return std::get<FunctionDef>(tree[definition.function].node).params;
  return std::get<Lambda>(tree[definition.lambda].node).params;
}

Span name_span(const Definition& definition) {
  const syntax::Module& tree = *definition.module;
  if (definition.function) return std::get<FunctionDef>(tree[definition.function].node).name_span;
  return tree[definition.lambda].span;
}

const Flow& Typed::flow(StmtId stmt) const {
  static const Flow none;
  auto found = flows.find(stmt.index);
  return found == flows.end() ? none : found->second;
}

Scope split_versions(Typed& typed) { return Splitter(typed).run(); }

}  // namespace nf::types
