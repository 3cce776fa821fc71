// Applying a compiled stencil to whole arrays: what its region kernel leaves to its callers (borders, strides,
// overlap).
#pragma once
#include <cstdint>
#include <vector>

#include "abi/abi.h"
#include "ir/ir.h"

namespace nf::codegen {

/// The facts of a stencil that whole-array application needs, as plain data: it lies in object files.
struct StencilShape {
  int32_t rank, mode, params, results;
  int64_t lo[kMaxRank], hi[kMaxRank];  ///< the footprint

  struct Param {
    int32_t relative, rank, dtype, unused;  ///< rank 0 and not relative: a scalar, passed through
  };
  struct Result {
    int32_t dtype, fill;  ///< whether the border is filled, with `cval`
    uint64_t cval;
  };
  const Param* param() const { return reinterpret_cast<const Param*>(this + 1); }
  const Result* result() const { return reinterpret_cast<const Result*>(param() + params); }
};

/// A `StencilShape` with its params and results. `keep_border`: the result goes to an array of the caller, whose border
/// stays as it is unless the stencil names a `cval`.
std::vector<uint64_t> describe_stencil(const ir::Function& stencil, bool keep_border);

/// Runs a region kernel over whole arrays. `args` as the stencil's parameters; `outs` have the shape of the first array
/// (less the footprint in mode "valid"), any strides, and may overlap the inputs. Returns the kernel's status.
int32_t apply_stencil(abi::Context* context, abi::StencilFunction kernel, const StencilShape* shape,
                      const abi::Value* args, const abi::Array* outs) noexcept;

}  // namespace nf::codegen
