# run: explain x86-64-v3 uint8[:, :] int16[:, :] float64[:] float64
import nearfield as nf


@nf.stencil(standard_indexing=("w",))
def mix(x, y, w, k):
    return w[0] * x[0, -1] + w[1] * y[1, 0] + k
# ---- expect (./dev test --update)
# mix(x: uint8[:, :], y: int16[:, :], w: float64[:], k: float64) -> float64
#   stencil, several_arrays.py:6
#   reads rows 0..1, columns -1..0 (2 elements); border: constant 0
#
# what was recognised (+), and what was not (-)
#   - prove-indexes: this index is checked when it runs: it is not proven to be below the extent
#       7 |     return w[0] * x[0, -1] + w[1] * y[1, 0] + k
#         |            ^^^^
#   - prove-indexes: this index is checked when it runs: it is not proven to be below the extent
#       7 |     return w[0] * x[0, -1] + w[1] * y[1, 0] + k
#         |                              ^^^^
#
# how it runs
#   form         explicit vectors, in blocks of 4 x 4 points
#   lanes        float64; 4 in a vector; AVX2 (x86-64-v3, registers of 32 bytes)
#   machine code <machine>
#
# each output point
#   memory       3 bytes in, 8 bytes out
#   code         3 bytes loaded, 8 bytes stored (8 loads and 4 stores a round)
#   operations   2 adds, 2 multiplies, 2 conversions
#
# what to change
#   nothing that the code shows; give an array or a size to measure it
