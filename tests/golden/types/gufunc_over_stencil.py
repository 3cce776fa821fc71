# run: types int8[:, ::1]
import nearfield as nf


@nf.guvectorize([(nf.int8[:, :], nf.int8[:, :])], signature="(n, m) -> (n, m)")
@nf.stencil
def smooth(x):
    return (x[-1, 0] + x[0, -1] + x[0, 0] + x[0, 1] + x[1, 0]) // 5
# ---- expect (./dev test --update)
# smooth(x: int8[:, ::1] (relative)) -> int64
