// Division of many values by one: what can be worked out of the divisor is, once, in front of the loop.
#pragma once
#include <llvm/IR/IRBuilder.h>

#include "ir/ir.h"

namespace nf::codegen {

/// A divisor in the form that `divide_by` takes: vectors with equal lanes, and what need not be looked at.
struct InvariantDivisor {
  llvm::Type* type;    ///< of the values to divide
  llvm::Type* word;    ///< of the arithmetic: lanes of at least 16 bits
  bool is_signed;      ///< the values are
  bool half;           ///< sizes are below 2**(bits - 1): one multiplication and a shift
  bool flips;          ///< quotients below 0 are possible
  bool has_lowest;     ///< the lowest number of `word` may be divided by a negative one
  bool may_overflow;   ///< the lowest number of `type` may be divided by -1
  llvm::Value* value;  ///< in `word`
  llvm::Value* multiplier;
  llvm::Value* first_shift;  ///< without `half`
  llvm::Value* shift;
  llvm::Value* sign;       ///< all ones when the divisor is negative; null when it never is
  llvm::Value* keep;       ///< all ones when it is not 0; null when it never is
  llvm::Value* minus_one;  ///< all ones when it is -1; null without `may_overflow`
};

/// Prepares a scalar of an integer dtype; the instructions go where `build` stands. `values` and `divisors` are what
/// the operands can be.
InvariantDivisor prepare_divisor(llvm::IRBuilder<>& build, DType dtype, llvm::Value* divisor, int lanes,
                                 ir::Range values, ir::Range divisors);
/// FloorDiv or Mod of a vector (or a scalar, with one lane).
llvm::Value* divide_by(llvm::IRBuilder<>& build, ir::BinaryOp op, const InvariantDivisor& divisor, llvm::Value* a);

}  // namespace nf::codegen
