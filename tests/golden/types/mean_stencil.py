# run: types uint8[:, :]
import nearfield as nf


@nf.stencil
def smooth(x):
    return (x[-1, -1] + x[-1, 0] + x[-1, 1] +
            x[ 0, -1] + x[ 0, 0] + x[ 0, 1] +
            x[ 1, -1] + x[ 1, 0] + x[ 1, 1]) // 9
# ---- expect (./dev test --update)
# smooth(x: uint8[:, :] (relative)) -> int64
