# run: pass inline-calls
site 1 ValueError "large"
func @f(x: int64[:] relative) -> int64 stencil rank 1 mode constant footprint [0..0] {
  %0 = param 0 : int64[:]
  %1 = neighbor %0[0] : int64
  %2 = call 1(%1) : int64
  %3 = call 1(%2) : int64
  return %3
}
func @g(a: int64) -> int64 {
  %0 = param 0 : int64
  %1 = const 0 : int64
  %2 = lt %0, %1 : bool
  if %2 {
    return %1
  }
  %4 = const 100 : int64
  %5 = gt %0, %4 : bool
  if %5 {
    raise site 1
  }
  %7 = add %0, %4 : int64
  return %7
}
# ---- expect (./dev test --update)
# site 1 ValueError "large"
#
# func @f(x: int64[:] relative) -> int64 stencil rank 1 mode constant footprint [0..0] {
#   %0 = param 0 : int64[:]
#   %1 = neighbor %0[0] : int64
#   %2 = slot : int64
#   %3 = const 0 : int64
#   %4 = lt %1, %3 : bool
#   if %4 {
#     set %2, %3
#   } else {
#     %6 = const 100 : int64
#     %7 = gt %1, %6 : bool
#     if %7 {
#       raise site 1
#     }
#     %10 = add %1, %6 : int64
#     set %2, %10
#   }
#   %13 = get %2 : int64
#   %14 = slot : int64
#   %15 = const 0 : int64
#   %16 = lt %13, %15 : bool
#   if %16 {
#     set %14, %15
#   } else {
#     %18 = const 100 : int64
#     %19 = gt %13, %18 : bool
#     if %19 {
#       raise site 1
#     }
#     %22 = add %13, %18 : int64
#     set %14, %22
#   }
#   %25 = get %14 : int64
#   return %25
# }
#
# func @g(a: int64) -> int64 {
#   %0 = param 0 : int64
#   %1 = const 0 : int64
#   %2 = lt %0, %1 : bool
#   if %2 {
#     return %1
#   }
#   %4 = const 100 : int64
#   %5 = gt %0, %4 : bool
#   if %5 {
#     raise site 1
#   }
#   %7 = add %0, %4 : int64
#   return %7
# }
