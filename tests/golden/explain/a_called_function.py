# run: explain x86-64-v3 float64[:]
import nearfield as nf


@nf.jit
def root(a, b):
    return (a * a + b * b) ** 0.5


@nf.stencil
def size(x):
    return root(x[-1], x[1])
# ---- expect (./dev test --update)
# size(x: float64[:]) -> float64
#   stencil, a_called_function.py:11
#   reads columns -1..1 (2 elements); border: constant 0
#
# how it runs
#   form         explicit vectors, in blocks of 1 x 4 points
#   lanes        float64; 4 in a vector; AVX2 (x86-64-v3, registers of 32 bytes)
#   machine code <machine>
#
# each output point
#   memory       8 bytes in, 8 bytes out
#   code         16 bytes loaded, 8 bytes stored (2 loads and 1 store a round)
#   operations   52 adds, 42 multiplies, 2 mins and maxes, 12 selections, 11 comparisons, 24 shifts
#                and masks, 10 moves between lanes, 0.25 math functions
#
# what to change
#   nothing that the code shows; give an array or a size to measure it
