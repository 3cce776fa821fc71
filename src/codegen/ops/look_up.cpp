// Look-ups in short tables, and floats taken apart: by the instructions of the processor where it has them.
#include <llvm/IR/IntrinsicsX86.h>
#include <llvm/IR/Module.h>

#include "codegen/ops/lane_values.h"
#include "ir/elementary/in_single.h"

namespace nf::codegen {
namespace {
using llvm::IRBuilderBase;
using llvm::Value;
namespace Intrinsic = llvm::Intrinsic;

/// How wide vectors of the function are: 512 bits stand for AVX-512, 256 for AVX2.
unsigned vector_bits(IRBuilderBase& b) {
  return unsigned(b.GetInsertBlock()->getParent()->getFnAttributeAsParsedInteger("prefer-vector-width"));
}

llvm::Constant* constants(llvm::Type* element, llvm::ArrayRef<double> numbers) {
  std::vector<llvm::Constant*> list;
  for (double number : numbers) list.push_back(llvm::ConstantFP::get(element, number));
  return llvm::ConstantVector::get(list);
}

/// Lanes `first` up to `first + count`; those that are not there have no value.
Value* part(IRBuilderBase& b, Value* x, int first, int count) {
  llvm::SmallVector<int, 16> lanes;
  for (int i = first; i < first + count; ++i) lanes.push_back(i < lanes_of(x->getType()) ? i : -1);
  return b.CreateShuffleVector(x, lanes);
}

Value* joined(IRBuilderBase& b, Value* low, Value* high) {
  llvm::SmallVector<int, 16> lanes;
  for (int i = 0; i < 2 * lanes_of(low->getType()); ++i) lanes.push_back(i);
  return b.CreateShuffleVector(low, high, lanes);
}

/// What shuffles take one register of indices, for a table in one register or in two.
struct Shuffles {
  Intrinsic::ID of_one, of_two;
};

std::optional<Shuffles> shuffles(unsigned bits, bool is_single) {
  if (bits == 512 && is_single)
    return Shuffles{Intrinsic::x86_avx512_permvar_sf_512, Intrinsic::x86_avx512_vpermi2var_ps_512};
  if (bits == 512) return Shuffles{Intrinsic::x86_avx512_permvar_df_512, Intrinsic::x86_avx512_vpermi2var_pd_512};
  if (bits == 256 && is_single) return Shuffles{Intrinsic::x86_avx2_permps, Intrinsic::not_intrinsic};
  return {};
}

/// The numbers at a register of indices: from one register, from two, or from either half of the numbers.
Value* shuffled(IRBuilderBase& b, Shuffles by, llvm::Type* type, llvm::ArrayRef<double> numbers, Value* index) {
  const size_t lanes = size_t(lanes_of(type)), count = numbers.size();
  auto table = [&](llvm::ArrayRef<double> some) { return constants(type->getScalarType(), some); };
  if (count == lanes) {
    std::vector<Value*> args{table(numbers), index};
    return b.CreateIntrinsic(by.of_one, args);
  }
  if (count == 2 * lanes && by.of_two != Intrinsic::not_intrinsic)
    return b.CreateIntrinsic(by.of_two, {table(numbers.take_front(lanes)), index, table(numbers.drop_front(lanes))});
  const size_t half = count / 2;
  Value* low = shuffled(b, by, type, numbers.take_front(half), index);
  Value* high = shuffled(b, by, type, numbers.drop_front(half), index);
  Value* bit = b.CreateAnd(index, llvm::ConstantInt::get(index->getType(), half));
  return b.CreateSelect(b.CreateICmpNE(bit, zero(index->getType())), high, low);
}

/// The numbers in memory, once in a module.
llvm::GlobalVariable* in_memory(llvm::Module& module, llvm::Type* element, llvm::ArrayRef<double> numbers) {
  std::vector<llvm::Constant*> list;
  for (double number : numbers) list.push_back(llvm::ConstantFP::get(element, number));
  llvm::Constant* all = llvm::ConstantArray::get(llvm::ArrayType::get(element, list.size()), list);
  for (llvm::GlobalVariable& made : module.globals())
    if (made.isConstant() && made.hasInitializer() && made.getInitializer() == all) return &made;
  return new llvm::GlobalVariable(module, all->getType(), true, llvm::GlobalValue::PrivateLinkage, all, "numbers");
}

/// A load for each lane.
Value* loaded(IRBuilderBase& b, llvm::Type* type, llvm::ArrayRef<double> numbers, Value* index) {
  llvm::Type* element = type->getScalarType();
  Value* table = in_memory(*b.GetInsertBlock()->getModule(), element, numbers);
  Value* inside = b.CreateAnd(index, llvm::ConstantInt::get(index->getType(), numbers.size() - 1));
  auto load = [&](Value* at) {
    return b.CreateLoad(element, b.CreateGEP(element, table, b.CreateZExt(at, b.getInt64Ty())));
  };
  if (!type->isVectorTy()) return load(inside);
  Value* all = llvm::PoisonValue::get(type);
  for (uint64_t i = 0; i < uint64_t(lanes_of(type)); ++i)
    all = b.CreateInsertElement(all, load(b.CreateExtractElement(inside, i)), i);
  return all;
}

Value* look_up(IRBuilderBase& b, llvm::Type* type, llvm::ArrayRef<double> numbers, Value* index) {
  if (!type->isVectorTy()) return loaded(b, type, numbers, index);
  const unsigned width = vector_bits(b), lanes = unsigned(lanes_of(type));
  const auto by = shuffles(width, type->getScalarType()->isFloatTy());
  if (!by) return loaded(b, type, numbers, index);
  const unsigned full = width / type->getScalarSizeInBits();
  llvm::Type* full_type = widen(type->getScalarType(), int(full));
  if (lanes == full) return shuffled(b, *by, type, numbers, index);
  if (lanes < full) return part(b, shuffled(b, *by, full_type, numbers, part(b, index, 0, int(full))), 0, int(lanes));
  llvm::Type* half = widen(type->getScalarType(), int(lanes / 2));
  Value* low = look_up(b, half, numbers, part(b, index, 0, int(lanes / 2)));
  return joined(b, low, look_up(b, half, numbers, part(b, index, int(lanes / 2), int(lanes / 2))));
}

/// The instructions for exponent and mantissa on one register.
ir::elementary::Apart<RealLanes> apart_by_instructions(RealLanes x) {
  IRBuilderBase& b = *x.build;
  const bool is_single = x.value->getType()->getScalarType()->isFloatTy();
  llvm::Type* type = x.value->getType();
  Value* all = llvm::Constant::getAllOnesValue(b.getIntNTy(unsigned(lanes_of(type))));
  auto number = [&](uint32_t n) { return b.getInt32(n); };
  constexpr uint32_t kThreeQuartersUp = 3, kNegativeIsNan = 2 << 2, kCurrentRounding = 4;
  auto exponent = [&](Value* of) {
    const Intrinsic::ID id =
        is_single ? Intrinsic::x86_avx512_mask_getexp_ps_512 : Intrinsic::x86_avx512_mask_getexp_pd_512;
    return b.CreateIntrinsic(id, {of, zero(type), all, number(kCurrentRounding)});
  };
  const Intrinsic::ID id =
      is_single ? Intrinsic::x86_avx512_mask_getmant_ps_512 : Intrinsic::x86_avx512_mask_getmant_pd_512;
  Value* mantissa = b.CreateIntrinsic(
      id, {x.value, number(kThreeQuartersUp | kNegativeIsNan), zero(type), all, number(kCurrentRounding)});
  return {{&b, b.CreateFSub(exponent(x.value), exponent(mantissa))}, {&b, mantissa}};
}

ir::elementary::Apart<RealLanes> apart(RealLanes x) {
  IRBuilderBase& b = *x.build;
  llvm::Type* type = x.value->getType();
  const int lanes = lanes_of(type), full = int(512 / type->getScalarSizeInBits());
  if (vector_bits(b) == 512 && type->isVectorTy()) {
    if (lanes == full) return apart_by_instructions(x);
    if (lanes > full) {
      const auto low = apart({&b, part(b, x.value, 0, lanes / 2)}),
                 high = apart({&b, part(b, x.value, lanes / 2, lanes / 2)});
      return {{&b, joined(b, low.exponent.value, high.exponent.value)},
              {&b, joined(b, low.mantissa.value, high.mantissa.value)}};
    }
    const auto wide = apart_by_instructions({&b, part(b, x.value, 0, full)});
    return {{&b, part(b, wide.exponent.value, 0, lanes)}, {&b, part(b, wide.mantissa.value, 0, lanes)}};
  }
  return type->getScalarType()->isFloatTy() ? ir::elementary::take_apart_single<RealLanes>(x)
                                            : ir::elementary::take_apart<RealLanes>(x);
}

}  // namespace

RealLanes look_up_lanes(llvm::ArrayRef<double> numbers, llvm::Type* type, WordLanes index) {
  return {index.build, look_up(*index.build, type, numbers, index.value)};
}

ir::elementary::Apart<RealLanes> take_apart(RealLanes x) { return apart(x); }
ir::elementary::Apart<RealLanes> take_apart_single(RealLanes x) { return apart(x); }

}  // namespace nf::codegen
