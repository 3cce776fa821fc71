# run: ranges
func @f(x: uint8[:] relative) -> int64, int64, uint64, int64, int64 stencil rank 1 mode constant footprint [0..1] {
  %0 = param 0 : uint8[:]
  %1 = neighbor %0[0] : uint8
  %2 = neighbor %0[1] : uint8
  %3 = cast %1 : int64
  %4 = cast %2 : int64
  %5 = sub %3, %4 : int64
  %6 = const 0 : int64
  %7 = lt %5, %6 : bool
  %8 = neg %5 : int64
  %9 = select %7, %8, %5 : int64
  %10 = const 200 : int64
  %11 = add %3, %4 : int64
  %12 = gt %11, %10 : bool
  %13 = select %12, %10, %11 : int64
  %14 = const 20 : int64
  %15 = lt %13, %14 : bool
  %16 = select %15, %14, %13 : int64
  %17 = cast %1 : uint64
  %18 = cast %2 : uint64
  %19 = gt %1, %2 : bool
  %20 = sub %17, %18 : uint64
  %21 = sub %18, %17 : uint64
  %22 = select %19, %20, %21 : uint64
  %23 = mul %5, %5 : int64
  %24 = cast %20 : int64
  return %9, %16, %22, %23, %24
}
# ---- expect (./dev test --update)
# %1 = neighbor %0[0] : uint8    0..255
# %2 = neighbor %0[1] : uint8    0..255
# %3 = cast %1 : int64    0..255
# %4 = cast %2 : int64    0..255
# %5 = sub %3, %4 : int64    -255..255
# %6 = const 0 : int64    0..0
# %7 = lt %5, %6 : bool    0..1
# %8 = neg %5 : int64    -255..255
# %9 = select %7, %8, %5 : int64    0..255
# %10 = const 200 : int64    200..200
# %11 = add %3, %4 : int64    0..510
# %12 = gt %11, %10 : bool    0..1
# %13 = select %12, %10, %11 : int64    0..200
# %14 = const 20 : int64    20..20
# %15 = lt %13, %14 : bool    0..1
# %16 = select %15, %14, %13 : int64    20..200
# %17 = cast %1 : uint64    0..255
# %18 = cast %2 : uint64    0..255
# %19 = gt %1, %2 : bool    0..1
# %20 = sub %17, %18 : uint64    0..18446744073709551615
# %21 = sub %18, %17 : uint64    0..18446744073709551615
# %22 = select %19, %20, %21 : uint64    0..255
# %23 = mul %5, %5 : int64    0..65025
# %24 = cast %20 : int64    -255..255
