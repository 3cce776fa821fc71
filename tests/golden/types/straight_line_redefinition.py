# run: types uint8[:, ::1]
import nearfield as nf


@nf.jit
def f(image):
    image = image.ravel()
    total = 0
    for value in image:
        total = total + value * 0.5
    return total
# ---- expect (./dev test --update)
# f(image: uint8[:, ::1]) -> float64
#   image.2  uint8[::1]  set at 7:5
#   total.1  int64       set at 8:5
#   total.2  float64     merged at 9:5 from total.1, total.3
#   value    uint8       set at 9:9
#   total.3  float64     set at 10:9
