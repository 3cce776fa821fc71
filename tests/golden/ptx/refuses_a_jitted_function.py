# run: ptx sm_80 int64
import nearfield as nf


@nf.jit
def double(a):
    return 2 * a
# ---- expect (./dev test --update)
# `double` cannot be compiled for a GPU: it is a jitted function
#   only stencils can be compiled for a GPU so far
