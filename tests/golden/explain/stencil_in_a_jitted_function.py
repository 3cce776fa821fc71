# run: explain x86-64-v3 uint8[:, :] uint8[:, :]
import nearfield as nf


@nf.stencil
def smooth(x):
    return (x[-1, 0] + x[1, 0]) // 2


@nf.jit
def run(x, out):
    out[:] = smooth(x)
    t = smooth(x)
    out[:] = t
    return t
# ---- expect (./dev test --update)
# run(x: uint8[:, :], out: uint8[:, :]) -> int64
#   jitted function, stencil_in_a_jitted_function.py:11
#
# what was recognised (+), and what was not (-)
#   + store-through: the stencil writes there directly when the shapes are equal
#       12 |     out[:] = smooth(x)
#          |     ^^^^^^^^^^^^^^^^^^
#   - store-through: the result of `smooth` is made anew and then copied: the array has another use
#       14 |     out[:] = t
#          |     ^^^^^^^^^^
#
# how it runs
#   loops        1 is vectorised, for x86-64-v3 (AVX2)
#
# explain counts and measures stencils; of other functions it tells what the passes noted
