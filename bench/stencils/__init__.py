"""A corpus of published stencils: each as a novice writes it for Nearfield, as an expert writes it for Numba, and an oracle.

Both compute the same arithmetic (float32 constants are typed in both), and both store into given arrays. The docstring of each
file names where its methods come from.
"""

from . import camera, canny, denoise, edges, order, physics, signals, smoothing, terrain, texture, volumes
from .basic import CHAINS, WORKLOADS

FILES = (smoothing, order, edges, canny, denoise, physics, terrain, texture, signals, camera, volumes)
CASES = tuple(case for file in FILES for case in file.CASES)
NAMED = {case.name: case for case in (*CASES, *(case for cases in WORKLOADS.values() for case in cases))}
