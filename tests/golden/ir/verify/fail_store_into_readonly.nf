# run: verify
func @f(x: readonly uint8[:], v: uint8) {
  %0 = param 0 : readonly uint8[:]
  %1 = param 1 : uint8
  %2 = const 0 : int64
  store %1, %0[%2]
}
# ---- expect (./dev test --update)
# internal error: ill-formed IR in @f: %0 is readonly, at `store %1, %0[%2]`
