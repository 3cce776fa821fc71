// The elementary functions of the language on single numbers. In: numbers. Out: the same bits on every machine, which
// are those of generated code at any number of lanes.
#pragma once
#include "ir/ir.h"

namespace nf::ir {

/// One function as code to call: those of its number of arguments are set.
struct ScalarFunction {
  double (*unary64)(double) = nullptr;
  float (*unary32)(float) = nullptr;
  double (*binary64)(double, double) = nullptr;
  float (*binary32)(float, float) = nullptr;
};

/// The function that defines `fn`; none where it is an instruction of the processor.
ScalarFunction scalar_function(MathFn fn);
/// FloorDiv, Mod and Pow of floats.
ScalarFunction scalar_function(BinaryOp op);

}  // namespace nf::ir
