# run: explain x86-64-v3 uint8[:, :]
import nearfield as nf


@nf.stencil
def ratio(x):
    return x[0, 0] // (x[0, 1] + 1) + x[1, 0] % 7
# ---- expect (./dev test --update)
# ratio(x: uint8[:, :]) -> int64 in 0..261
#   stencil, division_that_cannot_raise.py:6
#   reads rows 0..1, columns 0..1 (3 elements); border: constant 0
#
# what was recognised (+), and what was not (-)
#   + fold-constants: ZeroDivisionError cannot happen here
#       7 |     return x[0, 0] // (x[0, 1] + 1) + x[1, 0] % 7
#         |            ^^^^^^^^^^^^^^^^^^^^^^^^
#
# how it runs
#   form         explicit vectors, in blocks of 1 x 32 points
#   lanes        uint16, uint8; 32 in a vector; AVX2 (x86-64-v3, registers of 32 bytes)
#   division     `//` in uint16: division of floats that hold every quotient
#   division     `%` in uint8: multiplication and shift
#   machine code <machine>
#
# each output point
#   memory       1 byte in, 8 bytes out
#   code         3 bytes loaded, 8 bytes stored (3 loads and 8 stores a round)
#   operations   4 adds, 3 multiplies, 1 division, 3 selections, 1 comparison, 1 shift or mask, 7
#                conversions
#
# what to change
#   * store uint16 instead of int64, which holds all values: dtype="fit" in the decorator, or out=; a
#     point then writes 2 bytes instead of 8
