# run: explain x86-64-v3 uint8[:, :] int64
import nearfield as nf


@nf.stencil(neighborhood=((-3, 3), (-3, 3)))
def window(x, size):
    total = 0
    for i in range(-size, size + 1):
        for j in range(-size, size + 1):
            total += x[i, j]
    return total // (2 * size + 1) ** 2
# ---- expect (./dev test --update)
# window(x: uint8[:, :], size: int64) -> int64
#   stencil, run_time_offsets.py:6
#   reads rows -3..3, columns -3..3; border: constant 0
#
# what was recognised (+), and what was not (-)
#   - if-convert: a loop stays, so the tests stay branches
#       8 |     for i in range(-size, size + 1):
#         |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#   + share-values: 2 repeated values are computed once
#   + values: this can leave int64 and then wraps
#       8 |     for i in range(-size, size + 1):
#         |                    ^^^^^
#   + values: this can leave int64 and then wraps
#       10 |             total += x[i, j]
#          |             ^^^^^^^^^^^^^^^^
#   + values: this can leave int64 and then wraps
#       11 |     return total // (2 * size + 1) ** 2
#          |                     ^^^^^^^^^^^^^^^^^^^
#
# how it runs
#   form         a loop around one point, for x86-64-v3: the bounds of this loop are known only when
#                it runs
#       8 |     for i in range(-size, size + 1):
#         |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#
# each output point
#   memory       1 byte in, 8 bytes out
#   operations   not counted: the loop form does what each point needs
#
# what to change
#   * line 8: loop over a range of constants (at most 64 rounds, without break): it is written out and
#     its offsets are constant; the kernel then runs in vectors
