# run: pass drop-dead
site 1 IndexError "x"
func @f(x: uint8[:], n: int64) -> int64 {
  %0 = param 0 : uint8[:]
  %1 = param 1 : int64
  %2 = slot : int64
  %3 = neg %1 : int64
  set %2, %3
  %4 = const 0 : int64
  %5 = const 1 : int64
  for %6 = %4 to %1 step %5 {
    %7 = load %0[%4] : uint8
  }
  %8 = load %0[%1] wrap check site 1 : uint8
  return %1
}
func @uncalled() {
  return
}
# ---- expect (./dev test --update)
# site 1 IndexError "x"
#
# func @f(x: uint8[:], n: int64) -> int64 {
#   %0 = param 0 : uint8[:]
#   %1 = param 1 : int64
#   %2 = load %0[%1] wrap check site 1 : uint8
#   return %1
# }
