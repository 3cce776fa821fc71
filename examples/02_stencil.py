"""Stencils: say what happens near one point, and it happens at all of them."""

import numpy as np

import nearfield as nf


@nf.stencil
def _smooth(x):
    return (x[-1, -1] + x[-1, 0] + x[-1, 1] +
            x[ 0, -1] + x[ 0, 0] + x[ 0, 1] +
            x[ 1, -1] + x[ 1, 0] + x[ 1, 1]) // 9  # fmt: skip


@nf.njit
def smooth_jit(x):
    return _smooth(x)


image = np.random.default_rng(0).integers(0, 255, (200, 300)).astype("uint8")
y = _smooth(image)
assert np.array_equal(y, smooth_jit(image))
print("the mean of 3 x 3 pixels:", image.dtype, image.shape, "->", y.dtype, y.shape)

# Numba's rule gives the dtype of the arithmetic. `dtype=` asks for another one; "fit" is the narrowest that holds all values.
narrow = nf.stencil(_smooth.py_func, dtype="fit")(image)
assert narrow.dtype == np.uint8 and np.array_equal(narrow, y)

# Border cells are 0 by default; the other modes are SciPy's.
for mode in ("constant", "reflect", "nearest", "mirror", "wrap", "valid"):
    result = _smooth(image, mode=mode)
    print(f"{mode:9} corner {result[0, 0]:3}  shape {result.shape}")
assert _smooth(image, mode="valid").shape == (198, 298)

# On a stack, the stencil runs over each image.
stack = np.stack([image, image[::-1]])
assert np.array_equal(_smooth(stack)[0], y)

# A lambda is enough for short ones, and arguments may be scalars and further arrays.
sharpen = nf.stencil(lambda x, strength: x[0, 0] + strength * (4 * x[0, 0] - x[-1, 0] - x[1, 0] - x[0, -1] - x[0, 1]))
print("sharpened:", sharpen(image, 0.5).dtype)
