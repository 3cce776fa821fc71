# run: explain x86-64-v3 float32[:, :]
import nearfield as nf


@nf.stencil(mode="reflect")
def smooth(x):
    return (x[-1, 0] + x[0, -1] + x[0, 1] + x[1, 0]) / 4
# ---- expect (./dev test --update)
# smooth(x: float32[:, :]) -> float64
#   stencil, mean_of_float32_by_a_literal.py:6
#   reads rows -1..1, columns -1..1 (4 elements); border: reflect
#
# what was recognised (+), and what was not (-)
#   - shapes: a reduction of floats keeps its order: `fastmath=True` would let it share work
#       7 |     return (x[-1, 0] + x[0, -1] + x[0, 1] + x[1, 0]) / 4
#         |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#   + types: float32 becomes float64 here, because this number is an int64
#       7 |     return (x[-1, 0] + x[0, -1] + x[0, 1] + x[1, 0]) / 4
#         |                                                        ^
#
# how it runs
#   form         explicit vectors, in blocks of 1 x 8 points
#   lanes        float32, float64; 8 in a vector; AVX2 (x86-64-v3, registers of 32 bytes)
#   division     `/` in float64: multiplication by the inverse, which is exact
#   machine code <machine>
#
# each output point
#   memory       4 bytes in, 8 bytes out
#   code         16 bytes loaded, 8 bytes stored (4 loads and 2 stores a round)
#   operations   3 adds, 1 multiply, 1 conversion
#
# what to change
#   * line 7: write the number as np.float32(...), so that the kernel computes and stores float32:
#     half the bytes, twice the lanes
