// The math functions of compiled code and their names.
#include <cmath>

#include "codegen/symbols.h"

namespace nf::codegen {
namespace {

using Unary64 = double (*)(double);
using Unary32 = float (*)(float);
using Binary64 = double (*)(double, double);
using Binary32 = float (*)(float, float);

template <class F>
Symbol symbol(const char* name, F function) {
  return {name, reinterpret_cast<void*>(function)};
}

}  // namespace

#define NF_UNARY(name)                                         \
  symbol("nf_" #name "_f64", static_cast<Unary64>(std::name)), \
      symbol("nf_" #name "_f32", static_cast<Unary32>(std::name))
#define NF_BINARY(name)                                         \
  symbol("nf_" #name "_f64", static_cast<Binary64>(std::name)), \
      symbol("nf_" #name "_f32", static_cast<Binary32>(std::name))

const std::vector<Symbol>& math_symbols() {
  static const std::vector<Symbol> table = {
      NF_UNARY(sqrt),
      NF_UNARY(exp),
      NF_UNARY(exp2),
      NF_UNARY(expm1),
      NF_UNARY(log),
      NF_UNARY(log2),
      NF_UNARY(log10),
      NF_UNARY(log1p),
      NF_UNARY(sin),
      NF_UNARY(cos),
      NF_UNARY(tan),
      NF_UNARY(asin),
      NF_UNARY(acos),
      NF_UNARY(atan),
      NF_UNARY(sinh),
      NF_UNARY(cosh),
      NF_UNARY(tanh),
      NF_UNARY(floor),
      NF_UNARY(ceil),
      NF_UNARY(trunc),
      NF_BINARY(pow),
      NF_BINARY(atan2),
      NF_BINARY(hypot),
      NF_BINARY(fmod),
      NF_BINARY(copysign),
      symbol("nf_round_f64", static_cast<Unary64>(std::nearbyint)),
      symbol("nf_round_f32", static_cast<Unary32>(std::nearbyint)),
      // LLVM lowers `frem` and intrinsics that the processor lacks to these names.
      symbol("fmod", static_cast<Binary64>(std::fmod)),
      symbol("fmodf", static_cast<Binary32>(std::fmod)),
      symbol("floor", static_cast<Unary64>(std::floor)),
      symbol("floorf", static_cast<Unary32>(std::floor)),
      symbol("ceil", static_cast<Unary64>(std::ceil)),
      symbol("ceilf", static_cast<Unary32>(std::ceil)),
      symbol("trunc", static_cast<Unary64>(std::trunc)),
      symbol("truncf", static_cast<Unary32>(std::trunc)),
      symbol("rint", static_cast<Unary64>(std::rint)),
      symbol("rintf", static_cast<Unary32>(std::rint)),
      symbol("nearbyint", static_cast<Unary64>(std::nearbyint)),
      symbol("nearbyintf", static_cast<Unary32>(std::nearbyint)),
  };
  return table;
}

}  // namespace nf::codegen
