# run: types float32[:, :]
import nearfield as nf

radius = 1


@nf.stencil
def mean(x):
    total = 0.0
    for i in range(-radius, radius + 1):
        for j in (-1, 0, 1):
            total += x[i, j]
    return total / 9
# ---- expect (./dev test --update)
# mean(x: float32[:, :] (relative)) -> float64
#   total.1  float64  set at 9:5
#   total.2  float64  merged at 10:5 from total.1, total.3
#   i        int64    set at 10:9
#   total.3  float64  merged at 11:9 from total.2, total.4
#   j        int64    set at 11:13
#   total.4  float64  set at 12:13
