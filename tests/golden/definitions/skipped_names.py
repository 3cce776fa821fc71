# run: definitions
import numpy as np
import nearfield as nf
import sys

N = 3
K = 4
S = 5
steps = np.array([1, 2])
sorted_steps = np.array([2, 1])
sorted_steps.sort()
steps[0] = 5
N += 1

class Table:
    K = 7

if len(sys.argv) > 1:
    S = int(sys.argv[1])

    def local():
        K = 8

try:
    import scipy
    R = 1
except ImportError as problem:
    R = 2

with open("weights") as file, lock:
    weights = file.read()

for step in range(3):
    last = step

T = 1
del T

@functools.cache
def g(x):
    return x

@nf.jit
def f(x):
    return x + K

if __name__ == "__main__":
    K = 100
    result = f(3)
# ---- expect (./dev test --update)
# kernel f (line 44): jit
# K = int64 4
# N = skipped, line 13: changed in place
# R = skipped, line 26: set under `try`
# S = skipped, line 19: set under an `if`
# T = skipped, line 37: set under `del`
# Table = skipped, line 15: a class
# f = function f: jit
# file = skipped, line 30: set under `with`
# g = skipped, line 40: decorated with `functools.cache`
# last = skipped, line 34: set in a loop
# local = skipped, line 21: set under an `if`
# nf = nearfield
# np = numpy
# result = skipped, line 49: set under `if __name__ == ...`
# scipy = skipped, line 25: set under `try`
# sorted_steps = skipped, line 11: perhaps changed by `.sort()`
# step = skipped, line 33: set in a loop
# steps = skipped, line 12: changed in place
# sys = skipped, line 4: imported from `sys`
# weights = skipped, line 31: set under `with`
