# run: types int64
import nearfield as nf


@nf.jit
def f(n):
    total += n
    return total
# ---- expect (./dev test --update)
# fail_unset_variable.py:7:5: error[E0214]: `total` is read here, and nothing before sets it
#   7 |     total += n
#     |     ^^^^^
#     = hint: a name that is assigned anywhere in a function is a variable of that function
