// Two strengths of a stencil's code. Fast code is generated in a fraction of the time and takes somewhat longer to run;
// both give the same bits. A stencil whose first calls are short starts with fast code, and is compiled again in full
// once it has run long enough for that to pay (docs/performance.md#two-strengths).
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "abi/abi.h"
#include "ir/ir.h"

namespace nf::engine {

struct Specialization;

enum class Tier { Fast, Full };

/// What NEARFIELD_TIER asks for ("fast" or "full"): this strength at once and for good.
std::optional<Tier> pinned_tier();

/// How long fast code may serve, in bytes of input and output: estimates, so that no call looks at a clock.
struct TierPlan {
  int64_t at_once = 0;  ///< a call this large pays for full code by itself
  int64_t in_all = 0;   ///< all calls together
};
/// The plan for a stencil as the passes left it, from its work for a point and what compiling it in full may take.
TierPlan plan_tiers(const ir::Function& stencil, int vector_bytes);
/// How the disk cache keeps it.
std::vector<std::byte> encode(const TierPlan& plan);
std::optional<TierPlan> decode_plan(const std::vector<std::byte>& bytes);

/// The code for a call over so many bytes of input and output. It may compile the stencil in full first; a call that
/// another thread makes meanwhile gets the fast code.
abi::StencilFunction stencil_code(const Specialization& made, int64_t bytes);

}  // namespace nf::engine
