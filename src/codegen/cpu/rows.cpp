// Note [Rows]. Four rows of several volumes are more streams than the caches can follow, and little is saved by
// computing them together: from memory that is what matters, in the caches it is not. (Planes of 128x128 float32 on Zen
// 5: the wave equation 87 us by four rows, 68 row by row; Jacobi of 96 MiB 3.52 ms and 5.30.) Images and single volumes
// of wide elements whose points read little are alike where rows share loads because registers are as long as cache
// lines. (Emerald Rapids: the heat equation of 4 MiB of float64 190 us by four rows, 160 row by row; of 96 MiB 3.6 ms
// and 5.1. Seven points of 5 MB of float32 234 us by two rows, 219 row by row.) There all images whose points take
// longer to move than to compute are, once the rows of a block no longer stay in the first cache level (a million
// points in rows of 1000 and of 3000 columns, by four rows and row by row: prewitt of int16 143 and 144, 219 and 144
// us; canny's suppression 191 and 189, 278 and 189; 3x3 mean of float32 310 and 300, 410 and 310). Numbers of one byte
// are not: four rows of uint8 take no longer however long they are, and one at a time takes half as long again.
#include "codegen/cpu/rows.h"

#include "codegen/cpu/columns.h"

namespace nf::codegen {
using llvm::Value;

void emit_rows(Frame& frame, const StencilBody& body, StencilStep step, StencilPlace place, int rows_of_tile,
               const EntryOfRow& entry) {
  llvm::IRBuilder<>& build = frame.build;
  Value *table = frame.code->getArg(2), *steps = frame.code->getArg(3), *lo = frame.code->getArg(4),
        *hi = frame.code->getArg(5);
  auto load = [&](llvm::Type* type, Value* base, size_t at) {
    return build.CreateLoad(type, build.CreateConstInBoundsGEP1_64(type, base, at));
  };
  place.shifts = frame.emission.target.shifts_lanes;
  Value* rows = build.CreateNSWMul(frame.code->getArg(6), int64(frame, rows_of_tile));
  each_step(frame, int64(frame, 0), rows, 1, [&](Value* row) {
    llvm::Instruction* before = mark_place(frame);
    auto address = [&](size_t at) {
      llvm::IRBuilderBase::InsertPointGuard guard(build);
      build.SetInsertPoint(before);
      Value* stride = build.CreateExactSDiv(load(build.getInt64Ty(), steps, at), int64(frame, rows_of_tile));
      return RowAddress{
          build.CreateGEP(build.getInt8Ty(), load(build.getPtrTy(), table, at), build.CreateMul(stride, row))};
    };
    std::map<size_t, RowAddress> found;  // by entry
    auto once = [&](size_t at) {
      auto [known, fresh] = found.try_emplace(at, RowAddress{});
      if (fresh) known->second = address(at);
      return known->second;
    };
    place.input = [&](uint32_t param, const std::vector<int64_t>& outer, int64_t line) {
      return once(entry(param, outer, line));
    };
    place.output = [&](size_t result, int) { return once(result * size_t(rows_of_tile)); };
    emit_columns(frame, body, step, place, lo, hi, nullptr);
    before->eraseFromParent();
  });
  build.CreateRet(int32(frame, 0));
}

}  // namespace nf::codegen
