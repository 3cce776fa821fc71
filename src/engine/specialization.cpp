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
    phases_.emplace_back(std::move(phase), std::chrono::duration<double, std::milli>(now - start_).count());
    start_ = now;
  }

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

void finish_stencil(Specialization& made, const types::Definition& definition, const StencilOptions& options) {
  ir::Function& function = made.module.functions[0];
  if (function.footprint.axes.empty()) function.footprint = passes::infer_footprint(function);
  for (size_t i = 0; i < function.params.size() && i < options.input_ranges.size(); ++i)
    if (options.input_ranges[i]) function.params[i].range = options.input_ranges[i];
  made.ranges = passes::result_ranges(function);

  std::vector<DType> stored;
  std::vector<DType> inputs;
  for (const ir::Parameter& param : function.params)
    if (param.type.is_array()) inputs.push_back(param.type.dtype());
  for (size_t i = 0; i < function.results.size(); ++i) {
    DType dtype = function.results[i].dtype();
    if (options.dtype)
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
  std::optional<DType> asked = options.dtype_of_out ? std::nullopt : options.dtype;
  made.float32 = asked.value_or(definition.options.dtype.value_or(DType::Float64)) == DType::Float32;
  function = passes::store_as(function, stored);
  function.cval = stored_cval(definition.options.cval, stored.at(0));
  spread_channels(function, options.channels);
  made.footprint = function.footprint;
  made.results = function.results;
}

}  // namespace

bool is_stencil(const KernelOptions& options) {
  return options.kind == KernelOptions::Kind::Stencil || options.over_stencil;
}

types::DefinitionPtr as_stencil(const types::DefinitionPtr& definition) {
  if (!definition->options.over_stencil) return definition;
  auto copy = std::make_shared<types::Definition>(*definition);
  copy->options.kind = KernelOptions::Kind::Stencil;
  copy->options.over_stencil = false;
  return copy;
}

std::shared_ptr<Specialization> make_specialization(const types::DefinitionPtr& definition,
                                                    const std::vector<Type>& args, const StencilOptions& options) {
  auto made = std::make_shared<Specialization>();
  Stopwatch watch(made->timings);
  auto typed = types::infer_types(as_stencil(definition), args);
  watch.lap("types");
  made->module = lower::lower(*typed);
  for (ir::Function& function : made->module.functions)
    if (function.kind == ir::FunctionKind::Stencil && function.footprint.axes.empty())
      function.footprint = passes::infer_footprint(function);
  for (const ir::Function& function : made->module.functions)
    if (function.kind == ir::FunctionKind::Stencil) check_reach(function);
  made->results = made->module.functions[0].results;
  made->fastmath = definition->options.fastmath;
  if (is_stencil(definition->options)) finish_stencil(*made, *definition, options);
  watch.lap("lower");
  return made;
}

namespace {

/// Names everything that the code depends on: the IR as lowered, this build, LLVM, the processor and the ABI.
CacheKey cache_key(const ir::Module& module, bool float32, const codegen::Target& target) {
  std::string text =
      fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}", ir::print(module), float32, build_id(), codegen::llvm_version(),
                  target.cpu, target.features, target.vector_bytes, abi::kAbiVersion);
  const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
  std::vector<std::byte> hash = codegen::blake3({bytes, bytes + text.size()});
  CacheKey key;
  nf_assert(hash.size() == key.size(), "a key of {} bytes", hash.size());
  std::copy(hash.begin(), hash.end(), key.begin());
  return key;
}

}  // namespace

void make_code(Specialization& made) {
  Stopwatch watch(made.timings);
  const codegen::Target& target = codegen::host_target();
  CacheKey key = cache_key(made.module, made.float32, target);
  std::optional<CacheEntry> cached = disk_cache().find(key);
  watch.lap("cache");
  if (!cached) {
    ir::Module optimised = passes::run(made.module, {}, false, made.float32);
    watch.lap("passes");
    cached = CacheEntry{{}, codegen::compile(optimised, target).object};
    watch.lap("codegen");
    disk_cache().store(key, *cached);
    watch.lap("store");
  }
  made.code = codegen::load(cached->payload);
  watch.lap("link");
  void* entry = made.code->symbol(0);
  nf_assert(entry, "compiled code has no entry");
  if (made.module.functions[0].kind == ir::FunctionKind::Stencil)
    made.stencil = reinterpret_cast<abi::StencilFunction>(entry);
  else
    made.jit = reinterpret_cast<abi::JitFunction>(entry);
}

}  // namespace nf::engine
