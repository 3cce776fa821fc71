# run: explain x86-64-v3 float32[:, :]
import nearfield as nf


@nf.stencil
def smooth(x):
    return (x[-1, -1] + x[-1, 0] + x[-1, 1] +
            x[ 0, -1] + x[ 0, 0] + x[ 0, 1] +
            x[ 1, -1] + x[ 1, 0] + x[ 1, 1]) // 9
# ---- expect (./dev test --update)
# smooth(x: float32[:, :]) -> float64
#   stencil, floored_division_of_floats.py:6
#   reads rows -1..1, columns -1..1 (9 elements); border: constant 0
#
# what was recognised (+), and what was not (-)
#   - shapes: a reduction of floats keeps its order: `fastmath=True` would let it share work
#       7 |     return (x[-1, -1] + x[-1, 0] + x[-1, 1] +
#         |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#   + types: float32 becomes float64 here, because this number is an int64
#       9 |             x[ 1, -1] + x[ 1, 0] + x[ 1, 1]) // 9
#         |                                                 ^
#
# how it runs
#   form         explicit vectors, in blocks of 4 x 8 points
#   lanes        float32, float64; 8 in a vector; AVX2 (x86-64-v3, registers of 32 bytes)
#   division     `//` in float64: from an exact remainder
#   machine code <machine>
#
# each output point
#   memory       4 bytes in, 8 bytes out
#   code         18 bytes loaded, 8 bytes stored (18 loads and 8 stores a round)
#   operations   16 adds, 4 multiplies, 1 division, 2 selections, 6 comparisons, 9 shifts and masks, 1
#                conversion, 0.12 math functions
#
# what to change
#   * line 9: write the number as np.float32(...), so that the kernel computes and stores float32:
#     half the bytes, twice the lanes
#   * `//` and `%` of floats take an exact remainder, which is long: `/`, or np.floor(a / b) where its
#     rounding will do
