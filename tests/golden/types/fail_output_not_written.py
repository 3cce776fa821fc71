# run: types float64[::1] float64[::1]
import nearfield as nf


@nf.guvectorize("(n)->(n)")
def f(x, result):
    result = x
# ---- expect (./dev test --update)
# fail_output_not_written.py:6:10: error[E0401]: the output `result` is never written
#   6 | def f(x, result):
#     |          ^^^^^^
#     = hint: store into it: `result[:] = ...`; `result = ...` only gives the name another value
