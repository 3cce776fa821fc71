# run: definitions
import math
import numpy as np
import nearfield as nf

N = 3
M = N * 2 + 1
half = 1 / 2
mask = ~0 << 4 | 1
floor = -7 // 2, -7 % 3, 7.5 // -2, 2 ** 10
big = 2 ** 62 + (2 ** 62 - 1)
too_big = 2 ** 63 + 1
largest = 18446744073709551615
by_zero = 1 // 0
flag = not True
nothing = None
label = "a text"
a, (b, c) = 1, (2.5, True)
d = e = np.float32(0.5)
wrong = np.uint8(300)
steps = np.array([-N - 1, -1, +1, N])
weights = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]], dtype=np.int8)
mixed = np.array((1, 2.5))
ragged = np.array([[1], [2, 3]])
flags = np.asarray([True, False], 'uint8')
a_list = [1, 2]
inf = float("inf")
low: float = -math.inf
measured = np.random.rand(3)

@nf.jit
def f(x):
    return x + N
# ---- expect (./dev test --update)
# kernel f (line 32): jit
# M = int64 7
# N = int64 3
# a = int64 1
# a_list = unusable: a list, which could change; a tuple or np.array can be used
# b = float64 2.5
# big = int64 9223372036854775807
# by_zero = skipped, line 14: set to something that is not a constant
# c = bool 1
# d = float32 0.5
# e = float32 0.5
# f = function f: jit
# flag = bool 0
# flags = array uint8 (2) 1 0
# floor = (int64 -4, int64 2, float64 -4, int64 1024)
# half = float64 0.5
# inf = float64 inf
# label = unusable: a text
# largest = uint64 18446744073709551615
# low = float64 -inf
# mask = int64 -15
# math = math
# measured = skipped, line 29: set to something that is not a constant
# mixed = array float64 (2) 1 2.5
# nf = nearfield
# nothing = None
# np = numpy
# ragged = skipped, line 24: set to something that is not a constant
# steps = array int64 (4) -4 -1 1 3
# too_big = skipped, line 12: set to something that is not a constant
# weights = array int8 (3, 3) 0 1 0 1 -4 1 0 1 0
# wrong = skipped, line 20: set to something that is not a constant
