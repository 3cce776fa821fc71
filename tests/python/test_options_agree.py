"""A file that is executed and the same file only read, as the command line does, say the same about its kernels."""

import importlib.util

import nearfield as nf
import pytest
from nearfield import _core

STENCIL = "def f(x):\n    return x[-1] + x[1]\n"
JIT = "def f(x):\n    return x + 1\n"
ARRAYS = "def f(x, out):\n    for i in range(x.size):\n        out[i] = x[i]\n"
RETURNS = "def f(x):\n    return x\n"
NUMBERS = "def f(a, b):\n    return a + b\n"

#: What stands above or below the function, and the function.
FORMS = [
    ("@nf.stencil", STENCIL),
    ("@nf.stencil()", STENCIL),
    ("@nf.stencil('constant', cval=3)", STENCIL),
    ("@nf.stencil(cval=0.5)", STENCIL),
    ("@nf.stencil(cval=True)", STENCIL),
    ("@nf.stencil(cval=-1)", STENCIL),
    ("@nf.stencil(cval=None)", STENCIL),
    ("@nf.stencil('reflect')", STENCIL),
    ("@nf.stencil(mode='wrap')", STENCIL),
    ("@nf.stencil(func_or_mode='mirror')", STENCIL),
    ("@nf.stencil(neighborhood=((-2, 2),))", STENCIL),
    ("@nf.stencil(neighborhood=[(-1, 1)], dtype='fit')", STENCIL),
    ("@nf.stencil(dtype='int16')", STENCIL),
    ("@nf.stencil(dtype=nf.float32)", STENCIL),
    ("@nf.stencil(dtype=np.uint8)", STENCIL),
    ("@nf.stencil(standard_indexing=('x',))", STENCIL),
    ("@nf.stencil(standard_indexing='x')", STENCIL),
    ("@nf.stencil(standard_indexing=['x'])", STENCIL),
    ("@nf.stencil(fastmath=True, boundscheck=False)", STENCIL),
    ("@nf.stencil(parallel=True, cache=True, nopython=True)", STENCIL),
    ("@nf.stencil(error_model='numpy')", STENCIL),
    ("@nf.jit", JIT),
    ("@nf.jit()", JIT),
    ("@nf.njit", JIT),
    ("@nf.njit(parallel=True)", JIT),
    ("@nf.njit(fastmath=True, error_model='numpy', boundscheck=True)", JIT),
    ("@nf.njit(fastmath=['nnan', 'ninf'])", JIT),
    ("@nf.njit(fastmath=('nnan', 'ninf', 'nsz', 'arcp', 'contract', 'afn', 'reassoc'))", JIT),
    ("@nf.njit(fastmath=['fast'])", JIT),
    ("@nf.njit(boundscheck=None)", JIT),
    ("@nf.jit(nopython=True, nogil=True, cache=True, inline='always')", JIT),
    ("@nf.jit('int64(int64)')", JIT),
    ("@nf.jit('f8(f8)', fastmath=True)", JIT),
    ("@nf.jit(['int64(int64)', 'float64(float64)'])", JIT),
    ("@nf.jit(nf.int64(nf.int64))", JIT),
    ("@nf.jit([nf.int64(nf.int64)])", JIT),
    ("@nf.jit((nf.int8,))", JIT),
    ("@nf.jit('(int8,)')", JIT),
    ("@nf.jit('float64(float64[:, ::1])')", JIT),
    ("@nf.jit(nf.float64(nf.float64[::1]))", JIT),
    ("@nf.njit\n@nf.stencil", STENCIL),
    ("@nf.njit(parallel=True)\n@nf.stencil('reflect')", STENCIL),
    ("@nf.guvectorize('(n)->(n)')", ARRAYS),
    ("@nf.guvectorize('( n ) -> ( n )')", ARRAYS),
    ("@nf.guvectorize(signature='(n)->(n)')", ARRAYS),
    ("@nf.guvectorize([(nf.int8[:], nf.int8[:])], '(n)->(n)')", ARRAYS),
    ("@nf.guvectorize([(nf.int8[:], nf.int8[:]), (nf.float64[::1], nf.float64[:])], '(n)->(n)', target='parallel')", ARRAYS),
    ("@nf.guvectorize(['void(int8[:], int8[:])'], '(n)->(n)')", ARRAYS),
    ("@nf.guvectorize('void(int8[:], int8[:])', '(n)->(n)')", ARRAYS),
    ("@nf.guvectorize(['(int8[:], int8[:])'], '(n)->(n)', target='cuda')", ARRAYS),
    ("@nf.guvectorize('(n)->(n)', target='gpu')", ARRAYS),
    ("@nf.guvectorize('(n)->(n)', target='auto', fastmath=True)", ARRAYS),
    ("@nf.guvectorize('(3)->(3)')", ARRAYS),
    ("@nf.guvectorize('(n?)->(n?)')", ARRAYS),
    ("@nf.guvectorize('(n),(n)', writable_args=('out', 0))", ARRAYS),
    ("@nf.guvectorize('(n)->(n)', writable_args=[0])", ARRAYS),
    ("@nf.guvectorize('(n)->(n)', writable_args=(), identity=None)", ARRAYS),
    ("@nf.guvectorize('()->()')", RETURNS),
    ("@nf.guvectorize([(nf.int8, nf.int8[:])], '()->()')", ARRAYS),
    ("@nf.guvectorize('(n)->(n)')\n@nf.stencil", STENCIL),
    ("@nf.guvectorize('( n ) -> (n)', target='parallel')\n@nf.stencil('reflect', cval=2)", STENCIL),
    ("@nf.guvectorize([(nf.int8[:], nf.int8[:])], '(n)->(n)', fastmath=True)\n@nf.stencil", STENCIL),
    ("@nf.vectorize", NUMBERS),
    ("@nf.vectorize()", NUMBERS),
    ("@nf.vectorize(target='parallel', fastmath=True, cache=True)", NUMBERS),
    ("@nf.vectorize(identity=0, nopython=True, boundscheck=False)", NUMBERS),
    ("@nf.vectorize(['f8(f8,f8)'], identity='reorderable')", NUMBERS),
    ("@nf.vectorize(['float64(float64, float64)', 'int64(int64, int64)'], target='cuda')", NUMBERS),
    ("@nf.vectorize('f4(f4, f4)')", NUMBERS),
    ("@nf.vectorize(nf.f8(nf.f8, nf.i4))", NUMBERS),
    ("@nf.vectorize([(nf.uint8, nf.uint8)])", NUMBERS),
    ("@nf.vectorize((nf.uint8, nf.uint8), dtype='uint8')", NUMBERS),
    ("", NUMBERS + "f = nf.vectorize(f)\n"),
    ("", NUMBERS + "f = nf.vectorize(['f8(f8,f8)'])(f)\n"),
    ("", JIT + "f = nf.jit(f)\n"),
    ("", JIT + "f = nf.njit(parallel=True)(f)\n"),
    ("", STENCIL + "f = nf.stencil(f)\n"),
    ("", STENCIL + "f = nf.stencil('reflect')(f)\n"),
    ("", STENCIL + "f = nf.stencil(lambda x: x[-1] - x[1])\n"),
    ("", STENCIL + "f = nf.guvectorize('(n)->(n)')(nf.stencil(f))\n"),
    ("", ARRAYS + "f = nf.guvectorize('(n)->(n)')(f)\n"),
]


@pytest.mark.parametrize("decorators, function", FORMS, ids=[" ".join((d or f.splitlines()[-1]).split()) for d, f in FORMS])
def test_files_mean_the_same_read_and_executed(decorators, function, tmp_path):
    text = f"import nearfield as nf\nimport numpy as np\n\n{decorators}\n{function}"
    path = tmp_path / "kernels.py"
    path.write_text(text)
    spec = importlib.util.spec_from_file_location("kernels", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    executed = module.f.kernel if isinstance(module.f, (nf.GUFunc, nf.UFunc)) else module.f
    read = dict(_core.kernels_of_text(str(path), text))
    assert list(read) == ["f"]
    assert read["f"] == executed.options
