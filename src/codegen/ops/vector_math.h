// Functions of floats that no instruction computes: as calls for scalars, as code of their own for vectors.
//
// Note [Vector forms]. A scalar call goes to a C++ function of the runtime ("nf_exp_f64"). LLVM's vectoriser may turn
// it into a call of a vector form of this module ("nf_exp_f64_x8"), which is only declared until then:
// `define_vector_forms` gives bodies to those that were taken. Both compute the same bits, since both are made from the
// definitions in ir/elementary. Stencils, whose vectors are explicit, get the same code in place.
#pragma once
#include <llvm/IR/IRBuilder.h>

#include <string_view>
#include <vector>

#include "ir/ir.h"

namespace nf::codegen {

/// Calls or emits the function with this name in IR ("exp", "atan2", "floordiv") on scalars or vectors.
llvm::Value* emit_float_function(llvm::IRBuilderBase&, std::string_view name, DType,
                                 const std::vector<llvm::Value*>& args);

/// What the definition of the function gives, and where it does not hold (null when it holds everywhere).
struct FloatAnswer {
  llvm::Value *value, *rare;
};
FloatAnswer emit_float_definition(llvm::IRBuilderBase&, std::string_view name, DType,
                                  const std::vector<llvm::Value*>& args);

/// Defines the vector forms that are called, for registers of so many bytes, and removes the others. Whether there were
/// any: they want to be inlined.
bool define_vector_forms(llvm::Module&, int vector_bytes);

}  // namespace nf::codegen
