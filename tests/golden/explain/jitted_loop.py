# run: explain x86-64-v3 float64[::1] int64[::1]
import nearfield as nf


@nf.jit
def gather(x, at):
    total = 0.0
    for i in range(at.shape[0]):
        total += x[at[i]]
    for i in range(x.shape[0]):
        x[i] = x[i] * 2.0
    return total
# ---- expect (./dev test --update)
# gather(x: float64[:], at: int64[:]) -> float64
#   jitted function, jitted_loop.py:6
#
# what was recognised (+), and what was not (-)
#   + prove-indexes: 3 of 4 indexes are proven to lie inside: not checked
#   - prove-indexes: this index is checked when it runs: it may be negative
#       9 |         total += x[at[i]]
#         |                  ^^^^^^^^
#
# how it runs
#   loops        1 is vectorised, for x86-64-v3 (AVX2)
#
# explain counts and measures stencils; of other functions it tells what the passes noted
