# run: after fold-constants
# Elements at constant indexes are numbers; one that lies outside stays, since it raises.
constant 0 int64[2, 2] = 3, -7, 11, 5
site 1 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 0..1
source 0 "f.py"
func @f() -> int64 {
  %0 = global 0 : readonly int64[:, ::1]
  %1 = const 1 : int64
  %2 = const -2 : int64
  %3 = const 2 : int64
  %4 = load %0[%1, %2] wrap check site 1 : int64
  %5 = load %0[%3, %1] wrap check site 1 : int64
  %6 = add %4, %5 : int64
  return %6
}
# ---- expect (./dev test --update)
# source 0 "f.py"
# site 1 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 0..1
# constant 0 int64[2, 2] = 3, -7, 11, 5
#
# func @f() -> int64 {
#   %0 = global 0 : readonly int64[:, ::1]
#   %1 = const 1 : int64
#   %2 = const -2 : int64
#   %3 = const 2 : int64
#   %4 = const 11 : int64
#   %5 = load %0[%3, %1] wrap check site 1 : int64
#   %6 = add %4, %5 : int64
#   return %6
# }
