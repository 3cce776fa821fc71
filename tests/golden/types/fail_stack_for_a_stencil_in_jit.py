# run: types uint8[:,:,::1]
import nearfield as nf


@nf.stencil
def smooth(x):
    return (x[0, -1] + x[0, 1]) // 2


@nf.jit
def f(stack):
    return smooth(stack)
# ---- expect (./dev test --update)
# fail_stack_for_a_stencil_in_jit.py:7:15: error[E0204]: `x` has 3 dimensions, indexed with 2
#    6 | def smooth(x):
#      |            - 3 dimensions
#    7 |     return (x[0, -1] + x[0, 1]) // 2
#      |               ^^^^^
#   12 |     return smooth(stack)
#      |            ------------- `smooth` called here with (uint8[:, :, ::1])
#      = hint: called directly a stencil runs over stacks too; in a function it takes arrays of its own rank
#
# fail_stack_for_a_stencil_in_jit.py:7:26: error[E0204]: `x` has 3 dimensions, indexed with 2
#    6 | def smooth(x):
#      |            - 3 dimensions
#    7 |     return (x[0, -1] + x[0, 1]) // 2
#      |                          ^^^^
#   12 |     return smooth(stack)
#      |            ------------- `smooth` called here with (uint8[:, :, ::1])
#      = hint: called directly a stencil runs over stacks too; in a function it takes arrays of its own rank
