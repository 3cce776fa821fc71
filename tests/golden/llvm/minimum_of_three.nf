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
# @nf_plan_0 = constant [33 x i64] [i64 1, i64 1, i64 32, i64 -1, i64 1, i64 0, i64 1, i64 1, i64 1, i64 1, i64 0, i64 1, i64 0, i64 0, i64 16, i64 0, i64 9223372036854775807, i64 0, i64 1, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 1, i64 1]
#
# define i32 @nf_0(ptr %0, ptr %1) #0 {
# entry:
#   %2 = call i32 @nf_run_stencil(ptr %0, ptr %1, ptr @nf_plan_0, ptr @nf_tile_0, ptr null, ptr null)
#   ret i32 %2
# }
#
# define i32 @nf_tile_0(ptr %0, ptr %1, ptr %2, ptr %3, i64 %4, i64 %5, i64 %6, i64 %7) #0 {
# entry:
#   %8 = load ptr, ptr %1, align 8
#   %9 = load ptr, ptr %8, align 8
#   %10 = getelementptr inbounds i8, ptr %8, i64 8
#   %11 = load i64, ptr %10, align 8, !range !0
#   %12 = getelementptr inbounds i8, ptr %8, i64 72
#   %13 = load i64, ptr %12, align 8
#   %14 = and i64 %7, 2
#   %prefetches = icmp ne i64 %14, 0
#   %15 = and i64 %7, 4
#   %ahead = icmp ne i64 %15, 0
#   %16 = and i64 %7, 8
#   %halves = icmp ne i64 %16, 0
#   br label %round
#
# round:                                            ; preds = %after2, %entry
#   %17 = phi i64 [ 0, %entry ], [ %46, %after2 ]
#   %18 = getelementptr inbounds ptr, ptr %2, i64 0
#   %19 = load ptr, ptr %18, align 8
#   %20 = getelementptr inbounds ptr, ptr %2, i64 1
#   %21 = load ptr, ptr %20, align 8
#   %last = sub i64 %5, 32
#   br label %round1
#
# after:                                            ; preds = %after2
#   ret i32 0
#
# round1:                                           ; preds = %done, %round
#   %22 = phi <32 x i8> [ poison, %round ], [ %37, %done ]
#   %23 = phi i64 [ %4, %round ], [ %24, %done ]
#   %24 = phi i64 [ %4, %round ], [ %55, %done ]
#   %25 = mul i64 %24, 1
#   %26 = getelementptr i8, ptr %21, i64 %25
#   %27 = getelementptr i8, ptr %26, i64 -1
#   %28 = load <32 x i8>, ptr %27, align 1, !alias.scope !1, !noalias !4
#   %29 = mul i64 %24, 1
#   %30 = getelementptr i8, ptr %21, i64 %29
#   %31 = getelementptr i8, ptr %30, i64 1
#   %32 = load <32 x i8>, ptr %31, align 1, !alias.scope !1, !noalias !4
#   %33 = mul i64 %24, 1
#   %34 = getelementptr i8, ptr %21, i64 %33
#   %35 = load <32 x i8>, ptr %34, align 1, !alias.scope !1, !noalias !4
#   %36 = call <32 x i8> @llvm.umin.v32i8(<32 x i8> %32, <32 x i8> %35)
#   %37 = call <32 x i8> @llvm.umin.v32i8(<32 x i8> %28, <32 x i8> %36)
#   br i1 %prefetches, label %ahead3, label %computed
#
# after2:                                           ; preds = %done
#   %38 = mul i64 %24, 1
#   %39 = getelementptr i8, ptr %19, i64 %38
#   store <32 x i8> %37, ptr %39, align 1, !alias.scope !4, !noalias !1
#   %40 = getelementptr inbounds i64, ptr %2, i64 0
#   %41 = load <8 x i64>, ptr %40, align 8
#   %42 = getelementptr inbounds i64, ptr %3, i64 0
#   %43 = load <8 x i64>, ptr %42, align 8
#   %44 = getelementptr inbounds i64, ptr %2, i64 0
#   %45 = add <8 x i64> %41, %43
#   store <8 x i64> %45, ptr %44, align 8
#   %46 = add nsw i64 %17, 1
#   %47 = icmp slt i64 %46, %6
#   br i1 %47, label %round, label %after
#
# ahead3:                                           ; preds = %round1
#   %48 = mul i64 %24, 1
#   %49 = getelementptr i8, ptr %21, i64 %48
#   %50 = getelementptr i8, ptr %49, i64 4096
#   call void @llvm.prefetch.p0(ptr %50, i32 0, i32 2, i32 1)
#   br label %computed
#
# computed:                                         ; preds = %ahead3, %round1
#   %51 = icmp eq i64 %24, %23
#   br i1 %51, label %done, label %store
#
# store:                                            ; preds = %computed
#   %52 = mul i64 %23, 1
#   %53 = getelementptr i8, ptr %19, i64 %52
#   store <32 x i8> %22, ptr %53, align 1, !alias.scope !4, !noalias !1
#   br label %done
#
# done:                                             ; preds = %store, %computed
#   %54 = add nsw i64 %24, 32
#   %55 = call i64 @llvm.smin.i64(i64 %54, i64 %last)
#   %56 = icmp eq i64 %24, %last
#   br i1 %56, label %after2, label %round1
# }
#
# declare <32 x i8> @llvm.umin.v32i8(<32 x i8>, <32 x i8>) #1
#
# declare void @llvm.prefetch.p0(ptr readonly captures(none), i32 immarg, i32 immarg, i32 immarg) #2
#
# declare i64 @llvm.smin.i64(i64, i64) #1
#
# declare i32 @nf_run_stencil(ptr, ptr, ptr, ptr, ptr, ptr) #3
#
#
# !0 = !{i64 0, i64 9223372036854775807}
# !1 = !{!2}
# !2 = distinct !{!2, !3, !"inputs"}
# !3 = distinct !{!3, !"tile"}
# !4 = !{!5}
# !5 = distinct !{!5, !3, !"outputs"}
