# run: explain x86-64-v3 uint8[:, :]
import nearfield as nf


@nf.stencil
def ratio(x):
    return x[0, 0] // x[0, 1]
# ---- expect (./dev test --update)
# ratio(x: uint8[:, :]) -> uint64 in 0..255
#   stencil, division_that_may_raise.py:6
#   reads rows 0..0, columns 0..1 (2 elements); border: constant 0
#
# what was recognised (+), and what was not (-)
#   + if-convert: both sides are computed, and the test selects
#       7 |     return x[0, 0] // x[0, 1]
#         |            ^^^^^^^^^^^^^^^^^^
#
# how it runs
#   form         explicit vectors, in blocks of 1 x 32 points
#   lanes        uint8; 32 in a vector; AVX2 (x86-64-v3, registers of 32 bytes)
#   division     `//` in uint8: division of floats that hold every quotient
#   machine code <machine>
#
# each output point
#   memory       1 byte in, 8 bytes out
#   code         2 bytes loaded, 8 bytes stored (2 loads and 8 stores a round)
#   operations   1 add, 1 multiply, 1 division, 3 selections, 2 comparisons, 4 conversions
#
# what to change
#   * store uint8 instead of uint64, which holds all values: dtype="fit" in the decorator, or out=; a
#     point then writes 1 byte instead of 8
