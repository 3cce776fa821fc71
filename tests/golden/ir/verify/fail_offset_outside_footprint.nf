# run: verify
func @f(x: uint8[:] relative) -> uint8 stencil rank 1 mode constant footprint [-1..1] {
  %0 = param 0 : uint8[:]
  %1 = neighbor %0[2] : uint8
  return %1
}
# ---- expect (./dev test --update)
# internal error: ill-formed IR in @f: an offset outside the footprint, at `%1 = neighbor %0[2] : uint8`
