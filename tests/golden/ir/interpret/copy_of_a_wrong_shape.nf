# run: interpret int64[2]:0,0 int64[3]:1,2,3
site 1 ValueError "value has {1} elements on axis {0}, the array {2}"
func @f(out: int64[:], v: int64[:]) {
  %0 = param 0 : int64[:]
  %1 = param 1 : int64[:]
  copy %0, %1 site 1
}
# ---- expect (./dev test --update)
# raises ValueError: value has {1} elements on axis {0}, the array {2} | 0 | 3 | 2
