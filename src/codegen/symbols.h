// The functions that compiled code may call: an explicit table, so that nothing else of the process can be reached.
#pragma once
#include <string>
#include <vector>

namespace nf::codegen {

/// A name in object files and the function it stands for.
struct Symbol {
  std::string name;
  void* address;
};
/// Functions of floats, "nf_exp_f64", "nf_pow_f32": those that the interpreter uses (ir/elementary).
const std::vector<Symbol>& math_symbols();
/// Memory, packing and applying stencils.
const std::vector<Symbol>& array_symbols();

}  // namespace nf::codegen
