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
#   - if-convert: this may raise ZeroDivisionError, so the test stays a branch
#       7 |     return x[0, 0] // x[0, 1]
#         |            ^^^^^^^^^^^^^^^^^^
#
# how it runs
#   form         a loop around one point, for x86-64-v3: this may raise ZeroDivisionError
#       7 |     return x[0, 0] // x[0, 1]
#         |            ^^^^^^^^^^^^^^^^^^
#
# each output point
#   memory       1 byte in, 8 bytes out
#   operations   not counted: the loop form does what each point needs
#
# what to change
#   * line 7: divide by what cannot be 0, or give the decorator error_model="numpy": then nothing
#     raises; the kernel then runs in vectors
#   * store uint8 instead of uint64, which holds all values: dtype="fit" in the decorator, or out=; a
#     point then writes 1 byte instead of 8
