# run: tree
def blur(image:
    total = image[0, 0
    for i in range(3)
        total += = 1
    return total

def fine(a):
    return a $ 2
# ---- expect (./dev test --update)
# fail_several_at_once.py:4:5: error[E0101]: expected `]`, found `for`
#   3 |     total = image[0, 0
#     |                  - opened here
#   4 |     for i in range(3)
#     |     ^^^
#
# fail_several_at_once.py:9:14: error[E0001]: the character `$` has no meaning here
#   9 |     return a $ 2
#     |              ^
