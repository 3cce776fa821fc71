// Reads IR text (docs/ir.md), for goldens, tests and the fuzzer. It checks the grammar; `verify` checks the meaning.
#include "base/source.h"
#include "ir/ir.h"
#include "ir/names.h"
#include "ir/scanner.h"

namespace nf::ir {
namespace {

constexpr int kMaxDepth = 200;         // of nested blocks: beyond it recursion would not be safe
constexpr size_t kMaxEntries = 65536;  // of functions, sites, constants

class FunctionParser {
 public:
  explicit FunctionParser(Scanner& in) : in_(in) {}

  Function run() {
    in_.expect("@");
    f_.name = in_.name();
    in_.expect("(");
    while (!in_.accept(")")) {
      if (!f_.params.empty()) in_.expect(",");
      f_.params.push_back(parameter());
    }
    if (in_.accept("->")) {
      do f_.results.push_back(in_.type());
      while (in_.accept(","));
    }
    if (in_.accept_word("stencil")) stencil();
    f_.fastmath = in_.accept_word("fastmath");
    f_.body = block();
    // Statements carry no ids in the text; they follow the values.
    uint32_t first = uint32_t(f_.insts.size());
    for (Inst& inst : statements_) f_.insts.add(std::move(inst));
    for (uint32_t b = 0; b < f_.blocks.size(); ++b)
      for (InstId& inst : f_.blocks[BlockId{b}].insts)
        if (inst.index & kStatement) inst.index = first + (inst.index & ~kStatement);
    return std::move(f_);
  }

 private:
  Parameter parameter() {
    Parameter param;
    param.name = in_.name();
    in_.expect(":");
    param.type = in_.type();
    param.relative = in_.accept_word("relative");
    if (in_.accept_word("in")) {
      __int128 lo = in_.integer();
      in_.expect("..");
      param.range = Range{lo, in_.integer()};
    }
    return param;
  }

  void stencil() {
    f_.kind = FunctionKind::Stencil;
    in_.expect_word("rank");
    f_.rank = int(in_.integer(0, kMaxRank));
    in_.expect_word("mode");
    std::string mode = in_.word();
    if (auto found = find_name<BorderMode>(kModeNames, mode))
      f_.mode = *found;
    else
      in_.fail("`{}` is no border mode", mode);
    if (in_.accept_word("cval")) {
      DType dtype = in_.dtype();
      f_.cval = in_.scalar(dtype);
    }
    if (!in_.accept_word("footprint")) return;
    in_.expect("[");
    do {
      int64_t lo = in_.integer(INT64_MIN / 4, 0);
      in_.expect("..");
      f_.footprint.axes.emplace_back(lo, in_.integer(0, INT64_MAX / 4));
    } while (in_.accept(","));
    in_.expect("]");
  }

  BlockId block() {
    if (++depth_ > kMaxDepth) in_.fail("blocks nested too deeply");
    in_.expect("{");
    BlockId id = f_.blocks.add({});
    while (!in_.accept("}")) {
      if (in_.at_end()) in_.fail("expected `}}`");
      InstId inst = instruction();
      f_.blocks[id].insts.push_back(inst);
    }
    --depth_;
    return id;
  }

  // Room in the table for everything named so far. Rows that nothing defines stay `unknown`, which `verify` refuses to
  // use.
  InstId known(InstId id) {
    if (id.index >= f_.insts.size()) f_.insts.resize(id.index + 1, Inst{Const{}, Type::unknown()});
    return id;
  }
  InstId value() { return known(in_.inst()); }
  std::vector<InstId> values() {
    std::vector<InstId> ids = in_.insts();
    for (InstId id : ids) known(id);
    return ids;
  }
  std::vector<InstId> values_in(std::string_view open, std::string_view close) {
    in_.expect(open);
    std::vector<InstId> ids = values();
    in_.expect(close);
    return ids;
  }
  uint32_t site() { return in_.accept_word("site") ? in_.index() : 0; }

  InstId instruction() {
    if (in_.peek() != '%') {
      Op op = statement(in_.word());
      statements_.push_back({std::move(op), Type::none()});
      return {kStatement | uint32_t(statements_.size() - 1)};
    }
    InstId id = value();
    in_.expect("=");
    Op op = value_op(in_.word());
    in_.expect(":");
    Type type = in_.type();
    if (!f_.insts[id].type.is_unknown()) in_.fail("%{} is defined twice", id.index);
    f_.insts[id] = {std::move(op), type};
    return id;
  }

