# run: explain x86-64-v3 int8[:, :]
import nearfield as nf


@nf.stencil
def smooth(x):
    return (x[-1, -1] + x[-1, 0] + x[-1, 1] +
            x[ 0, -1] + x[ 0, 0] + x[ 0, 1] +
            x[ 1, -1] + x[ 1, 0] + x[ 1, 1]) // 9
# ---- expect (./dev test --update)
# smooth(x: int8[:, :]) -> int64 in -128..127
#   stencil, mean_of_int8.py:6
#   reads rows -1..1, columns -1..1 (9 elements); border: constant 0
#
# what was recognised (+), and what was not (-)
#   + narrow-ranges: 9 int8 add up in int16 lanes: the sum lies in -1152..1143
#       7 |     return (x[-1, -1] + x[-1, 0] + x[-1, 1] +
#         |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#   + shapes: the 3x3 weights are the product of a row and a column: the sum of 9 neighbours takes 4.5
#       operations for each output instead of 8
#       7 |     return (x[-1, -1] + x[-1, 0] + x[-1, 1] +
#         |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#
# how it runs
#   form         explicit vectors, in blocks of 4 x 16 points
#   order        in strips 16 points wide and some rows long, where 2 vectors stay in registers from
#                block to block
#   lanes        uint16, int16; 16 in a vector; AVX2 (x86-64-v3, registers of 32 bytes)
#   division     `//` in uint16: multiply-high
#   machine code <machine>
#
# each output point
#   memory       1 byte in, 8 bytes out
#   code         4.5 bytes loaded, 8 bytes stored (18 loads and 16 stores a round)
#   operations   6 adds, 1 multiply, 5.5 conversions
#
# what to change
#   * store int8 instead of int64, which holds all values: dtype="fit" in the decorator, or out=; a
#     point then writes 1 byte instead of 8
