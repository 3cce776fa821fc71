// Small questions about LLVM types that are a scalar or a vector of lanes.
#pragma once
#include <llvm/IR/Constants.h>
#include <llvm/IR/DerivedTypes.h>

#include "nearfield/dtype.h"

namespace nf::codegen {

inline llvm::Type* element_type(llvm::LLVMContext& context, DType dtype) {
  if (dtype == DType::Float32) return llvm::Type::getFloatTy(context);
  if (dtype == DType::Float64) return llvm::Type::getDoubleTy(context);
  return llvm::IntegerType::get(context, unsigned(bits_of(dtype)));
}

inline llvm::Type* widen(llvm::Type* type, int lanes) {
  return lanes == 1 ? type : llvm::FixedVectorType::get(type, unsigned(lanes));
}

inline int lanes_of(llvm::Type* type) {
  auto* vector = llvm::dyn_cast<llvm::FixedVectorType>(type);
  return vector ? int(vector->getNumElements()) : 1;
}

/// `type` with another element: what a conversion of each lane yields.
inline llvm::Type* with_element(llvm::Type* type, llvm::Type* element) { return widen(element, lanes_of(type)); }

/// The value that every lane of a constant has; null when it is not a constant or its lanes differ.
inline const llvm::APInt* splat_integer(llvm::Value* value) {
  auto* constant = llvm::dyn_cast<llvm::Constant>(value);
  if (!constant) return nullptr;
  if (constant->getType()->isVectorTy()) constant = constant->getSplatValue();
  auto* integer = llvm::dyn_cast_or_null<llvm::ConstantInt>(constant);
  return integer ? &integer->getValue() : nullptr;
}

inline llvm::Constant* integer(llvm::Type* type, const llvm::APInt& value) {
  return llvm::ConstantInt::get(type, value);
}
inline llvm::Constant* lowest(llvm::Type* type) {
  return integer(type, llvm::APInt::getSignedMinValue(type->getScalarSizeInBits()));
}
inline llvm::Constant* zero(llvm::Type* type) { return llvm::Constant::getNullValue(type); }
inline llvm::Constant* one(llvm::Type* type) { return llvm::ConstantInt::get(type, 1); }
inline llvm::Constant* minus_one(llvm::Type* type) { return llvm::Constant::getAllOnesValue(type); }

}  // namespace nf::codegen
