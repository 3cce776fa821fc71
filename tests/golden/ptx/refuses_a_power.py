# run: ptx sm_80 float32[::1] float32
import nearfield as nf


@nf.stencil
def gamma(x, g):
    return x[0] ** g
# ---- expect (./dev test --update)
# `gamma` cannot be compiled for a GPU: it computes a power of floats, which has no GPU code yet
#   at refuses_a_power.py:7:12
#         return x[0] ** g
#                ^^^^^^^^^
