# run: interpret int8[4]:1,2,3,4 uint8[4]:9,9,9,9
site 1 ValueError "shapes"
func @f(x: int8[:], out: uint8[:]) -> int64 {
  %0 = param 0 : int8[:]
  %1 = param 1 : uint8[:]
  %2 = call 1(%0) site 1 : int64[::1]
  copy %1, %2 site 1
  %3 = reduce sum %2 : int64
  return %3
}
func @s(x: int8[:] relative) -> int64 stencil rank 1 mode constant cval int64 -1 footprint [0..1] {
  %0 = param 0 : int8[:]
  %1 = neighbor %0[1] : int8
  %2 = cast %1 : int64
  %3 = const 100 : int64
  %4 = mul %2, %3 : int64
  return %4
}
# ---- expect (./dev test --update)
# int64 899
# out is now uint8 [200, 44, 144, 255]
