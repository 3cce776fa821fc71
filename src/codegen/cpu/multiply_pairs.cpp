#include "codegen/cpu/multiply_pairs.h"

#include <llvm/IR/Intrinsics.h>
#include <llvm/IR/IntrinsicsX86.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "base/assert.h"

namespace nf::codegen {
namespace {
using llvm::Value;

/// Bytes of the smallest register that multiplies in pairs.
constexpr int kLeast = 16;

int lanes_of(Value* vector) { return int(llvm::cast<llvm::FixedVectorType>(vector->getType())->getNumElements()); }

llvm::Intrinsic::ID multiply_pairs_of(int bytes) {
  return bytes == 64   ? llvm::Intrinsic::x86_avx512_pmaddw_d_512
         : bytes == 32 ? llvm::Intrinsic::x86_avx2_pmadd_wd
                       : llvm::Intrinsic::x86_sse2_pmadd_wd;
}

/// The elements [first, first + count) of two vectors side by side.
Value* side_by_side(llvm::IRBuilderBase& build, Value* left, Value* right, int first, int count, int lanes) {
  std::vector<int> order;
  for (int lane = first; lane < first + count; ++lane) order.push_back(lane), order.push_back(lanes + lane);
  return build.CreateShuffleVector(left, right, order);
}

}  // namespace

Value* emit_added_products(llvm::IRBuilderBase& build, const std::array<Value*, 4>& factors, int vector_bytes) {
  const auto& [a, b, c, d] = factors;
  const int lanes = lanes_of(a), bytes = std::min(vector_bytes, 4 * lanes);
  nf_assert(bytes >= kLeast, "{} products do not fill a register", lanes);
  const int count = bytes / 4;
  std::vector<Value*> parts;
  for (int first = 0; first < lanes; first += count) {
    Value *left = side_by_side(build, a, c, first, count, lanes),
          *right = side_by_side(build, b, d, first, count, lanes);
    parts.push_back(build.CreateIntrinsic(multiply_pairs_of(bytes), {left, right}));
  }
  while (parts.size() > 1) {  // lanes are powers of two
    std::vector<Value*> joined;
    for (size_t i = 0; i < parts.size(); i += 2) {
      std::vector<int> order(size_t(2 * lanes_of(parts[i])));
      std::iota(order.begin(), order.end(), 0);
      joined.push_back(build.CreateShuffleVector(parts[i], parts[i + 1], order));
    }
    parts = std::move(joined);
  }
  return parts[0];
}

}  // namespace nf::codegen
