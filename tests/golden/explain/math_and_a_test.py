# run: explain x86-64-v3 float64[:, :]
import math
import nearfield as nf


@nf.stencil(cval=1.5)
def edge(x):
    d = x[0, 1] - x[0, -1]
    e = x[1, 0] - x[-1, 0]
    size = math.sqrt(d * d + e * e)
    if size > 1.0:
        return math.exp(-size)
    return d
# ---- expect (./dev test --update)
# edge(x: float64[:, :]) -> float64
#   stencil, math_and_a_test.py:7
#   reads rows -1..1, columns -1..1 (4 elements); border: constant 1.5
#
# what was recognised (+), and what was not (-)
#   + if-convert: both sides are computed, and the test selects
#       11 |     if size > 1.0:
#          |     ^^^^^^^^^^^^^^
#
# how it runs
#   form         explicit vectors, in blocks of 4 x 4 points
#   order        in strips 4 points wide and some rows long, where 2 vectors stay in registers from
#                block to block
#   lanes        float64; 4 in a vector; AVX2 (x86-64-v3, registers of 32 bytes)
#   functions    sqrt, exp
#   machine code <machine>
#
# each output point
#   memory       8 bytes in, 8 bytes out
#   code         28 bytes loaded, 8 bytes stored (14 loads and 4 stores a round)
#   operations   16 adds, 16 multiplies, 2 mins and maxes, 3 selections, 2 comparisons, 5 shifts and
#                masks, 4 moves between lanes, 1 math function
#
# what to change
#   nothing that the code shows; give an array or a size to measure it
