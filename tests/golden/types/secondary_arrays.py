# run: types float64[:, :] float32[:, :] float64[::1]
import nearfield as nf


@nf.stencil(standard_indexing=("weights",))
def f(x, mask, weights):
    if mask[0, 0] > 0.5:
        return x[-1, 0] * weights[0]
    return x[1, 0] * weights[1]
# ---- expect (./dev test --update)
# f(x: float64[:, :] (relative), mask: float32[:, :] (relative), weights: float64[::1]) -> float64
