# run: explain x86-64-v3 uint8[:] float32 uint8[:]
import nearfield as nf


@nf.jit
def clipped(a):
    if a < 0:
        return 0
    return a


@nf.vectorize
def blend(a, weight, b):
    return clipped(a - b) + a * weight
# ---- expect (./dev test --update)
# blend(a: uint8[:], b: uint8[:], weight: float32) -> float64
#   ufunc, ufunc.py:13
#
# what was recognised (+), and what was not (-)
#   + fold-constants: this test is decided by constants and value ranges
#       7 |     if a < 0:
#         |     ^^^^^^^^^
#   - narrow-ranges: computed in uint64: the difference can be anything, which uint32 does not hold
#       14 |     return clipped(a - b) + a * weight
#          |                    ^^^^^
#   + values: this can leave uint64 and then wraps
#       14 |     return clipped(a - b) + a * weight
#          |                    ^^^^^
#
# how it runs
#   form         explicit vectors, in blocks of 1 x 8 points
#   lanes        uint64, float32, float64; 8 in a vector; AVX2 (x86-64-v3, registers of 32 bytes)
#   machine code <machine>
#
# each output point
#   memory       2 bytes in, 8 bytes out
#   code         2 bytes loaded, 8 bytes stored (2 loads and 2 stores a round)
#   operations   2 adds, 1 multiply, 5 conversions
#
# what to change
#   nothing that the code shows; give an array or a size to measure it
