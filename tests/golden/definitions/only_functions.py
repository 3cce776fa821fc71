# run: definitions
def twice(x):
    return 2 * x

def last(x):
    return twice(x[len(x) - 1])
# ---- expect (./dev test --update)
# kernel twice (line 2): jit
# kernel last (line 5): jit
# last = function last: jit
# twice = function twice: jit
