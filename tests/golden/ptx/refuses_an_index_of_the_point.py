# run: ptx sm_80 uint8[:, ::1] float32[::1]
import nearfield as nf


@nf.stencil(standard_indexing=("table",))
def look_up(x, table):
    return table[x[0, 0]]
# ---- expect (./dev test --update)
# `look_up` cannot be compiled for a GPU: it reads `table` at an index that differs from point to point
#   at refuses_an_index_of_the_point.py:7:12
#         return table[x[0, 0]]
#                ^^^^^^^^^^^^^^
