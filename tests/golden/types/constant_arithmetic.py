# run: types int64
import nearfield as nf


@nf.jit
def f(n):
    a = -1 & 9223372036854775808
    b = -7 // 2
    c = -7 % 3
    d = 7 % -3
    e = -1 >> 200
    g = (1 << 65) >> 64
    h = 6 ^ (1 | 8)
    return a, b, c, d, e, g, h, n
# ---- expect (./dev test --update)
# f(n: int64) -> (uint64, int64, int64, int64, int64, int64, int64, int64)
#   a  uint64  set at 7:5
#   b  int64   set at 8:5
#   c  int64   set at 9:5
#   d  int64   set at 10:5
#   e  int64   set at 11:5
#   g  int64   set at 12:5
#   h  int64   set at 13:5
