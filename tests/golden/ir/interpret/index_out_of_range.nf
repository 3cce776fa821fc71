# run: interpret uint8[3]:1,2,3 int64:-4
site 1 IndexError "index {0} is out of bounds for axis {1} with size {2}"
func @f(x: uint8[:], i: int64) -> uint8 {
  %0 = param 0 : uint8[:]
  %1 = param 1 : int64
  %2 = load %0[%1] wrap check site 1 : uint8
  return %2
}
# ---- expect (./dev test --update)
# raises IndexError: index {0} is out of bounds for axis {1} with size {2} | -4 | 0 | 3
