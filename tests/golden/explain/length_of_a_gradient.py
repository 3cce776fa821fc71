# run: explain skylake-avx512 uint8[:, :]
import math

import nearfield as nf


@nf.stencil(dtype="float32")
def sobel(x):
    gx = (x[-1, 1] + 2 * x[0, 1] + x[1, 1]) - (x[-1, -1] + 2 * x[0, -1] + x[1, -1])
    gy = (x[1, -1] + 2 * x[1, 0] + x[1, 1]) - (x[-1, -1] + 2 * x[-1, 0] + x[-1, 1])
    return math.sqrt(gx * gx + gy * gy)
# ---- expect (./dev test --update)
# sobel(x: uint8[:, :]) -> float32
#   stencil, length_of_a_gradient.py:8
#   reads rows -1..1, columns -1..1 (8 elements); border: constant 0
#
# what was recognised (+), and what was not (-)
#   + share-values: 8 repeated values are computed once
#   + narrow-floats: computed in float32: rounding to float64 before changes nothing
#       11 |     return math.sqrt(gx * gx + gy * gy)
#          |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#   + narrow-ranges: 6 numbers add up in int16 lanes: the sum lies in -1020..1020
#       9 |     gx = (x[-1, 1] + 2 * x[0, 1] + x[1, 1]) - (x[-1, -1] + 2 * x[0, -1] + x[1, -1])
#         |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#   + shapes: the 3x3 weights are the product of a row and a column: the sum of 6 neighbours takes
#       3.75 operations for each output instead of 7
#       9 |     gx = (x[-1, 1] + 2 * x[0, 1] + x[1, 1]) - (x[-1, -1] + 2 * x[0, -1] + x[1, -1])
#         |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#   + shapes: the 3x3 weights are the product of a row and a column: the sum of 6 neighbours takes 5.5
#       operations for each output instead of 7
#       10 |     gy = (x[1, -1] + 2 * x[1, 0] + x[1, 1]) - (x[-1, -1] + 2 * x[-1, 0] + x[-1, 1])
#          |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#   + shapes: two products of 16-bit numbers are computed and added in one operation
#       11 |     return math.sqrt(gx * gx + gy * gy)
#          |                      ^^^^^^^^^^^^^^^^^
#
# how it runs
#   form         explicit vectors, in blocks of 4 x 32 points
#   order        in strips 32 points wide and some rows long, where 4 vectors stay in registers from
#                block to block
#   lanes        int16, uint32, float32; 32 in a vector; AVX-512 (skylake-avx512, registers of 64
#                bytes)
#   functions    sqrt
#   machine code <machine>
#
# each output point
#   memory       1 byte in, 4 bytes out
#   code         4.5 bytes loaded, 4 bytes stored (18 loads and 8 stores a round)
#   operations   7.75 adds, 1.5 multiplies, 1 multiply-add, 5.5 conversions, 5 moves between lanes, 1
#                math function
#
# what to change
#   nothing that the code shows; give an array or a size to measure it
