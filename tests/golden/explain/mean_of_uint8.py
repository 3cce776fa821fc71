# run: explain skylake-avx512 uint8[:, :]
import nearfield as nf


@nf.stencil(dtype="fit")
def smooth(x):
    return (x[-1, -1] + x[-1, 0] + x[-1, 1] +
            x[ 0, -1] + x[ 0, 0] + x[ 0, 1] +
            x[ 1, -1] + x[ 1, 0] + x[ 1, 1]) // 9
# ---- expect (./dev test --update)
# smooth(x: uint8[:, :]) -> uint8
#   stencil, mean_of_uint8.py:6
#   reads rows -1..1, columns -1..1 (9 elements); border: constant 0
#
# what was recognised (+), and what was not (-)
#   + narrow-ranges: 9 uint8 add up in uint16 lanes: the sum lies in 0..2295
#       7 |     return (x[-1, -1] + x[-1, 0] + x[-1, 1] +
#         |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#   + shapes: the 3x3 weights are the product of a row and a column: the sum of 9 neighbours takes 4.5
#       operations for each output instead of 8
#       7 |     return (x[-1, -1] + x[-1, 0] + x[-1, 1] +
#         |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#
# how it runs
#   form         explicit vectors, in blocks of 4 x 64 points
#   order        in strips 64 points wide and some rows long, where 4 vectors stay in registers from
#                block to block
#   lanes        uint16; 32 in a vector, 2 phases; AVX-512 (skylake-avx512, registers of 64 bytes)
#   division     `//` in uint16: multiply-high
#   machine code <machine>
#
# each output point
#   memory       1 byte in, 1 byte out
#   code         3 bytes loaded, 1 byte stored (12 loads and 4 stores a round)
#   operations   3 adds, 1 multiply, 1.5 multiply-adds, 2.5 shifts and masks, 2 conversions
#
# what to change
#   nothing that the code shows; give an array or a size to measure it
