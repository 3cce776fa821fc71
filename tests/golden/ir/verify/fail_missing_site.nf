# run: verify
func @f(x: uint8[:], i: int64) -> uint8 {
  %0 = param 0 : uint8[:]
  %1 = param 1 : int64
  %2 = load %0[%1] wrap check : uint8
  return %2
}
# ---- expect (./dev test --update)
# internal error: ill-formed IR in @f: a site is missing, at `%2 = load %0[%1] wrap check : uint8`
