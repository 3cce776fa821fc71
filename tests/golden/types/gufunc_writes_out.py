# run: types int8[:, :] int8[:, :]
import nearfield as nf


@nf.stencil
def _smooth(x):
    return (x[-1, 0] + x[0, 0] + x[1, 0]) // 3


@nf.guvectorize([(nf.int8[:, :], nf.int8[:, :])], '(n, m) -> (n, m)')
def smooth(x, out):
    out[:] = _smooth(x)
# ---- expect (./dev test --update)
# smooth(x: int8[:, :], out: int8[:, :]) -> none
# _smooth(x: int8[:, :] (relative)) -> int64
