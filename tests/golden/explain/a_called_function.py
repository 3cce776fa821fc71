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
#   form         a loop around one point, for x86-64-v3: this calls a function
#       12 |     return root(x[-1], x[1])
#          |            ^^^^^^^^^^^^^^^^^
#
# each output point
#   memory       8 bytes in, 8 bytes out
#   operations   not counted: the loop form does what each point needs
#
# what to change
#   * line 12: write what the function does into the kernel itself; the kernel then runs in vectors
