# run: pass prove-indexes
site 1 IndexError "x"
site 2 IndexError "out"
func @f(x: uint8[:, :], out: uint8[:, :]) {
  %0 = param 0 : uint8[:, :]
  %1 = param 1 : uint8[:, :]
  %2 = const 1 : int64
  %3 = dim %0, 0 : int64
  %4 = sub %3, %2 : int64
  for %5 = %2 to %4 step %2 {
    %6 = dim %0, 1 : int64
    %7 = sub %6, %2 : int64
    for %8 = %2 to %7 step %2 {
      %9 = sub %5, %2 : int64
      %10 = add %8, %2 : int64
      %11 = load %0[%9, %10] wrap check site 1 : uint8
      store %11, %1[%5, %8] wrap check site 2
    }
  }
}
# ---- expect (./dev test --update)
# site 1 IndexError "x"
# site 2 IndexError "out"
#
# func @f(x: uint8[:, :], out: uint8[:, :]) {
#   %0 = param 0 : uint8[:, :]
#   %1 = param 1 : uint8[:, :]
#   %2 = const 1 : int64
#   %3 = dim %0, 0 : int64
#   %4 = sub %3, %2 : int64
#   for %5 = %2 to %4 step %2 {
#     %6 = dim %0, 1 : int64
#     %7 = sub %6, %2 : int64
#     for %8 = %2 to %7 step %2 {
#       %9 = sub %5, %2 : int64
#       %10 = add %8, %2 : int64
#       %11 = load %0[%9, %10] : uint8
#       store %11, %1[%5, %8] check site 2
#     }
#   }
# }
