"""What people do wrong with generalised ufuncs, where they are made, called and compiled; test_errors.py holds the texts."""

import numpy as np
from error_goldens import Mistakes

import nearfield as nf

case = CASES = Mistakes("gufunc_")
FLOATS = np.arange(12.0).reshape(3, 4)


def copied(x, out):
    out[:] = x


def summed(a, b, out):
    out[0] = a[0] + b[0]


def first(x, out):
    out[0] = x[0]


@nf.guvectorize(["f8[:], f8[:], f8[:]"], "(n),(n)->()")
def dot(x, y, out):
    s = 0.0
    for i in range(x.shape[0]):
        s += x[i] * y[i]
    out[0] = s


@nf.guvectorize(["f8[:,:], f8[:]"], "(m,n)->(m)")
def row_sums(x, out):
    for i in range(x.shape[0]):
        out[i] = x[i, 0]


@nf.guvectorize(["f8[:], f8"], "(n),()", writable_args=(0,))
def scale_in_place(x, by):
    for i in range(x.shape[0]):
        x[i] *= by


# ---- where it is made


@case
def undefined_output():
    nf.guvectorize("(n)->(m)")(copied)


@case
def undefined_output_of_a_number():
    nf.guvectorize("()->(n)")(copied)


@case
def arithmetic_in_a_layout():
    nf.guvectorize("(n)->(n+1)")(copied)


@case
def no_parentheses():
    nf.guvectorize("n->n")(copied)


@case
def optional_at_one_place():
    nf.guvectorize("(n?)->(n)")(copied)


@case
def another_number_of_dimensions():
    nf.guvectorize(["f8[:,:], f8[:]"], "(n)->(n)")(copied)


@case
def number_for_a_core():
    nf.guvectorize(["f8[:], f8[:], i4"], "(n),(n)->(n)")(summed)


@case
def declared_result():
    nf.guvectorize(["f8[:](f8[:])"], "(n)->(n)")(copied)


@case
def count_of_types():
    nf.guvectorize(["f8[:], f8[:], f8[:]"], "(n)->(n)")(copied)


@case
def count_of_parameters():
    nf.guvectorize("(n),(n),(n)->(n)")(copied)


@case
def target():
    nf.guvectorize("(n)->(n)", target="tpu")


@case
def option():
    nf.guvectorize("(n)->(n)", wrong=1)


@case
def identity():
    nf.guvectorize("(),()->()", identity=2)


@case
def writable_position():
    nf.guvectorize(["f8[:], f8[:]"], "(n)->(n)", writable_args=(1,))(copied)


@case
def writable_name():
    nf.guvectorize(["f8[:], f8[:]"], "(n)->(n)", writable_args=("q",))(copied)


@case
def writable_on_a_gpu():
    nf.guvectorize(["f8[:], f8[:]"], "(n)->(n)", writable_args=(0,), target="cuda")


@case
def something_else():
    nf.guvectorize("(n)->(n)")(3)


@case
def stencil_of_another_count():
    nf.guvectorize("(n),(n)->(n)")(nf.stencil(lambda x: x[-1] + x[1]))


# ---- the call


@case
def core_sizes():
    dot(np.zeros(3), np.zeros(4))


@case
def too_few_dimensions():
    row_sums(np.zeros(3))


@case
def leading_shapes():
    dot(np.zeros((2, 3)), np.zeros((4, 3)))


@case
def output_casting():
    dot(FLOATS, FLOATS, out=np.zeros(3, "i4"))


@case
def output_shape():
    row_sums(FLOATS, out=np.zeros(4))


@case
def read_only_output():
    out = np.zeros(3)
    out.flags.writeable = False
    dot(FLOATS, FLOATS, out=out)


@case
def where():
    dot(FLOATS, FLOATS, where=True)


@case
def keyword():
    dot(FLOATS, FLOATS, strange=1)


@case
def argument_count():
    dot(FLOATS)


@case
def complex_array():
    nf.guvectorize("(n)->(n)")(copied)(FLOATS + 1j)


@case
def complex_array_for_types():
    dot(FLOATS + 1j, FLOATS)


@case
def reduction():
    dot.reduce(FLOATS)


@case
def at():
    dot.at(FLOATS, 0, FLOATS)


@case
def outer():
    dot.outer(FLOATS, FLOATS)


@case
def reduction_of_nothing():
    nf.guvectorize(["f8, f8, f8[:]"], "(),()->()")(add).reduce(np.zeros(0))


@case
def reduction_over_two_axes():
    nf.guvectorize(["f8, f8, f8[:]"], "(),()->()")(add).reduce(FLOATS, axis=(0, 1))


def add(a, b, out):
    out[0] = a + b


@case
def axis_of_two():
    row_sums(FLOATS, axis=0)


@case
def written_read_only():
    x = FLOATS.copy()
    x.flags.writeable = False
    scale_in_place(x, 2.0)


@case
def written_broadcast():
    scale_in_place(FLOATS[0].copy(), np.arange(3.0))


@case
def written_list():
    scale_in_place([1.0, 2.0], 2.0)


@case
def no_ufuncs():
    class Never:
        __array_ufunc__ = None

    dot(FLOATS, Never())


