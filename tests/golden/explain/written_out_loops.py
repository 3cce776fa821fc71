# run: explain x86-64-v3 uint8[:]
import nearfield as nf


@nf.stencil
def biggest(x):
    best = x[0]
    for i in range(-2, 3):
        if x[i] > best:
            best = x[i]
    return best
# ---- expect (./dev test --update)
# biggest(x: uint8[:]) -> uint8
#   stencil, written_out_loops.py:6
#   reads columns -2..2 (5 elements); border: constant 0
#
# what was recognised (+), and what was not (-)
#   + if-convert: both sides are computed, and the test selects
#       9 |         if x[i] > best:
#         |         ^^^^^^^^^^^^^^^
#   + share-values: 6 repeated values are computed once
#   + find-min-max: 5 choices by comparison are a minimum or maximum
#       10 |             best = x[i]
#          |                    ^^^^
#   + shapes: the maximum of 6 neighbours takes 4 operations for each output instead of 5
#       10 |             best = x[i]
#          |                    ^^^^
#
# how it runs
#   form         explicit vectors, in blocks of 1 x 32 points
#   lanes        uint8; 32 in a vector; AVX2 (x86-64-v3, registers of 32 bytes)
#   machine code <machine>
#
# each output point
#   memory       1 byte in, 1 byte out
#   code         5 bytes loaded, 1 byte stored (5 loads and 1 store a round)
#   operations   4 mins and maxes
#
# what to change
#   nothing that the code shows; give an array or a size to measure it
