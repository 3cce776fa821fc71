# run: ptx sm_8 uint8[:, ::1]
import nearfield as nf


@nf.stencil
def shift(x):
    return x[0, -1]
# ---- expect (./dev test --update)
# there is no GPU architecture `sm_8`
#   known are sm_75, sm_80, sm_86, sm_87, sm_88, sm_89, sm_90, sm_100, sm_103, sm_110, sm_120, sm_121; code for one of them runs on newer GPUs too
