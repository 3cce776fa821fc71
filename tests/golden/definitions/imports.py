# run: definitions
import nearfield as nf
import numpy as np, math
import numba
from numpy import sqrt as root, uint8, pi
from numba import njit, types
from math import tau
import glob
from pathlib import Path
from . import helpers

@njit
def f(x):
    return root(x)
# ---- expect (./dev test --update)
# kernel f (line 13): jit
# Path = skipped, line 9: imported from `pathlib`
# f = function f: jit
# glob = skipped, line 8: imported from `glob`
# helpers = skipped, line 10: imported from `.`
# math = math
# nf = nearfield
# njit = nearfield.njit
# np = numpy
# numba = nearfield
# pi = float64 3.141592653589793
# root = numpy.sqrt
# tau = float64 6.283185307179586
# types = nearfield.types
# uint8 = type uint8
