// When fast code is good enough, and compiling again.
#include "engine/tier.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string_view>

#include "engine/specialization.h"
#include "nearfield/error.h"

namespace nf::engine {
namespace {

/// Fast code takes 1.1 to 1.7 times as long, so ten times the compile time is when full code begins to pay. A single
/// call that takes as long as compiling in full is seldom the only one.
constexpr double kRunsAtOnce = 1, kRunsInAll = 10;
/// Compiling in full takes about as many nanoseconds, and so many more for each instruction.
constexpr double kCompileBase = 1e6, kCompileInstruction = 7e4;
/// Registers of operands that a core computes with in a nanosecond, and bytes that it moves.
constexpr double kRegistersPerNanosecond = 6;

int bytes_of(Type type) { return type.is_scalar() ? size_of(type.dtype()) : 0; }

}  // namespace

std::optional<Tier> pinned_tier() {
  static const std::optional<Tier> pinned = []() -> std::optional<Tier> {
    const char* text = std::getenv("NEARFIELD_TIER");
    if (!text || !*text) return {};
    if (std::string_view(text) == "fast") return Tier::Fast;
    if (std::string_view(text) == "full") return Tier::Full;
    throw Error(ErrorKind::Value, fmt::format("NEARFIELD_TIER is `{}`", text),
                {"it may be `fast` or `full`; without it each kernel gets what suits its calls"});
  }();
  return pinned;
}

TierPlan plan_tiers(const ir::Function& stencil, int vector_bytes) {
  double computed = 0;  // bytes of values for each point
  for (const ir::Inst& inst : stencil.insts) computed += bytes_of(inst.type);
  double moved = 0;
  for (const ir::Parameter& param : stencil.params)
    if (param.relative) moved += size_of(param.type.dtype());
  for (Type result : stencil.results) moved += size_of(result.dtype());
  moved = std::max(moved, 1.0);
  const double point = computed / (kRegistersPerNanosecond * vector_bytes) + moved / kBytesPerNanosecond;
  const double compile = kCompileBase + kCompileInstruction * double(stencil.insts.size());
  auto bytes = [&](double runs) { return std::max<int64_t>(1, int64_t(runs * compile / point * moved)); };
  return {bytes(kRunsAtOnce), bytes(kRunsInAll)};
}

std::vector<std::byte> encode(const TierPlan& plan) {
  std::vector<std::byte> bytes(sizeof plan);
  std::memcpy(bytes.data(), &plan, sizeof plan);
  return bytes;
}

std::optional<TierPlan> decode_plan(const std::vector<std::byte>& bytes) {
  TierPlan plan;
  if (bytes.size() != sizeof plan) return {};
  std::memcpy(&plan, bytes.data(), sizeof plan);
  return plan.at_once > 0 && plan.in_all > 0 ? std::optional(plan) : std::nullopt;
}

abi::StencilFunction stencil_code(const Specialization& made, int64_t bytes) {
  if (made.fast.load(std::memory_order_relaxed)) [[unlikely]] {
    // Not one atomic step: calls that are counted together may be lost, which only delays what is due.
    const int64_t left = made.fast_bytes_left.load(std::memory_order_relaxed) - bytes;
    made.fast_bytes_left.store(left, std::memory_order_relaxed);
    if (left < 0 || bytes >= made.plan.at_once) strengthen(made);
  }
  return made.stencil.load(std::memory_order_acquire);
}

}  // namespace nf::engine