  template <class T>
  T access() {
    T n{};
    n.array = value();
    n.index = values_in("[", "]");
    n.wrap = in_.accept_word("wrap");
    n.check = in_.accept_word("check");
    n.site = site();
    return n;
  }

  Call call() {
    Call n{in_.index(), values_in("(", ")"), InstId::none()};
    if (in_.accept_word("out")) n.out = value();
    n.keep = in_.accept_word("keep");
    n.parallel = in_.accept_word("parallel");
    n.site = site();
    return n;
  }

  Op statement(const std::string& word) {
    if (word == "store") {
      InstId stored = value();
      in_.expect(",");
      Store n = access<Store>();
      n.value = stored;
      return n;
    }
    if (word == "copy") {
      InstId target = value();
      in_.expect(",");
      InstId from = value();
      return Copy{target, from, site()};
    }
    if (word == "set") {
      InstId slot = value();
      in_.expect(",");
      return Set{slot, value()};
    }
    if (word == "for") return loop();
    if (word == "while") {
      InstId test = value();
      BlockId condition = block();
      in_.expect_word("do");
      return While{condition, test, block()};
    }
    if (word == "if") {
      InstId condition = value();
      BlockId then = block();
      return If{condition, then, in_.accept_word("else") ? block() : f_.blocks.add({})};
    }
    if (word == "break") return Break{};
    if (word == "continue") return Continue{};
    if (word == "return") return Return{values()};
    if (word == "raise") {
      in_.expect_word("site");
      uint32_t site = in_.index();
      return Raise{site, in_.peek() == '(' ? values_in("(", ")") : std::vector<InstId>{}};
    }
    if (word == "call") return call();
    in_.fail("`{}` is no statement", word);
  }

  For loop() {
    For n{};
    n.var = value();
    if (!f_.insts[n.var].type.is_unknown()) in_.fail("%{} is defined twice", n.var.index);
    f_.insts[n.var] = {LoopVar{}, Type::scalar(DType::Int64)};
    in_.expect("=");
    n.lo = value();
    in_.expect_word("to");
    n.hi = value();
    in_.expect_word("step");
    n.step = value();
    n.parallel = in_.accept_word("parallel");
    n.body = block();
    return n;
  }

  Op value_op(const std::string& word) {
    if (word == "const") return constant();
    if (word == "param") return Param{in_.index()};
    if (word == "global") return Global{in_.index()};
    if (word == "slot") return Slot{};
    if (word == "get") return Get{value()};
    if (word == "cast") return Cast{value()};
    if (word == "ravel") return Ravel{value()};
    if (word == "row") {
      const InstId array = value();
      return Row{array, values_in("[", "]")};
    }
    if (word == "broadcast") {
      Broadcast n{value(), {}};
      in_.expect_word("with");
      n.with = values_in("(", ")");
      n.site = site();
      return n;
    }
    if (word == "apart") {
      Apart n{value(), {}};
      in_.expect_word("from");
      n.from = values_in("(", ")");
      n.same = in_.accept_word("same");
      return n;
    }
    if (word == "call") return call();
    if (word == "load") return access<Load>();
    if (word == "tuple") return MakeTuple{values_in("(", ")")};
    if (word == "neighbor") {
      Neighbor n{value(), {}};
      in_.expect("[");
      while (!in_.accept("]")) {
        if (!n.offset.empty()) in_.expect(",");
        n.offset.push_back(in_.integer(INT64_MIN / 4, INT64_MAX / 4));
      }
      return n;
    }
    if (word == "neighbor_at") {
      NeighborAt n{value(), values_in("[", "]"), 0};
      n.site = site();
      return n;
    }
    if (word == "alloc") {
      Alloc n{values_in("(", ")"), false};
      n.zero = in_.accept_word("zero");
      n.site = site();
      return n;
    }
    if (word == "reduce") {
      std::string name = in_.word();
      auto op = find_name<ReduceOp>(kReduceNames, name);
      if (!op) in_.fail("`{}` is no reduction", name);
      InstId array = value();
      return Reduce{*op, array, site()};
    }
    if (word == "dim" || word == "item") {
      InstId of = value();
      in_.expect(",");
      uint32_t position = in_.index();
      if (word == "dim") return Dim{of, position};
      return Item{of, position};
    }
    if (word == "select") {
      std::vector<InstId> three = operands_of(word, 3);
      return Select{three[0], three[1], three[2]};
    }
    if (auto op = find_name<UnaryOp>(kUnaryNames, word)) return Unary{*op, value()};
    if (auto op = find_name<BinaryOp>(kBinaryNames, word)) {
      std::vector<InstId> two = operands_of(word, 2);
      return Binary{*op, two[0], two[1]};
    }
    if (auto op = find_name<CompareOp>(kCompareNames, word)) {
      std::vector<InstId> two = operands_of(word, 2);
      return Compare{*op, two[0], two[1]};
    }
    if (auto fn = find_name<MathFn>(kMathNames, word)) return Math{*fn, operands_of(word, arity(*fn))};
    in_.fail("`{}` is no instruction", word);
  }

