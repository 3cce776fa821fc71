// The math functions of compiled code and their names.
#include <cmath>

#include <fmt/format.h>

#include "codegen/symbols.h"
#include "ir/elementary/elementary.h"
#include "ir/names.h"

namespace nf::codegen {
namespace {

template <class F>
Symbol symbol(std::string name, F function) {
  return {std::move(name), reinterpret_cast<void*>(function)};
}

void add(std::vector<Symbol>& table, std::string_view name, const ir::ScalarFunction& f) {
  auto symbols = [&](const char* type, auto unary, auto binary) {
    if (unary) table.push_back(symbol(fmt::format("nf_{}_{}", name, type), unary));
    if (binary) table.push_back(symbol(fmt::format("nf_{}_{}", name, type), binary));
  };
  symbols("f64", f.unary64, f.binary64);
  symbols("f32", f.unary32, f.binary32);
}

using Unary64 = double (*)(double);
using Unary32 = float (*)(float);
using Binary64 = double (*)(double, double);
using Binary32 = float (*)(float, float);

std::vector<Symbol> make_table() {
  std::vector<Symbol> table = {
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
  for (size_t fn = 0; fn < ir::kMathNames.size(); ++fn)
    add(table, ir::kMathNames[fn], ir::scalar_function(ir::MathFn(int(fn))));
  for (ir::BinaryOp op : {ir::BinaryOp::FloorDiv, ir::BinaryOp::Mod, ir::BinaryOp::Pow})
    add(table, ir::kBinaryNames[size_t(op)], ir::scalar_function(op));
  return table;
}

}  // namespace

const std::vector<Symbol>& math_symbols() {
  static const std::vector<Symbol> table = make_table();
  return table;
}

}  // namespace nf::codegen
