// Random functions that apply stencils to whole arrays, one after the other: for the tests of the passes over them and
// of the chains that they run as.
#pragma once
#include "passes/passes.h"
#include "unit/ir/generate.h"

namespace nf::ir::test {

/// A stencil over `inputs` that reads each at a few offsets and combines what it reads.
inline Function random_stage(Random& random, const std::string& name, int rank, const std::vector<DType>& inputs,
                             bool scalar) {
  static const std::vector<DType> dtypes{DType::UInt8, DType::Int16, DType::Int64, DType::Float32};
  Function f;
  f.name = name, f.kind = FunctionKind::Stencil, f.rank = rank;
  f.mode = random.chance(60) ? BorderMode::Constant : BorderMode(random.below(6));
  f.body = f.blocks.add({});
  Builder build(f, f.body);
  const bool pointwise = random.chance(45);
  const DType result = random.pick(dtypes), work = is_float(result) ? DType::Float64 : DType::Int64;
  InstId total;
  auto add = [&](InstId value) {
    value = build.cast(value, work);
    if (random.chance(20))
      value = build.emit(Binary{BinaryOp::Mul, value, build.cast(build.constant(random.below(5)), work)},
                         Type::scalar(work));
    static const std::vector<BinaryOp> ops{BinaryOp::Add, BinaryOp::Sub, BinaryOp::Max, BinaryOp::Add};
    total = total ? build.emit(Binary{random.pick(ops), total, value}, Type::scalar(work)) : value;
  };
  for (uint32_t p = 0; p < inputs.size(); ++p) {
    f.params.push_back({"x" + std::to_string(p), Type::array(inputs[p], rank, Layout::Any, true), true, {}});
    InstId array = build.emit(Param{p}, f.params[p].type);
    for (int reads = 1 + random.below(3); reads-- > 0;) {
      std::vector<int64_t> offset(size_t(rank), 0);
      for (int64_t& o : offset) o = pointwise ? 0 : random.below(4) - 2;
      add(build.emit(Neighbor{array, offset}, Type::scalar(inputs[p])));
    }
  }
  if (scalar) {
    f.params.push_back({"c", Type::scalar(DType::Int64), false, {}});
    add(build.emit(Param{uint32_t(inputs.size())}, Type::scalar(DType::Int64)));
  }
  if (work == DType::Int64 && random.chance(60))
    total = build.emit(Binary{BinaryOp::FloorDiv, total, build.constant(1 + random.below(9))}, Type::scalar(work));
  build.emit(Return{{build.cast(total, result)}}, Type::none());
  f.results = {Type::scalar(result)};
  if (random.chance(30)) f.cval = random.scalar(result);
  f.footprint = passes::infer_footprint(f);
  return f;
}

/// A jitted function of one or two arrays that applies stages to them and returns one or two of the results.
inline Module random_chain(uint64_t seed) {
  Random random(seed);
  Module module;
  module.sites = {{}, {"ValueError", "shapes {0} {1}", {}}, {"ValueError", "stage {0} {1} {2}", {}}};
  module.functions.resize(1);
  Function f;
  f.name = "chain", f.kind = FunctionKind::Jit;
  f.body = f.blocks.add({});
  Builder build(f, f.body);
  const int rank = 1 + random.below(2), arrays = 1 + random.below(2);
  static const std::vector<DType> dtypes{DType::UInt8, DType::Int16, DType::Float32, DType::Int64};
  std::vector<InstId> pool;
  for (int p = 0; p < arrays; ++p) {
    f.params.push_back({"a" + std::to_string(p), Type::array(random.pick(dtypes), rank, Layout::Any, true), false, {}});
    pool.push_back(build.emit(Param{uint32_t(p)}, f.params.back().type));
  }
  for (int d = 0; d < rank && arrays == 2; ++d) {
    InstId a = build.emit(Dim{pool[0], uint32_t(d)}, Type::scalar(DType::Int64));
    InstId b = build.emit(Dim{pool[1], uint32_t(d)}, Type::scalar(DType::Int64));
    If branch{build.emit(Compare{CompareOp::Ne, a, b}, Type::scalar(DType::Bool)), f.blocks.add({}), f.blocks.add({})};
    BlockId outer = build.enter(branch.then);
    build.emit(Raise{1, {a, b}}, Type::none());
    build.enter(outer);
    build.emit(branch, Type::none());
  }
  std::vector<InstId> made;
  for (int s = 2 + random.below(4); s-- > 0;) {
    Call call{uint32_t(module.functions.size()), {}, InstId::none(), 2};
    if (!made.empty() && random.chance(15)) {  // the same once more
      call = std::get<Call>(f[random.pick(made)].op);
    } else {
      std::vector<DType> inputs;
      for (int i = 1 + random.below(2); i-- > 0;) {
        call.args.push_back(random.chance(70) ? pool.back() : random.pick(pool));
        inputs.push_back(f[call.args.back()].type.dtype());
      }
      if (call.args.size() == 2 && random.chance(20)) {
        const InstId a = call.args[0], b = call.args[1];
        auto repeat = [&](InstId array, InstId other) {
          return build.emit(Broadcast{array, {other}, 1}, Type::array(f[array].type.dtype(), rank, Layout::Any, true));
        };
        call.args = {repeat(a, b), repeat(b, a)};
      }
      const bool scalar = random.chance(25);
      if (scalar) call.args.push_back(build.constant(random.below(9) - 4));
      module.functions.push_back(random_stage(random, "s" + std::to_string(s), rank, inputs, scalar));
    }
    const Type type = Type::array(module.functions[call.function].results[0].dtype(), rank);
    pool.push_back(build.emit(call, type));
    made.push_back(pool.back());
  }
  Return back{{made.back()}};
  if (random.chance(30)) back.values.push_back(random.pick(made));
  for (InstId value : back.values) f.results.push_back(f[value].type);
  build.emit(back, Type::none());
  module.functions[0] = std::move(f);
  return module;
}

}  // namespace nf::ir::test