@case
def lazy_output():
    nf.guvectorize("(n)->(n)")(copied)(nf.from_array(FLOATS), out=FLOATS.copy())


# ---- the kernel


@case
def forgotten_output():
    @nf.guvectorize(["f8[:], f8[:]"], "(n)->(n)")
    def forgotten(x, out):
        out = x  # noqa: F841

    forgotten(FLOATS)


@case
def number_as_output():
    @nf.guvectorize(["f8, f8"], "()->()")
    def number(x, out):
        out = x  # noqa: F841

    number(FLOATS)


@case
def written_input():
    @nf.guvectorize("(n)->()")
    def careless(x, out):
        x[0] = 1
        out[0] = x[0]

    careless(FLOATS)


@case
def written_input_in_a_callee():
    @nf.jit
    def clear(x):
        x[0] = 0

    @nf.guvectorize("(n)->()")
    def careless(x, out):
        clear(x)
        out[0] = x[0]

    careless(FLOATS)


@case
def returned_count():
    @nf.guvectorize("(n)->(n)")
    def two(x):
        return x, x

    two(FLOATS)


@case
def returned_and_stored():
    @nf.guvectorize("(n)->(n)")
    def both(x, out):
        out[:] = x
        return out

    both(FLOATS)


@case
def returned_nothing():
    @nf.guvectorize("(n)->(n)")
    def nothing(x):
        x.sum()

    nothing(FLOATS)


@case
def returned_shape():
    @nf.guvectorize("(n)->(n)")
    def longer(x):
        return np.zeros(x.shape[0] + 1)

    longer(FLOATS)


@case
def returned_rank():
    @nf.guvectorize("(n)->()")
    def whole(x):
        return x

    whole(FLOATS)


@case
def stencil_of_two_results():
    @nf.guvectorize("(n)->(n)")
    @nf.stencil
    def both(x):
        return x[-1], x[1]

    both(FLOATS)


@case
def raised():
    @nf.guvectorize("(n)->()")
    def checked(x, out):
        if x[0] < 4:
            raise ValueError("too small")
        out[0] = x[0]

    checked(FLOATS)


# ---- in jitted functions


def in_jit(function, *args):
    nf.jit(function)(*args)


@case
def in_jit_count():
    in_jit(lambda_of_one, FLOATS)


def lambda_of_one(x):
    return dot(x)


@case
def in_jit_keyword():
    in_jit(lambda_named, FLOATS)


def lambda_named(x):
    return dot(x, y=x)


@case
def in_jit_dimensions():
    in_jit(lambda_of_vectors, FLOATS[0])


def lambda_of_vectors(x):
    return row_sums(x)


@case
def in_jit_types():
    in_jit(lambda_typed, FLOATS)


@nf.guvectorize(["f4[:], f4[:]"], "(n)->(n)")
def narrow(x, out):
    out[:] = x


def lambda_typed(x):
    return narrow(x)


@case
def in_jit_output_dtype():
    in_jit(lambda_with_output, FLOATS, np.zeros(3, "i8"))


def lambda_with_output(x, out):
    dot(x, x, out)


@case
def in_jit_output_dimensions():
    in_jit(lambda_with_output, FLOATS, np.zeros((3, 3)))


@case
def in_jit_core_sizes():
    in_jit(lambda_of_two, FLOATS, np.zeros(3))


def lambda_of_two(x, y):
    return dot(x, y)


@case
def in_jit_leading_shapes():
    in_jit(lambda_of_two, FLOATS, np.zeros((2, 4)))


@case
def in_jit_written():
    in_jit(lambda_written, FLOATS[0].copy(), FLOATS[:, 0].copy())


def lambda_written(x, by):
    scale_in_place(x, by)


@nf.vectorize
def weighted(a, b):
    return a + b * 0.5


@case
def ufunc_in_jit_shapes():
    in_jit(lambda_ufunc, np.zeros((2, 3)), np.zeros(4), np.zeros((2, 3)))


@case
def ufunc_in_jit_output_shape():
    in_jit(lambda_ufunc, np.zeros((2, 3)), np.zeros(3), np.zeros((1, 3)))


@case
def ufunc_in_jit_output_dimensions():
    in_jit(lambda_ufunc, np.zeros((2, 3)), np.zeros(3), np.zeros(3))


@case
def ufunc_in_jit_output_dtype():
    in_jit(lambda_ufunc, np.zeros((2, 3)), np.zeros(3), np.zeros((2, 3), "i4"))


@case
def ufunc_in_jit_output_number():
    in_jit(lambda_ufunc, np.zeros((2, 3)), np.zeros(3), 1.0)


def lambda_ufunc(a, b, out):
    weighted(a, b, out)


@case
def ufunc_in_a_stencil_with_output():
    nf.stencil(lambda_ufunc_of_points)(FLOATS)


def lambda_ufunc_of_points(x):
    return weighted(x[0, 0], x[0, 1], x)


@case
def in_a_stencil():
    nf.stencil(lambda_stencil)(FLOATS)


def lambda_stencil(x):
    return dot(x[0, 0], 1.0)
