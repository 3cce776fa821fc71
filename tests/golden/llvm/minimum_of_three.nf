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
# @nf_plan_0 = constant [26 x i64] [i64 1, i64 1, i64 32, i64 -1, i64 1, i64 0, i64 1, i64 1, i64 1, i64 1, i64 0, i64 1, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 1, i64 1]
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
#   %past_cache = icmp eq i64 %7, 1
#   %prefetches = icmp ne i64 %7, 0
#   %ahead = icmp eq i64 %7, 3
#   br label %round
#
# round:                                            ; preds = %stored6, %entry
#   %14 = phi i64 [ 0, %entry ], [ %49, %stored6 ]
#   %15 = getelementptr inbounds ptr, ptr %2, i64 0
#   %16 = load ptr, ptr %15, align 8
#   %17 = getelementptr inbounds ptr, ptr %2, i64 1
#   %18 = load ptr, ptr %17, align 8
#   %last = sub i64 %5, 32
#   br label %round1
#
# after:                                            ; preds = %stored6
#   ret i32 0
#
# round1:                                           ; preds = %done, %round
#   %19 = phi <32 x i8> [ poison, %round ], [ %34, %done ]
#   %20 = phi i64 [ %4, %round ], [ %21, %done ]
#   %21 = phi i64 [ %4, %round ], [ %41, %done ]
#   %22 = mul i64 %21, 1
#   %23 = getelementptr i8, ptr %18, i64 %22
#   %24 = getelementptr i8, ptr %23, i64 -1
#   %25 = load <32 x i8>, ptr %24, align 1, !alias.scope !1, !noalias !4
#   %26 = mul i64 %21, 1
#   %27 = getelementptr i8, ptr %18, i64 %26
#   %28 = getelementptr i8, ptr %27, i64 1
#   %29 = load <32 x i8>, ptr %28, align 1, !alias.scope !1, !noalias !4
#   %30 = mul i64 %21, 1
#   %31 = getelementptr i8, ptr %18, i64 %30
#   %32 = load <32 x i8>, ptr %31, align 1, !alias.scope !1, !noalias !4
#   %33 = call <32 x i8> @llvm.umin.v32i8(<32 x i8> %29, <32 x i8> %32)
#   %34 = call <32 x i8> @llvm.umin.v32i8(<32 x i8> %25, <32 x i8> %33)
#   %35 = icmp eq i64 %21, %20
#   br i1 %35, label %done, label %store
#
# after2:                                           ; preds = %done
#   %36 = mul i64 %21, 1
#   %37 = getelementptr i8, ptr %16, i64 %36
#   br i1 %past_cache, label %past_cache4, label %plain5
#
# store:                                            ; preds = %round1
#   %38 = mul i64 %20, 1
#   %39 = getelementptr i8, ptr %16, i64 %38
#   br i1 %past_cache, label %past_cache3, label %plain
#
# done:                                             ; preds = %stored, %round1
#   %40 = add nsw i64 %21, 32
#   %41 = call i64 @llvm.smin.i64(i64 %40, i64 %last)
#   %42 = icmp eq i64 %21, %last
#   br i1 %42, label %after2, label %round1
#
# past_cache3:                                      ; preds = %store
#   store <32 x i8> %19, ptr %39, align 32, !alias.scope !4, !noalias !1, !nontemporal !6
#   br label %stored
#
# plain:                                            ; preds = %store
#   store <32 x i8> %19, ptr %39, align 1, !alias.scope !4, !noalias !1
#   br label %stored
#
# stored:                                           ; preds = %plain, %past_cache3
#   br label %done
#
# past_cache4:                                      ; preds = %after2
#   store <32 x i8> %34, ptr %37, align 32, !alias.scope !4, !noalias !1, !nontemporal !6
#   br label %stored6
#
# plain5:                                           ; preds = %after2
#   store <32 x i8> %34, ptr %37, align 1, !alias.scope !4, !noalias !1
#   br label %stored6
#
# stored6:                                          ; preds = %plain5, %past_cache4
#   %43 = getelementptr inbounds i64, ptr %2, i64 0
#   %44 = load <8 x i64>, ptr %43, align 8
#   %45 = getelementptr inbounds i64, ptr %3, i64 0
#   %46 = load <8 x i64>, ptr %45, align 8
#   %47 = getelementptr inbounds i64, ptr %2, i64 0
#   %48 = add <8 x i64> %44, %46
#   store <8 x i64> %48, ptr %47, align 8
#   %49 = add nsw i64 %14, 1
#   %50 = icmp slt i64 %49, %6
#   br i1 %50, label %round, label %after
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
