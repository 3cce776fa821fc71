# run: interpret uint8[3]:1,2,3 int64:2
site 1 IndexError "offset {0} on axis {1} lies outside the neighborhood"
func @f(x: uint8[:] relative, o: int64) -> uint8 stencil rank 1 mode wrap footprint [-1..1] {
  %0 = param 0 : uint8[:]
  %1 = param 1 : int64
  %2 = neighbor_at %0[%1] site 1 : uint8
  return %2
}
# ---- expect (./dev test --update)
# raises IndexError: offset {0} on axis {1} lies outside the neighborhood | 2 | 0
