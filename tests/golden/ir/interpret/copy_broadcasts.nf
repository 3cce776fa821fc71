# run: interpret int64[2,3]:0,0,0,0,0,0 float32[1,3]:1.5,-1.5,300.0
site 1 ValueError "shapes"
func @f(out: int64[:, :], v: float32[:, :]) {
  %0 = param 0 : int64[:, :]
  %1 = param 1 : float32[:, :]
  copy %0, %1 site 1
}
# ---- expect (./dev test --update)
# out is now int64 [[1, -1, 300], [1, -1, 300]]