  std::vector<InstId> operands_of(const std::string& word, int count) {
    std::vector<InstId> ids = values();
    if (int(ids.size()) != count) in_.fail("`{}` takes {} operands", word, count);
    return ids;
  }

  // The type stands behind the number, so look ahead.
  Op constant() {
    Scanner start = in_;
    while (!in_.at_end() && !in_.accept(":")) in_.skip_one();
    Type type = in_.type();
    if (!type.is_scalar()) in_.fail("a constant is a scalar");
    in_ = start;
    return Const{in_.scalar(type.dtype())};
  }

  static constexpr uint32_t kStatement = 0x80000000;  // marks places in `statements_` until they get their ids
  Scanner& in_;
  Function f_;
  std::vector<Inst> statements_;
  int depth_ = 0;
};

ConstantArray constant_array(Scanner& in) {
  ConstantArray array;
  array.dtype = in.dtype();
  in.expect("[");
  int64_t count = 1;
  while (!in.accept("]")) {
    if (!array.shape.empty()) in.expect(",");
    if (array.shape.size() == kMaxRank) in.fail("an array of more than {} axes", kMaxRank);
    int64_t extent = in.integer(0, int64_t(in.size()));
    array.shape.push_back(extent);
    if (extent != 0 && count > int64_t(in.size()) / extent) in.fail("more elements than the text can hold");
    count *= extent;
  }
  in.expect("=");
  for (int64_t i = 0; i < count; ++i) {
    if (i > 0) in.expect(",");
    Scalar element = in.scalar(array.dtype);
    const std::byte* bytes = reinterpret_cast<const std::byte*>(&element.bits);
    array.data.insert(array.data.end(), bytes, bytes + size_of(array.dtype));
  }
  return array;
}

Site read_site(Scanner& in) {
  Site site;
  site.exception = in.word();
  site.message = in.quoted_text();
  if (in.accept_word("at")) {
    site.span.source = in.index();
    site.span.begin = in.index();
    in.expect("..");
    site.span.end = in.index();
  }
  return site;
}

}  // namespace

Module parse_ir(std::string_view text) {
  Scanner in(text);
  Module module;
  module.sites.emplace_back();
  auto numbered = [&](size_t next) {
    if (in.index() != next) in.fail("expected number {}", next);
    if (next == kMaxEntries) in.fail("more than {} entries", kMaxEntries);
  };
  while (!in.at_end()) {
    std::string word = in.word();
    if (word == "func") {
      module.functions.push_back(FunctionParser(in).run());
    } else if (word == "source") {
      numbered(module.sources.size());
      module.sources.push_back(std::make_shared<Source>(in.quoted_text(), ""));
    } else if (word == "site") {
      numbered(module.sites.size());
      module.sites.push_back(read_site(in));
    } else if (word == "constant") {
      numbered(module.constants.size());
      module.constants.push_back(constant_array(in));
    } else {
      in.fail("expected `func`, `source`, `site` or `constant`, not `{}`", word);
    }
  }
  if (module.functions.empty()) in.fail("expected a function");
  return module;
}

}  // namespace nf::ir
