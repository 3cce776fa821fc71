# run: definitions
import nearfield as nf

def smooth(x):
    """The mean of nine."""
    total = 0
    total += x[-1, -1] + x[-1, 0] + x[-1, 1] + x[0, -1] + x[0, 0] + x[0, 1]
    return (total + x[1, -1] + x[1, 0] + x[1, 1]) // 9

def ahead(x):
    return dot(x[0], x[1])

def dot(a, b):
    return a * b

def first(v):
    return v[0] * v[1]

def loops(x):
    return first(x) + x[len(x) - 1]

def main():
    nf.imsave("out.png", smooth(nf.imread("in.png")))
# ---- expect (./dev test --update)
# kernel smooth (line 4): stencil
# kernel ahead (line 10): stencil
# ahead = function ahead: stencil
# dot = function dot: jit
# first = function first: jit
# loops = function loops: jit
# main = function main: jit
# nf = nearfield
# smooth = function smooth: stencil
