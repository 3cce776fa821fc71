# run: explain x86-64-v3 float32[:, :]
import numpy as np
import nearfield as nf


@nf.stencil
def smooth(x):
    return (x[-1, 0] + x[0, -1] + x[0, 1] + x[1, 0]) / np.float32(9)
# ---- expect (./dev test --update)
# smooth(x: float32[:, :]) -> float32
#   stencil, mean_of_float32.py:7
#   reads rows -1..1, columns -1..1 (4 elements); border: constant 0
#
# what was recognised (+), and what was not (-)
#   - shapes: a reduction of floats keeps its order: `fastmath=True` would let it share work
#       8 |     return (x[-1, 0] + x[0, -1] + x[0, 1] + x[1, 0]) / np.float32(9)
#         |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#
# how it runs
#   form         explicit vectors, in blocks of 1 x 8 points
#   lanes        float32; 8 in a vector; AVX2 (x86-64-v3, registers of 32 bytes)
#   division     `/` in float32: division of floats
#   machine code <machine>
#
# each output point
#   memory       4 bytes in, 4 bytes out
#   code         16 bytes loaded, 4 bytes stored (4 loads and 1 store a round)
#   operations   3 adds, 1 division
#
# what to change
#   nothing that the code shows; give an array or a size to measure it
