# run: ir
source 0 "blur.py"
site 1 IndexError "index {0} is out of bounds for axis {1} of {2}" at 0 12..18
site 2 ValueError "quotes \" and\nlines"
constant 0 int64[2, 2] = -1, 0, 1, 9223372036854775807
constant 1 float32[3] = 0.1, nan, -inf

func @everything(x: uint8[:, ::1], y: float64[:], n: int64 in 0..100) -> int64, float64 {
  %0 = param 0 : uint8[:, ::1]
  %1 = param 1 : float64[:]
  %2 = param 2 : int64
  %3 = global 0 : readonly int64[:, ::1]
  %4 = const 1 : int64
  %5 = neg %2 : int64
  %6 = floordiv %5, %4 : int64
  %7 = lt %6, %2 : bool
  %8 = select %7, %6, %2 : int64
  %9 = cast %8 : float64
  %10 = atan2 %9, %9 : float64
  %11 = dim %0, 1 : int64
  %12 = load %0[%4, %8] wrap check site 1 : uint8
  store %10, %1[%4] check site 1
  %13 = alloc(%11, %4) zero site 1 : float32[:, ::1]
  copy %13, %0 site 1
  %14 = ravel %13 : float32[::1]
  %15 = reduce max %14 site 2 : float32
  %16 = slot : int64
  set %16, %8
  for %17 = %4 to %11 step %4 parallel {
    %18 = get %16 : int64
    set %16, %18
    continue
  }
  while %20 {
    %19 = get %16 : int64
    %20 = ne %19, %4 : bool
  } do {
    if %7 {
      break
    } else {
      raise site 1 (%8, %11)
    }
  }
  %21 = call 1(%0) site 2 : int64[:, ::1]
  %22 = call 1(%0) out %21 keep site 2 : int64[:, ::1]
  %23 = call 2() : (int64, float64)
  %24 = item %23, 1 : float64
  call 3()
  return %8, %24
}
func @near(x: uint8[:, :] relative) -> int64 stencil rank 2 mode constant cval int64 -7 footprint [-1..1, 0..2] fastmath {
  %0 = param 0 : uint8[:, :]
  %1 = neighbor %0[-1, 2] : uint8
  %2 = const 1 : int64
  %3 = neighbor_at %0[%2, %2] site 1 : uint8
  %4 = max %1, %3 : uint8
  %5 = cast %4 : int64
  return %5
}
func @"<lambda>"() -> int64, float64 {
  %0 = const -9223372036854775808 : int64
  %1 = const 1e+300 : float64
  %2 = tuple(%0, %1) : (int64, float64)
  %3 = const bits(0x7ff8000000000001) : float64
  return %0, %3
}
func @nothing() {
  %0 = const true : bool
  return
}
# ---- expect (./dev test --update)
# source 0 "blur.py"
# site 1 IndexError "index {0} is out of bounds for axis {1} of {2}" at 0 12..18
# site 2 ValueError "quotes \" and\nlines"
# constant 0 int64[2, 2] = -1, 0, 1, 9223372036854775807
# constant 1 float32[3] = 0.1, nan, -inf
#
# func @everything(x: uint8[:, ::1], y: float64[:], n: int64 in 0..100) -> int64, float64 {
#   %0 = param 0 : uint8[:, ::1]
#   %1 = param 1 : float64[:]
#   %2 = param 2 : int64
#   %3 = global 0 : readonly int64[:, ::1]
#   %4 = const 1 : int64
#   %5 = neg %2 : int64
#   %6 = floordiv %5, %4 : int64
#   %7 = lt %6, %2 : bool
#   %8 = select %7, %6, %2 : int64
#   %9 = cast %8 : float64
#   %10 = atan2 %9, %9 : float64
#   %11 = dim %0, 1 : int64
#   %12 = load %0[%4, %8] wrap check site 1 : uint8
#   store %10, %1[%4] check site 1
#   %13 = alloc(%11, %4) zero site 1 : float32[:, ::1]
#   copy %13, %0 site 1
#   %14 = ravel %13 : float32[::1]
#   %15 = reduce max %14 site 2 : float32
#   %16 = slot : int64
#   set %16, %8
#   for %17 = %4 to %11 step %4 parallel {
#     %18 = get %16 : int64
#     set %16, %18
#     continue
#   }
#   while %20 {
#     %19 = get %16 : int64
#     %20 = ne %19, %4 : bool
#   } do {
#     if %7 {
#       break
#     } else {
#       raise site 1 (%8, %11)
#     }
#   }
#   %21 = call 1(%0) site 2 : int64[:, ::1]
#   %22 = call 1(%0) out %21 keep site 2 : int64[:, ::1]
#   %23 = call 2() : (int64, float64)
#   %24 = item %23, 1 : float64
#   call 3()
#   return %8, %24
# }
#
# func @near(x: uint8[:, :] relative) -> int64 stencil rank 2 mode constant cval int64 -7 footprint [-1..1, 0..2] fastmath {
#   %0 = param 0 : uint8[:, :]
#   %1 = neighbor %0[-1, 2] : uint8
#   %2 = const 1 : int64
#   %3 = neighbor_at %0[%2, %2] site 1 : uint8
#   %4 = max %1, %3 : uint8
#   %5 = cast %4 : int64
#   return %5
# }
#
# func @"<lambda>"() -> int64, float64 {
#   %0 = const -9223372036854775808 : int64
#   %1 = const 1e+300 : float64
#   %2 = tuple(%0, %1) : (int64, float64)
#   %3 = const bits(0x7ff8000000000001) : float64
#   return %0, %3
# }
#
# func @nothing() {
#   %0 = const true : bool
#   return
# }
