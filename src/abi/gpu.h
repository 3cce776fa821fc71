// What a stencil's GPU kernel and its launcher agree on. The entry of function i is "nf_<i>".
//
// Arguments, in this order: each parameter of the stencil, each result, the bounds of the region (`rank` numbers `lo`,
// then `rank` numbers `hi`), the address of a `Fault` on the device whose `site` is 0. A scalar is passed as its value
// (bool as one byte). An array is passed as the address of its first element, its extents and its strides in bytes, one
// of each for every axis; all numbers have 64 bits. Addresses and strides are multiples of the element's size.
// As for `StencilFunction`, every point of the region has its whole footprint inside the arrays, element p of the
// output reads element p + offset, and relative arrays and results have a unit inner stride. Inputs and results never
// overlap. A kernel that raises fills the fault and writes no results.
#pragma once
#include <cstdint>
#include <vector>

namespace nf::abi {

/// A parameter or result of the stencil among the kernel's arguments.
struct GpuArgument {
  bool array = true;
  int32_t rank = 0;  ///< of an array
  int32_t size = 1;  ///< of a scalar, or of an element, in bytes
};

/// How the points of a region are handed to threads. Blocks and threads count columns on x, groups of `rows` rows on y,
/// and on z the planes of the outer axes, the last of them fastest.
struct GpuKernel {
  int32_t rank = 0;
  int32_t block[2] = {1, 1};  ///< threads of a block on x and y; one on z
  int32_t rows = 1;           ///< that a thread computes, below each other
  std::vector<GpuArgument> params, results;
};

/// The largest grid on y and z (on x it has 31 bits); larger regions take several launches.
inline constexpr int64_t kGpuGridLimit = 65535;
/// What the arguments of a kernel may take together, in bytes.
inline constexpr int64_t kGpuArgumentBytes = 4096;

}  // namespace nf::abi
