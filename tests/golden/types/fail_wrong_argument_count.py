# run: types int64
import math
import nearfield as nf


@nf.jit
def add(a, b):
    return a + b


@nf.jit
def f(n):
    return add(n) + add(n, n, n) + add(n, c=1) + math.sqrt(n, 2)
# ---- expect (./dev test --update)
# fail_wrong_argument_count.py:13:12: error[E0207]: `add` needs an argument for its parameter `b`
#    7 | def add(a, b):
#      |            - has no default
#   13 |     return add(n) + add(n, n, n) + add(n, c=1) + math.sqrt(n, 2)
#      |            ^^^^^^
#
# fail_wrong_argument_count.py:13:21: error[E0207]: `add` takes 2 arguments, got 3
#   13 |     return add(n) + add(n, n, n) + add(n, c=1) + math.sqrt(n, 2)
#      |                     ^^^^^^^^^^^^
#
# fail_wrong_argument_count.py:13:43: error[E0207]: `add` has no parameter `c`
#   13 |     return add(n) + add(n, n, n) + add(n, c=1) + math.sqrt(n, 2)
#      |                                           ^^^
#
# fail_wrong_argument_count.py:13:50: error[E0207]: `math.sqrt` takes 1 argument, got 2
#   13 |     return add(n) + add(n, n, n) + add(n, c=1) + math.sqrt(n, 2)
#      |                                                  ^^^^^^^^^^^^^^^
