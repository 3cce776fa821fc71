# run: explain x86-64-v3 int64[:, :, :]
import nearfield as nf


@nf.stencil(fastmath=True)
def laplace(x):
    return (x[-1, 0, 0] + x[1, 0, 0] + x[0, -1, 0] + x[0, 1, 0] + x[0, 0, -1] + x[0, 0, 1]
            - 6 * x[0, 0, 0])
# ---- expect (./dev test --update)
# laplace(x: int64[:, :, :]) -> int64
#   stencil, volume.py:6, fastmath
#   reads planes -1..1, rows -1..1, columns -1..1 (7 elements); border: constant 0
#
# what was recognised (+), and what was not (-)
#   - shapes: the sum of 7 neighbours has no structure that would save operations
#       7 |     return (x[-1, 0, 0] + x[1, 0, 0] + x[0, -1, 0] + x[0, 1, 0] + x[0, 0, -1] + x[0,...
#         |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#   + values: this can leave int64 and then wraps
#       7 |     return (x[-1, 0, 0] + x[1, 0, 0] + x[0, -1, 0] + x[0, 1, 0] + x[0, 0, -1] + x[0,...
#         |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#
# how it runs
#   form         explicit vectors, in blocks of 4 x 4 points
#   order        one row at a time in the caches, in blocks of rows from memory
#   lanes        int64; 4 in a vector; AVX2 (x86-64-v3, registers of 32 bytes)
#   machine code <machine>
#
# each output point
#   memory       8 bytes in, 8 bytes out
#   code         44 bytes loaded, 8 bytes stored (22 loads and 4 stores a round)
#   operations   6 adds, 1 multiply
#
# what to change
#   nothing that the code shows; give an array or a size to measure it
