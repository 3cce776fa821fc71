# run: types float64
import nearfield as nf
import json

limits = json.load(open("limits.json"))


@nf.jit
def f(x):
    return x * limits
# ---- expect (./dev test --update)
# fail_skipped_name.py:10:16: error[E0218]: `limits` is set to something that is not a constant, which is skipped: this file is read, not executed
#    5 | limits = json.load(open("limits.json"))
#      | --------------------------------------- not read
#   10 |     return x * limits
#      |                ^^^^^^
#      = hint: what counts is a constant, an import, or a `def`
