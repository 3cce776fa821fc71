# run: llvm x86-64-v3
func @f(x: uint8[:] relative) -> uint8 stencil rank 1 mode constant footprint [-1..1] {
  %0 = param 0 : uint8[:]
  %1 = neighbor %0[-1] : uint8
  %2 = neighbor %0[0] : uint8
  %3 = neighbor %0[1] : uint8
  %4 = min %1, %2 : uint8
  %5 = min %4, %3 : uint8
  return %5
}
# ---- expect (./dev test --update)
#
# @plan = private constant [21 x i64] [i64 1, i64 1, i64 32, i64 -1, i64 1, i64 0, i64 1, i64 1, i64 0, i64 1, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 1]
#
# define i32 @nf_0(ptr %0, ptr %1) #0 {
# entry:
#   %2 = call i32 @nf_run_stencil(ptr %0, ptr %1, ptr nonnull @plan, ptr nonnull @tile)
#   ret i32 %2
# }
#
# define private i32 @tile(ptr %0, ptr %1, ptr %2, ptr %3, i64 %4, i64 %5) #1 {
# entry:
#   %6 = load ptr, ptr %3, align 8
#   %last = add i64 %5, -32
#   %7 = load ptr, ptr %2, align 8
#   br label %round
#
# round:                                            ; preds = %round, %entry
#   %8 = phi i64 [ %4, %entry ], [ %19, %round ]
#   %9 = call i64 @llvm.smin.i64(i64 %8, i64 %last)
#   %10 = getelementptr i8, ptr %7, i64 %9
#   %11 = getelementptr i8, ptr %10, i64 -1
#   %12 = load <32 x i8>, ptr %11, align 1, !alias.scope !0, !noalias !3
#   %13 = getelementptr i8, ptr %10, i64 1
#   %14 = load <32 x i8>, ptr %13, align 1, !alias.scope !0, !noalias !3
#   %15 = load <32 x i8>, ptr %10, align 1, !alias.scope !0, !noalias !3
#   %16 = call <32 x i8> @llvm.umin.v32i8(<32 x i8> %14, <32 x i8> %15)
#   %17 = call <32 x i8> @llvm.umin.v32i8(<32 x i8> %12, <32 x i8> %16)
#   %18 = getelementptr i8, ptr %6, i64 %9
#   store <32 x i8> %17, ptr %18, align 1, !alias.scope !3, !noalias !0
#   %19 = add nsw i64 %8, 32
#   %20 = icmp slt i64 %19, %5
#   br i1 %20, label %round, label %after
#
# after:                                            ; preds = %round
#   ret i32 0
# }
#
# declare i64 @llvm.smin.i64(i64, i64) #2
#
# declare <32 x i8> @llvm.umin.v32i8(<32 x i8>, <32 x i8>) #2
#
# declare i32 @nf_run_stencil(ptr, ptr, ptr, ptr) #3
#
#
# !0 = !{!1}
# !1 = distinct !{!1, !2, !"inputs"}
# !2 = distinct !{!2, !"tile"}
# !3 = !{!4}
# !4 = distinct !{!4, !2, !"outputs"}
