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
# @nf_plan_0 = constant [28 x i64] [i64 1, i64 1, i64 32, i64 -1, i64 1, i64 0, i64 1, i64 1, i64 1, i64 1, i64 1, i64 0, i64 0, i64 1, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 1, i64 1]
#
# define i32 @nf_0(ptr %0, ptr %1) #0 {
# entry:
#   %2 = call i32 @nf_run_stencil(ptr %0, ptr %1, ptr @nf_plan_0, ptr @nf_tile_0, ptr null)
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
#   %14 = and i64 %7, 1
#   %past_cache = icmp ne i64 %14, 0
#   %15 = and i64 %7, 2
#   %prefetches = icmp ne i64 %15, 0
#   %16 = and i64 %7, 4
#   %ahead = icmp ne i64 %16, 0
#   %17 = and i64 %7, 8
#   %halves = icmp ne i64 %17, 0
#   br label %round
#
# round:                                            ; preds = %stored6, %entry
#   %18 = phi i64 [ 0, %entry ], [ %53, %stored6 ]
#   %19 = getelementptr inbounds ptr, ptr %2, i64 0
#   %20 = load ptr, ptr %19, align 8
#   %21 = getelementptr inbounds ptr, ptr %2, i64 1
#   %22 = load ptr, ptr %21, align 8
#   %last = sub i64 %5, 32
#   br label %round1
#
# after:                                            ; preds = %stored6
#   ret i32 0
#
# round1:                                           ; preds = %done, %round
#   %23 = phi <32 x i8> [ poison, %round ], [ %38, %done ]
#   %24 = phi i64 [ %4, %round ], [ %25, %done ]
#   %25 = phi i64 [ %4, %round ], [ %45, %done ]
#   %26 = mul i64 %25, 1
#   %27 = getelementptr i8, ptr %22, i64 %26
#   %28 = getelementptr i8, ptr %27, i64 -1
#   %29 = load <32 x i8>, ptr %28, align 1, !alias.scope !1, !noalias !4
#   %30 = mul i64 %25, 1
#   %31 = getelementptr i8, ptr %22, i64 %30
#   %32 = getelementptr i8, ptr %31, i64 1
#   %33 = load <32 x i8>, ptr %32, align 1, !alias.scope !1, !noalias !4
#   %34 = mul i64 %25, 1
#   %35 = getelementptr i8, ptr %22, i64 %34
#   %36 = load <32 x i8>, ptr %35, align 1, !alias.scope !1, !noalias !4
#   %37 = call <32 x i8> @llvm.umin.v32i8(<32 x i8> %33, <32 x i8> %36)
#   %38 = call <32 x i8> @llvm.umin.v32i8(<32 x i8> %29, <32 x i8> %37)
#   %39 = icmp eq i64 %25, %24
#   br i1 %39, label %done, label %store
#
# after2:                                           ; preds = %done
#   %40 = mul i64 %25, 1
#   %41 = getelementptr i8, ptr %20, i64 %40
#   br i1 %past_cache, label %past_cache4, label %plain5
#
# store:                                            ; preds = %round1
#   %42 = mul i64 %24, 1
#   %43 = getelementptr i8, ptr %20, i64 %42
#   br i1 %past_cache, label %past_cache3, label %plain
#
# done:                                             ; preds = %stored, %round1
#   %44 = add nsw i64 %25, 32
#   %45 = call i64 @llvm.smin.i64(i64 %44, i64 %last)
#   %46 = icmp eq i64 %25, %last
#   br i1 %46, label %after2, label %round1
#
# past_cache3:                                      ; preds = %store
#   store <32 x i8> %23, ptr %43, align 32, !alias.scope !4, !noalias !1, !nontemporal !6
#   br label %stored
#
# plain:                                            ; preds = %store
#   store <32 x i8> %23, ptr %43, align 1, !alias.scope !4, !noalias !1
#   br label %stored
#
# stored:                                           ; preds = %plain, %past_cache3
#   br label %done
#
# past_cache4:                                      ; preds = %after2
#   store <32 x i8> %38, ptr %41, align 32, !alias.scope !4, !noalias !1, !nontemporal !6
#   br label %stored6
#
# plain5:                                           ; preds = %after2
#   store <32 x i8> %38, ptr %41, align 1, !alias.scope !4, !noalias !1
#   br label %stored6
#
# stored6:                                          ; preds = %plain5, %past_cache4
#   %47 = getelementptr inbounds i64, ptr %2, i64 0
#   %48 = load <8 x i64>, ptr %47, align 8
#   %49 = getelementptr inbounds i64, ptr %3, i64 0
#   %50 = load <8 x i64>, ptr %49, align 8
#   %51 = getelementptr inbounds i64, ptr %2, i64 0
#   %52 = add <8 x i64> %48, %50
#   store <8 x i64> %52, ptr %51, align 8
#   %53 = add nsw i64 %18, 1
#   %54 = icmp slt i64 %53, %6
#   br i1 %54, label %round, label %after
# }
#
# declare <32 x i8> @llvm.umin.v32i8(<32 x i8>, <32 x i8>) #1
#
# declare i64 @llvm.smin.i64(i64, i64) #1
#
# declare i32 @nf_run_stencil(ptr, ptr, ptr, ptr, ptr) #2
#
#
# !0 = !{i64 0, i64 9223372036854775807}
# !1 = !{!2}
# !2 = distinct !{!2, !3, !"inputs"}
# !3 = distinct !{!3, !"tile"}
# !4 = !{!5}
# !5 = distinct !{!5, !3, !"outputs"}
# !6 = !{i32 1}
