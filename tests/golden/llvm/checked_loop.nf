# run: llvm x86-64-v3 fast
# A loop over `x` whose index into `y` is not proven: one test before the loop, then a version without checks and one with
# them that raises at the right round. (`fast` leaves the loops in the form they are emitted in.)
site 1 IndexError "index {0} is out of range"
func @subtract(x: float64[::1], y: float64[::1]) {
  %0 = param 0 : float64[::1]
  %1 = param 1 : float64[::1]
  %2 = dim %0, 0 : int64
  %3 = const 0 : int64
  %4 = const 1 : int64
  for %5 = %3 to %2 step %4 {
    %6 = load %0[%5] : float64
    %7 = load %1[%5] wrap check site 1 : float64
    %8 = sub %6, %7 : float64
    store %8, %0[%5]
  }
  return
}
# ---- expect (./dev test --update)
#
# define i32 @nf_0(ptr %0, ptr %1, ptr %2) #0 {
# entry:
#   %3 = load ptr, ptr %1, align 8
#   %4 = load ptr, ptr %3, align 8
#   %5 = getelementptr inbounds nuw i8, ptr %3, i64 8
#   %6 = load i64, ptr %5, align 8, !range !0
#   %7 = getelementptr inbounds nuw i8, ptr %1, i64 8
#   %8 = load ptr, ptr %7, align 8
#   %9 = load ptr, ptr %8, align 8
#   %10 = getelementptr inbounds nuw i8, ptr %8, i64 8
#   %11 = load i64, ptr %10, align 8, !range !0
#   %12 = getelementptr inbounds nuw i8, ptr %0, i64 8
#   %13 = load ptr, ptr %12, align 8
#   %14 = add nsw i64 %6, -1
#   %15 = icmp samesign ult i64 %6, 68719476736
#   %16 = icmp ult i64 %14, %11
#   %17 = and i1 %15, %16
#   br i1 %17, label %strips.i, label %strips4.i, !prof !1
#
# strips.i:                                         ; preds = %head.i, %entry
#   %start2.i = phi i64 [ 0, %entry ], [ %24, %head.i ]
#   %18 = icmp slt i64 %start2.i, %6
#   br i1 %18, label %strip.i, label %body_0.exit
#
# strip.i:                                          ; preds = %strips.i
#   %19 = load volatile i32, ptr %13, align 4
#   %20 = icmp eq i32 %19, 0
#   br i1 %20, label %on.i, label %body_0.exit, !prof !1
#
# on.i:                                             ; preds = %strip.i
#   %21 = sub i64 %6, %start2.i
#   %22 = icmp ugt i64 %21, 16384
#   %23 = add i64 %start2.i, 16384
#   %24 = select i1 %22, i64 %23, i64 %6
#   br label %head.i
#
# head.i:                                           ; preds = %body.i, %on.i
#   %index.i = phi i64 [ %start2.i, %on.i ], [ %31, %body.i ]
#   %25 = icmp slt i64 %index.i, %24
#   br i1 %25, label %body.i, label %strips.i
#
# body.i:                                           ; preds = %head.i
#   %26 = getelementptr inbounds double, ptr %4, i64 %index.i
#   %27 = load double, ptr %26, align 1
#   %28 = getelementptr inbounds double, ptr %9, i64 %index.i
#   %29 = load double, ptr %28, align 1
#   %30 = fsub double %27, %29
#   store double %30, ptr %26, align 1
#   %31 = add nsw i64 %index.i, 1
#   br label %head.i
#
# strips4.i:                                        ; preds = %head10.i, %entry
#   %start7.i = phi i64 [ 0, %entry ], [ %38, %head10.i ]
#   %32 = icmp slt i64 %start7.i, %6
#   br i1 %32, label %strip5.i, label %body_0.exit
#
# strip5.i:                                         ; preds = %strips4.i
#   %33 = load volatile i32, ptr %13, align 4
#   %34 = icmp eq i32 %33, 0
#   br i1 %34, label %on9.i, label %body_0.exit, !prof !1
#
# on9.i:                                            ; preds = %strip5.i
#   %35 = sub i64 %6, %start7.i
#   %36 = icmp ugt i64 %35, 16384
#   %37 = add i64 %start7.i, 16384
#   %38 = select i1 %36, i64 %37, i64 %6
#   br label %head10.i
#
# head10.i:                                         ; preds = %on15.i, %on9.i
#   %index14.i = phi i64 [ %start7.i, %on9.i ], [ %50, %on15.i ]
#   %39 = icmp slt i64 %index14.i, %38
#   br i1 %39, label %body11.i, label %strips4.i
#
# body11.i:                                         ; preds = %head10.i
#   %40 = icmp slt i64 %index14.i, 0
#   %41 = select i1 %40, i64 %11, i64 0
#   %42 = add i64 %index14.i, %41
#   %43 = icmp ult i64 %42, %11
#   br i1 %43, label %on15.i, label %out_of_range.i, !prof !1
#
# out_of_range.i:                                   ; preds = %body11.i
#   %44 = call i32 @raise(ptr %0, i32 1, i32 3, i64 %index14.i, i64 0, i64 %11, i64 0)
#   br label %body_0.exit
#
# on15.i:                                           ; preds = %body11.i
#   %45 = getelementptr inbounds double, ptr %4, i64 %index14.i
#   %46 = load double, ptr %45, align 1
#   %47 = getelementptr inbounds double, ptr %9, i64 %42
#   %48 = load double, ptr %47, align 1
#   %49 = fsub double %46, %48
#   store double %49, ptr %45, align 1
#   %50 = add nsw i64 %index14.i, 1
#   br label %head10.i
#
# body_0.exit:                                      ; preds = %strip5.i, %strips4.i, %strip.i, %strips.i, %out_of_range.i
#   %51 = phi i32 [ %44, %out_of_range.i ], [ 0, %strips.i ], [ 0, %strips4.i ], [ -1, %strip.i ], [ -1, %strip5.i ]
#   ret i32 %51
# }
#
# define internal i32 @raise(ptr %0, i32 %1, i32 %2, i64 %3, i64 %4, i64 %5, i64 %6) #1 {
# entry:
#   %7 = getelementptr inbounds nuw i8, ptr %0, i64 16
#   store i32 %1, ptr %7, align 4
#   %8 = getelementptr inbounds nuw i8, ptr %0, i64 20
#   store i32 %2, ptr %8, align 4
#   %9 = getelementptr inbounds nuw i8, ptr %0, i64 24
#   store i64 %3, ptr %9, align 8
#   %10 = getelementptr inbounds nuw i8, ptr %0, i64 32
#   store i64 %4, ptr %10, align 8
#   %11 = getelementptr inbounds nuw i8, ptr %0, i64 40
#   store i64 %5, ptr %11, align 8
#   %12 = getelementptr inbounds nuw i8, ptr %0, i64 48
#   store i64 %6, ptr %12, align 8
#   ret i32 %1
# }
#
#
# !0 = !{i64 0, i64 9223372036854775807}
# !1 = !{!"branch_weights", i32 1048575, i32 1}
