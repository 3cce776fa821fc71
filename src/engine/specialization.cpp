// From a definition and argument types to code: type, lower, run the passes, generate, cache.
#include "engine/specialization.h"

#include <algorithm>
#include <chrono>

#include "base/assert.h"
#include "engine/disk_cache.h"
#include "lower/lower.h"
#include "passes/passes.h"

namespace nf::engine {
namespace {

using Clock = std::chrono::steady_clock;

/// Measures phases one after the other.
class Stopwatch {
 public:
  explicit Stopwatch(std::vector<std::pair<std::string, double>>& phases) : phases_(phases) {}
  void lap(std::string phase) {
    auto now = Clock::now();
    add(std::move(phase), std::chrono::duration<double, std::milli>(now - start_).count());
    start_ = now;
  }
  /// A phase that was measured elsewhere.
  void add(std::string phase, double milliseconds) { phases_.emplace_back(std::move(phase), milliseconds); }
  void restart() { start_ = Clock::now(); }

 private:
  std::vector<std::pair<std::string, double>>& phases_;
  Clock::time_point start_ = Clock::now();
};

/// With interleaved channels the neighbour one pixel to the right is `channels` elements away.
void spread_channels(ir::Function& function, int64_t channels) {
  if (channels == 1) return;
  for (uint32_t i = 0; i < function.insts.size(); ++i)
    if (auto* neighbor = std::get_if<ir::Neighbor>(&function.insts[ir::InstId{i}].op))
      neighbor->offset.back() *= channels;
  if (function.footprint.axes.empty()) return;
  function.footprint.axes.back().first *= channels;
  function.footprint.axes.back().second *= channels;
}

/// The border value in the dtype that is stored.
std::optional<Scalar> stored_cval(const std::optional<Scalar>& cval, DType dtype) {
  if (!cval) return {};
  double value = cval->to_double();
  if (is_float(cval->dtype) && !is_float(dtype) && !(value >= -9.3e18 && value <= 1.9e19))
    throw Error(ErrorKind::Value,
                fmt::format("cval {} cannot be held by the stencil's result type {}", value, name_of(dtype)),
                {"give a finite cval, or a kernel that returns a float"});
  return ir::cast_scalar(*cval, dtype);
}

/// Addresses are computed in 64 bits: offsets are refused long before these could wrap.
void check_reach(const ir::Function& stencil) {
  constexpr int64_t most = int64_t(1) << 48;
  for (auto [lo, hi] : stencil.footprint.axes)
    if (lo < -most || hi > most)
      throw Error(ErrorKind::Value, fmt::format("`{}` reads {} elements away", stencil.name, hi > most ? hi : lo),
                  {"no image is that large: offsets lie between -2**48 and 2**48"});
}

/// Without the results that nobody wants; what only they needed is dead then. The border stays that of all.
void keep_results(ir::Function& function, const std::vector<bool>& kept) {
  auto drop = [&](auto& values) {
    size_t left = 0;
    for (size_t i = 0; i < values.size(); ++i)
      if (kept.at(i)) values[left++] = values[i];
    values.resize(left, values[0]);
  };
  for (uint32_t i = 0; i < function.insts.size(); ++i)
    if (auto* back = std::get_if<ir::Return>(&function.insts[ir::InstId{i}].op)) drop(back->values);
  drop(function.results);
}

void finish_stencil(Specialization& made, const types::Definition& definition, const StencilOptions& options) {
  ir::Function& function = made.module.functions[0];
  if (function.footprint.axes.empty()) function.footprint = passes::infer_footprint(function);
  if (!options.kept.empty()) keep_results(function, options.kept);
  for (size_t i = 0; i < function.params.size() && i < options.input_ranges.size(); ++i)
    if (options.input_ranges[i]) function.params[i].range = options.input_ranges[i];
  made.ranges = passes::result_ranges(function);

  std::vector<DType> stored;
  std::vector<DType> inputs;
  for (const ir::Parameter& param : function.params)
    if (param.type.is_array()) inputs.push_back(param.type.dtype());
  for (size_t i = 0; i < function.results.size(); ++i) {
    DType dtype = function.results[i].dtype();
    if (i < options.out_dtypes.size())
      dtype = options.out_dtypes[i];
    else if (options.dtype)
      dtype = *options.dtype;
    else if (definition.options.dtype)
      dtype = *definition.options.dtype;
    else if (definition.options.fit)
      dtype = passes::fit_dtype(dtype, made.ranges[i], inputs);
    stored.push_back(dtype);
    // What is stored is the computed value only as far as the dtype holds it.
    if (made.ranges[i] && !(is_integer(dtype) && ir::Range::of(dtype).contains(*made.ranges[i])))
      made.ranges[i] = is_integer(dtype) ? std::optional(ir::Range::of(dtype)) : std::nullopt;
  }
  made.float32 = options.dtype.value_or(definition.options.dtype.value_or(DType::Float64)) == DType::Float32;
  function = passes::store_as(function, stored);
  for (DType dtype : stored)
    made.border.push_back(stored_cval(definition.options.cval, dtype).value_or(Scalar{dtype, 0}));
  if (definition.options.cval) function.cval = made.border[0];
  spread_channels(function, options.channels);
  made.footprint = function.footprint;
  made.results = function.results;
}

}  // namespace

bool is_stencil(const KernelOptions& options) {
  return options.kind == KernelOptions::Kind::Stencil || options.over_stencil || is_ufunc(options);
}

bool is_ufunc(const KernelOptions& options) { return options.kind == KernelOptions::Kind::Vectorize; }

types::DefinitionPtr as_stencil(const types::DefinitionPtr& definition) {
  if (!definition->options.over_stencil) return definition;
  auto copy = std::make_shared<types::Definition>(*definition);
  copy->options.kind = KernelOptions::Kind::Stencil;
  copy->options.over_stencil = false;
  return copy;
}

std::vector<Type> numbers_of(const std::vector<Type>& operands, const std::optional<Loop>& loop) {
  std::vector<Type> types;
  for (size_t i = 0; i < operands.size(); ++i)
    types.push_back(Type::scalar(loop ? loop->inputs.at(i) : operands[i].dtype()));
  return types;
}

std::shared_ptr<Specialization> make_specialization(const types::DefinitionPtr& definition,
                                                    const std::vector<Type>& args, const StencilOptions& options) {
  auto made = std::make_shared<Specialization>();
  Stopwatch watch(made->timings);
  watch.add("parse", definition->milliseconds_parse);
  auto typed =
      types::infer_types(as_stencil(definition), is_ufunc(definition->options) ? numbers_of(args, options.loop) : args);
  watch.lap("types");
  made->module = lower::lower(*typed);
  if (is_ufunc(definition->options)) {
    ir::Function& function = made->module.functions[0];
    const auto result = options.loop ? options.loop->result : std::nullopt;
    function = passes::at_each_point(function, args, result.value_or(function.results.at(0).dtype()));
  }
  for (ir::Function& function : made->module.functions)
    if (function.kind == ir::FunctionKind::Stencil && function.footprint.axes.empty())
      function.footprint = passes::infer_footprint(function);
  for (const ir::Function& function : made->module.functions)
    if (function.kind == ir::FunctionKind::Stencil) check_reach(function);
  made->results = made->module.functions[0].results;
  made->fastmath = definition->options.fastmath;
  if (is_stencil(definition->options))
    finish_stencil(*made, *definition, options);
  else
    made->stages = make_stages(made->module, definition->options.kind == KernelOptions::Kind::Jit);
  watch.lap("lower");
  return made;
}

ir::Module optimised(const Specialization& made) {
  return made.stages ? made.stages->module : passes::run(made.module, {}, false, made.float32);
}

namespace {

/// Names everything that the code depends on: the IR as lowered, this build, LLVM, the processor and the ABI.
CacheKey cache_key(const Specialization& made, const codegen::Target& target) {
  std::string text = fmt::format(
      "{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}", ir::print(made.stages ? made.stages->module : made.module), made.float32,
      build_id(), codegen::llvm_version(), target.cpu, target.features, target.vector_bytes, abi::kAbiVersion);
  const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
  std::vector<std::byte> hash = codegen::blake3({bytes, bytes + text.size()});
  CacheKey key;
  nf_assert(hash.size() == key.size(), "a key of {} bytes", hash.size());
  std::copy(hash.begin(), hash.end(), key.begin());
  return key;
}

/// The key of the fast code of the same stencil.
CacheKey fast_key(CacheKey key) {
  key.back() ^= std::byte{1};
  return key;
}

/// Generates code and stores it in the disk cache.
CacheEntry generate(const ir::Module& optimised, const CacheKey& key, std::vector<std::byte> meta, bool fast,
                    Stopwatch& watch) {
  codegen::CompileOptions options;
  options.fast = fast;
  codegen::Binary binary = codegen::compile(optimised, codegen::host_target(), options);
  watch.add("build", binary.milliseconds_build);
  watch.add("llvm passes", binary.milliseconds_passes);
  watch.add(fast ? "fast codegen" : "codegen", binary.milliseconds_codegen);
  CacheEntry entry{std::move(meta), std::move(binary.object)};
  watch.restart();
  disk_cache().store(key, entry);
  watch.lap("store");
  return entry;
}

void* entry_of(const codegen::Loaded& code) {
  void* entry = code.symbol(0);
  nf_assert(entry, "compiled code has no entry");
  return entry;
}

/// The tiles of the stages of a chain, when each has one.
void find_tiles(Stages& stages, const codegen::Loaded& loaded) {
  std::vector<Stages::Code> code;
  for (const auto& stage : stages.graph.stages) {
    const int function = int(stage.function);
    void* tile = loaded.tile(function);
    if (!tile) return;
    code.push_back({static_cast<const codegen::StencilPlan*>(loaded.plan(function)),
                    reinterpret_cast<codegen::StencilTile>(tile),
                    reinterpret_cast<codegen::StencilTile>(loaded.strips(function))});
  }
  stages.code = std::move(code);
}

/// What code to begin with, and its plan when that is fast code.
struct Choice {
  std::optional<CacheEntry> entry;
  std::optional<TierPlan> plan;
};

/// Fast code when there is such a form and the first call, over `bytes`, is too short for full code to pay.
Choice choose_code(const Specialization& made, int64_t bytes, Stopwatch& watch) {
  const codegen::Target& target = codegen::host_target();
  const std::optional<Tier> pinned = pinned_tier();
  const bool stencil = made.module.functions[0].kind == ir::FunctionKind::Stencil;
  const CacheKey key = cache_key(made, target);
  auto is_fast = [&](const TierPlan& plan) { return pinned ? *pinned == Tier::Fast : bytes < plan.at_once; };
  Choice choice;
  if (!stencil || pinned != Tier::Fast) choice.entry = disk_cache().find(key);
  if (!choice.entry && stencil && pinned != Tier::Full) {
    choice.entry = disk_cache().find(fast_key(key));
    if (choice.entry) choice.plan = decode_plan(choice.entry->meta);
    if (!choice.plan || !is_fast(*choice.plan)) choice = {};
  }
  watch.lap("cache");
  if (choice.entry) return choice;

  const ir::Module optimised = engine::optimised(made);
  if (stencil && codegen::has_fast_form(optimised))
    choice.plan = plan_tiers(optimised.functions[0], target.vector_bytes);
  if (choice.plan && !is_fast(*choice.plan)) choice.plan.reset();
  watch.lap("passes");
  if (choice.plan)
    choice.entry = generate(optimised, fast_key(key), encode(*choice.plan), true, watch);
  else
    choice.entry = generate(optimised, key, {}, false, watch);
  return choice;
}

}  // namespace

int64_t bytes_per_point(const Specialization& made) {
  int64_t bytes = 0;
  for (const ir::Parameter& param : made.module.functions[0].params)
    if (param.relative) bytes += size_of(param.type.dtype());
  for (Type result : made.results) bytes += size_of(result.dtype());
  return bytes;
}

void make_code(Specialization& made, int64_t points) {
  std::lock_guard lock(made.strengthening);
  const bool stencil = made.module.functions[0].kind == ir::FunctionKind::Stencil;
  Stopwatch watch(made.timings);
  Choice choice = choose_code(made, stencil ? points * bytes_per_point(made) : 0, watch);
  made.code = codegen::load(choice.entry->payload);
  watch.lap("link");
  if (!stencil) {
    made.jit = reinterpret_cast<abi::JitFunction>(entry_of(*made.code));
    if (made.stages) find_tiles(*made.stages, *made.code);
    return;
  }
  if (choice.plan) {
    made.plan = *choice.plan;
    if (pinned_tier()) made.plan = {INT64_MAX, INT64_MAX};
    made.fast_bytes_left = made.plan.in_all;
    made.fast = true;
  }
  made.stencil = reinterpret_cast<abi::StencilFunction>(entry_of(*made.code));
}

const Specialization& without_stages(const Specialization& made) {
  std::lock_guard lock(made.strengthening);
  if (!made.plain) {
    auto plain = std::make_shared<Specialization>();
    plain->module = made.module, plain->results = made.results, plain->fastmath = made.fastmath;
    make_code(*plain, 0);
    made.plain = std::move(plain);
  }
  return *made.plain;
}

const codegen::StencilPlan* plan_of(const Specialization& made) {
  const bool fast = made.fast.load(std::memory_order_acquire);
  const codegen::Loaded& code = !fast && made.full_code ? *made.full_code : *made.code;
  return static_cast<const codegen::StencilPlan*>(code.plan(0));
}

void strengthen(const Specialization& made) {
  std::unique_lock lock(made.strengthening, std::try_to_lock);
  if (!lock || !made.fast) return;
  const auto start = Clock::now();
  std::vector<std::pair<std::string, double>> phases;
  Stopwatch watch(phases);
  const CacheKey key = cache_key(made, codegen::host_target());
  std::optional<CacheEntry> entry = disk_cache().find(key);
  if (!entry) entry = generate(optimised(made), key, {}, false, watch);
  made.full_code = codegen::load(entry->payload);
  made.stencil.store(reinterpret_cast<abi::StencilFunction>(entry_of(*made.full_code)), std::memory_order_release);
  made.fast.store(false, std::memory_order_release);
  made.timings.emplace_back("tier", std::chrono::duration<double, std::milli>(Clock::now() - start).count());
}

}  // namespace nf::engine
