# run: pass store-through
site 1 ValueError "shape of the stencil"
site 2 ValueError "shape of the copy"
func @smooth(x: int8[:], out: int8[:]) {
  %0 = param 0 : int8[:]
  %1 = param 1 : int8[:]
  %2 = call 1(%0) site 1 : int64[::1]
  copy %1, %2 site 2
}
func @s(x: int8[:] relative) -> int64 stencil rank 1 mode constant cval int64 300 footprint [0..1] {
  %0 = param 0 : int8[:]
  %1 = neighbor %0[1] : int8
  %2 = cast %1 : int64
  return %2
}
