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
# @upper_bytes = private constant [48 x i8] c"\80\80\80\80\80\80\80\80\80\80\80\80\80\80\80\80\00\01\02\03\04\05\06\07\08\09\0A\0B\0C\0D\0E\0F\80\80\80\80\80\80\80\80\80\80\80\80\80\80\80\80", align 64
# @lower_bytes = private constant [48 x i8] c"\00\01\02\03\04\05\06\07\08\09\0A\0B\0C\0D\0E\0F\80\80\80\80\80\80\80\80\80\80\80\80\80\80\80\80\80\80\80\80\80\80\80\80\80\80\80\80\80\80\80\80", align 64
# @nf_plan_0 = constant [29 x i64] [i64 1, i64 1, i64 32, i64 -1, i64 1, i64 0, i64 1, i64 1, i64 1, i64 1, i64 1, i64 0, i64 0, i64 1, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 1, i64 1, i64 32]
#
# define i32 @nf_0(ptr %0, ptr %1) #0 {
# entry:
#   %2 = call i32 @nf_run_stencil(ptr %0, ptr %1, ptr @nf_plan_0, ptr @nf_tile_0, ptr null)
#   ret i32 %2
# }
#
# define i32 @nf_tile_0(ptr %0, ptr %1, ptr %2, ptr %3, i64 %4, i64 %5, i64 %6, i64 %7) #0 {
# entry:
#   %left_over = alloca <32 x i8>, align 32
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
#   %17 = and i64 %7, 16
#   %whole_lines = icmp ne i64 %17, 0
#   %18 = and i64 %7, 1
#   %past_cache = icmp ne i64 %18, 0
#   %skipped = select i1 %whole_lines, i64 -9223372036854775808, i64 %4
#   br label %round
#
# round:                                            ; preds = %stored6, %entry
#   %19 = phi i64 [ 0, %entry ], [ %79, %stored6 ]
#   %20 = getelementptr inbounds ptr, ptr %2, i64 0
#   %21 = load ptr, ptr %20, align 8
#   %22 = getelementptr inbounds ptr, ptr %2, i64 1
#   %23 = load ptr, ptr %22, align 8
#   %last = sub i64 %5, 32
#   br label %round1
#
# after:                                            ; preds = %stored6
#   ret i32 0
#
# round1:                                           ; preds = %done, %round
#   %24 = phi <32 x i8> [ poison, %round ], [ %39, %done ]
#   %25 = phi i64 [ %4, %round ], [ %26, %done ]
#   %26 = phi i64 [ %4, %round ], [ %46, %done ]
#   %27 = mul i64 %26, 1
#   %28 = getelementptr i8, ptr %23, i64 %27
#   %29 = getelementptr i8, ptr %28, i64 -1
#   %30 = load <32 x i8>, ptr %29, align 1, !alias.scope !1, !noalias !4
#   %31 = mul i64 %26, 1
#   %32 = getelementptr i8, ptr %23, i64 %31
#   %33 = getelementptr i8, ptr %32, i64 1
#   %34 = load <32 x i8>, ptr %33, align 1, !alias.scope !1, !noalias !4
#   %35 = mul i64 %26, 1
#   %36 = getelementptr i8, ptr %23, i64 %35
#   %37 = load <32 x i8>, ptr %36, align 1, !alias.scope !1, !noalias !4
#   %38 = call <32 x i8> @llvm.umin.v32i8(<32 x i8> %34, <32 x i8> %37)
#   %39 = call <32 x i8> @llvm.umin.v32i8(<32 x i8> %30, <32 x i8> %38)
#   %40 = icmp eq i64 %26, %25
#   br i1 %40, label %done, label %store
#
# after2:                                           ; preds = %done
#   %41 = mul i64 %26, 1
#   %42 = getelementptr i8, ptr %21, i64 %41
#   br i1 %past_cache, label %past_cache4, label %plain5
#
# store:                                            ; preds = %round1
#   %43 = mul i64 %25, 1
#   %44 = getelementptr i8, ptr %21, i64 %43
#   br i1 %past_cache, label %past_cache3, label %plain
#
# done:                                             ; preds = %stored, %round1
#   %45 = add nsw i64 %26, 32
#   %46 = call i64 @llvm.smin.i64(i64 %45, i64 %last)
#   %47 = icmp eq i64 %26, %last
#   br i1 %47, label %after2, label %round1
#
# past_cache3:                                      ; preds = %store
#   %48 = icmp eq i64 %25, %skipped
#   br i1 %48, label %past_cache_others, label %past_cache_first
#
# plain:                                            ; preds = %store
#   store <32 x i8> %24, ptr %44, align 1, !alias.scope !4, !noalias !1
#   br label %stored
#
# stored:                                           ; preds = %plain, %past_cache_others
#   br label %done
#
# past_cache_first:                                 ; preds = %past_cache3
#   %49 = load volatile <32 x i8>, ptr %left_over, align 32
#   %50 = ptrtoint ptr %44 to i64
#   %51 = and i64 %50, 31
#   %52 = sub i64 0, %51
#   %53 = getelementptr i8, ptr %44, i64 %52
#   %54 = sub i64 32, %51
#   %55 = sub i64 %54, 1
#   %56 = lshr i64 %55, 4
#   %57 = and i64 %55, 15
#   %58 = add i64 %57, 1
#   %59 = shufflevector <32 x i8> %49, <32 x i8> %24, <32 x i32> <i32 16, i32 17, i32 18, i32 19, i32 20, i32 21, i32 22, i32 23, i32 24, i32 25, i32 26, i32 27, i32 28, i32 29, i32 30, i32 31, i32 32, i32 33, i32 34, i32 35, i32 36, i32 37, i32 38, i32 39, i32 40, i32 41, i32 42, i32 43, i32 44, i32 45, i32 46, i32 47>
#   %60 = icmp eq i64 %56, 0
#   %.splatinsert = insertelement <32 x i1> poison, i1 %60, i64 0
#   %.splat = shufflevector <32 x i1> %.splatinsert, <32 x i1> poison, <32 x i32> zeroinitializer
#   %61 = select <32 x i1> %.splat, <32 x i8> %49, <32 x i8> %59
#   %62 = select <32 x i1> %.splat, <32 x i8> %59, <32 x i8> %24
#   %63 = getelementptr i8, ptr @upper_bytes, i64 %58
#   %64 = load <16 x i8>, ptr %63, align 1
#   %65 = shufflevector <16 x i8> %64, <16 x i8> poison, <32 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15, i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
#   %66 = call <32 x i8> @llvm.x86.avx2.pshuf.b(<32 x i8> %62, <32 x i8> %65)
#   %67 = getelementptr i8, ptr @lower_bytes, i64 %58
#   %68 = load <16 x i8>, ptr %67, align 1
#   %69 = shufflevector <16 x i8> %68, <16 x i8> poison, <32 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15, i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
#   %70 = call <32 x i8> @llvm.x86.avx2.pshuf.b(<32 x i8> %61, <32 x i8> %69)
#   %71 = or <32 x i8> %70, %66
#   store <32 x i8> %71, ptr %53, align 32, !alias.scope !4, !noalias !1, !nontemporal !6
#   br label %past_cache_others
#
# past_cache_others:                                ; preds = %past_cache_first, %past_cache3
#   store volatile <32 x i8> %24, ptr %left_over, align 32
#   br label %stored
#
# past_cache4:                                      ; preds = %after2
#   %72 = icmp eq i64 %26, %skipped
#   br i1 %72, label %past_cache_others8, label %past_cache_first7
#
# plain5:                                           ; preds = %after2
#   store <32 x i8> %39, ptr %42, align 1, !alias.scope !4, !noalias !1
#   br label %stored6
#
# stored6:                                          ; preds = %plain5, %past_cache_others8
#   %73 = getelementptr inbounds i64, ptr %2, i64 0
#   %74 = load <8 x i64>, ptr %73, align 8
#   %75 = getelementptr inbounds i64, ptr %3, i64 0
#   %76 = load <8 x i64>, ptr %75, align 8
#   %77 = getelementptr inbounds i64, ptr %2, i64 0
#   %78 = add <8 x i64> %74, %76
#   store <8 x i64> %78, ptr %77, align 8
#   %79 = add nsw i64 %19, 1
#   %80 = icmp slt i64 %79, %6
#   br i1 %80, label %round, label %after
#
# past_cache_first7:                                ; preds = %past_cache4
#   %81 = load volatile <32 x i8>, ptr %left_over, align 32
#   %82 = ptrtoint ptr %42 to i64
#   %83 = and i64 %82, 31
#   %84 = sub i64 0, %83
#   %85 = getelementptr i8, ptr %42, i64 %84
#   %86 = sub i64 32, %83
#   %87 = sub i64 %86, 1
#   %88 = lshr i64 %87, 4
#   %89 = and i64 %87, 15
#   %90 = add i64 %89, 1
#   %91 = shufflevector <32 x i8> %81, <32 x i8> %39, <32 x i32> <i32 16, i32 17, i32 18, i32 19, i32 20, i32 21, i32 22, i32 23, i32 24, i32 25, i32 26, i32 27, i32 28, i32 29, i32 30, i32 31, i32 32, i32 33, i32 34, i32 35, i32 36, i32 37, i32 38, i32 39, i32 40, i32 41, i32 42, i32 43, i32 44, i32 45, i32 46, i32 47>
#   %92 = icmp eq i64 %88, 0
#   %.splatinsert9 = insertelement <32 x i1> poison, i1 %92, i64 0
#   %.splat10 = shufflevector <32 x i1> %.splatinsert9, <32 x i1> poison, <32 x i32> zeroinitializer
#   %93 = select <32 x i1> %.splat10, <32 x i8> %81, <32 x i8> %91
#   %94 = select <32 x i1> %.splat10, <32 x i8> %91, <32 x i8> %39
#   %95 = getelementptr i8, ptr @upper_bytes, i64 %90
#   %96 = load <16 x i8>, ptr %95, align 1
#   %97 = shufflevector <16 x i8> %96, <16 x i8> poison, <32 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15, i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
#   %98 = call <32 x i8> @llvm.x86.avx2.pshuf.b(<32 x i8> %94, <32 x i8> %97)
#   %99 = getelementptr i8, ptr @lower_bytes, i64 %90
#   %100 = load <16 x i8>, ptr %99, align 1
#   %101 = shufflevector <16 x i8> %100, <16 x i8> poison, <32 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15, i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
#   %102 = call <32 x i8> @llvm.x86.avx2.pshuf.b(<32 x i8> %93, <32 x i8> %101)
#   %103 = or <32 x i8> %102, %98
#   store <32 x i8> %103, ptr %85, align 32, !alias.scope !4, !noalias !1, !nontemporal !6
#   br label %past_cache_others8
#
# past_cache_others8:                               ; preds = %past_cache_first7, %past_cache4
#   store volatile <32 x i8> %39, ptr %left_over, align 32
#   br label %stored6
# }
#
# declare <32 x i8> @llvm.umin.v32i8(<32 x i8>, <32 x i8>) #1
#
# declare <32 x i8> @llvm.x86.avx2.pshuf.b(<32 x i8>, <32 x i8>) #2
#
# declare i64 @llvm.smin.i64(i64, i64) #1
#
# declare i32 @nf_run_stencil(ptr, ptr, ptr, ptr, ptr) #3
#
#
# !0 = !{i64 0, i64 9223372036854775807}
# !1 = !{!2}
# !2 = distinct !{!2, !3, !"inputs"}
# !3 = distinct !{!3, !"tile"}
# !4 = !{!5}
# !5 = distinct !{!5, !3, !"outputs"}
# !6 = !{i32 1}
