"""What people read when they do something wrong from Python: each text is a golden file in errors/."""

from pathlib import Path

import gufunc_mistakes
import numpy as np
import pytest
from error_goldens import Mistakes, check

import nearfield as nf

GOLDEN = Path(__file__).with_name("errors")
case = CASES = Mistakes()
CASES.update(gufunc_mistakes.CASES)


@nf.stencil
def smooth(x):
    return (x[-1] + x[0] + x[1]) // 3


@nf.jit
def total(x):
    s = 0
    for v in x:
        s += v
    return s


@nf.guvectorize([(nf.int8[:], nf.int8[:])], "(n)->(n)")
@nf.stencil
def typed(x):
    return x[-1] + x[1]


def helper(x):
    return x


@case
def complex_array():
    smooth(np.zeros(3, complex))


@case
def float16_array():
    smooth(np.zeros(3, "float16"))


@case
def object_array():
    total(np.array([1, "two"], object))


@case
def foreign_byte_order():
    total(np.zeros(3, ">i4"))


@case
def text_array():
    total(np.array(["a"]))


@case
def too_many_dimensions():
    total(np.zeros((1,) * 9))


@case
def a_list():
    total([1, 2, 3])


@case
def none():
    smooth(None)


@case
def a_dict():
    total({})


@case
def a_complex_number():
    total(1j)


@case
def too_large_an_integer():
    total(2**70)


@case
def stencil_keyword():
    smooth(np.zeros(3), x=1)


@case
def stencil_count():
    smooth(np.zeros(3), np.zeros(3))


@case
def stencil_mode():
    smooth(np.zeros(3), mode="circular")


@case
def stencil_option():
    nf.stencil(helper, signature="x")


@case
def stencil_mode_option():
    nf.stencil("circular")


@case
def jit_option():
    nf.jit(helper, wrong=True)


@case
def jit_twice():
    nf.jit(total)


@case
def jit_of_something_else():
    nf.jit(42)


@case
def signature_text():
    nf.jit("float64(float6)")


@case
def gufunc_casting():
    typed(np.zeros(3, "uint8"))


@case
def gufunc_gpu():
    nf.guvectorize("(n)->(n)", target="gpu")(smooth)(np.zeros(3))


@case
def dask_array():
    da = pytest.importorskip("dask.array")
    total(da.zeros(3))


@case
def exec_without_source():
    scope = {}
    exec("def made(x):\n    return x\n", scope)
    nf.jit(scope["made"])


@case
def keyword_only_parameters():
    def f(x, *, y):
        return x

    nf.jit(f)


@case
def undecorated_callee():
    @nf.jit
    def calls(x):
        return helper(x)

    calls(1)


@case
def captured_list():
    numbers = [1, 2, 3]

    @nf.jit
    def reads(i):
        return numbers[i]

    reads(1)


@case
def misspelt_name():
    @nf.jit
    def reads(value):
        return valeu + 1

    reads(1)


@case
def several_mistakes():
    @nf.stencil
    def wrong(x):
        async_value = x[0, 0] + undefined_name
        return async_value + x[0]

    wrong(np.zeros((4, 4)))


@case
def index_out_of_range():
    @nf.jit
    def pick(x, i):
        return x[i]

    pick(np.arange(3), -4)


@case
def index_out_of_range_in_a_callee():
    @nf.jit
    def pick(x, i):
        return x[i]

    @nf.jit
    def ends(x):
        return pick(x, 0) + pick(x, len(x))

    ends(np.arange(3))


@case
def division_by_zero():
    @nf.jit
    def share(a, b):
        return a / b

    share(1, 0)


@case
def division_by_zero_in_a_stencil():
    @nf.stencil
    def ratio(x):
        return x[0] // x[1]

    ratio(np.array([4, 2, 0]))


@case
def modulo_by_zero():
    @nf.jit
    def rest(a, b):
        return a % b

    rest(1, 0)


@case
def zero_to_a_negative_power():
    @nf.jit
    def power(a, b):
        return a**b

    power(0, -1)


@case
def unset_variable():
    @nf.jit
    def sign(n):
        if n > 0:
            result = 1
        return result

    sign(0)


@case
def raised():
    @nf.jit
    def root(x):
        if x < 0:
            raise ValueError("x must not be negative")
        return x**0.5

    root(-1.0)


@case
def failed_assertion():
    text = 'def root(x):\n    assert x >= 0, "x must not be negative"\n    return x**0.5\n'  # pytest rewrites what stands here
    scope = {}
    exec(text, scope)
    nf.jit(scope["root"], source=text)(-1.0)


@case
def outside_the_neighborhood():
    @nf.stencil(neighborhood=((-1, 1),))
    def total(x, n):
        s = 0
        for i in range(-n, n + 1):
            s += x[i]
        return s

    total(np.arange(5), 2)


@case
def store_of_another_shape():
    @nf.jit
    def copy(x, y):
        x[:] = y

    copy(np.zeros(3), np.zeros(4))


@case
def negative_size():
    @nf.jit
    def made(n):
        return np.zeros(n)

    made(-1)


@case
def largest_of_nothing():
    @nf.jit
    def largest(x):
        return np.max(x)

    largest(np.zeros(0))


@case
def smaller_second_array():
    @nf.stencil
    def difference(x, y):
        return x[0] - y[1]

    difference(np.zeros(5), np.zeros(4))


@case
def explain_of_a_list():
    smooth.explain([1, 2, 3])


@case
def explain_of_a_gufunc():
    nf.guvectorize("(n)->()")(total.py_func).explain(np.zeros(3))


@case
def explain_of_a_number():
    smooth.explain("int64")


@case
def explain_of_too_many_types():
    smooth.explain("uint8[:]", "uint8[:]")


@case
def explain_of_an_unknown_type():
    smooth.explain("uint9[:]")


@case
def explain_with_a_size_of_another_rank():
    smooth.explain("uint8[:]", size=(10, 10))


@nf.vectorize
def weighed(a, b):
    if b < 0:
        raise ValueError("a negative weight")
    return a * b


@case
def ufunc_raised():
    weighed(np.arange(3.0), -1)


@case
def ufunc_count():
    weighed(1)


@case
def ufunc_shapes():
    weighed(np.zeros(3), np.zeros((2, 4)))


@case
def ufunc_output_shape():
    weighed(np.zeros(3), 1, out=np.zeros(4))


@case
def ufunc_output_dtype():
    weighed(np.zeros(3), 1, out=np.zeros(3, "int32"))


@case
def ufunc_casting():
    nf.vectorize(["int32(int32)"])(helper)(np.zeros(3))


@case
def ufunc_of_complex_numbers():
    weighed(1j, np.zeros(3))


@case
def ufunc_of_texts():
    weighed(np.array(["a"]), 1)


@case
def ufunc_result():
    @nf.vectorize
    def both(a, b):
        return a, b

    both(1, 2)


@case
def ufunc_of_a_misspelt_name():
    @nf.vectorize
    def scaled(a):
        return a * fcator

    scaled(np.arange(3))


@case
def ufunc_option():
    nf.vectorize(helper, wrong=True)


@case
def ufunc_error_model():
    nf.vectorize(error_model="python")(helper)


@case
def ufunc_target():
    nf.vectorize(target="tpu")(helper)


@case
def ufunc_gpu():
    nf.vectorize(target="cuda")(helper)(np.zeros(3))


@case
def ufunc_identity():
    nf.vectorize(identity=2)(helper)


@case
def ufunc_of_a_stencil():
    nf.vectorize(smooth)


@case
def ufunc_without_parameters():
    @nf.vectorize
    def nothing():
        return 1


@case
def ufunc_array_signature():
    nf.vectorize(["f8(f8[:])"])(helper)


@case
def ufunc_signature_count():
    nf.vectorize(["f8(f8, f8)"])(helper)


@case
def ufunc_folding_a_comparison():
    nf.vectorize(lambda a, b: a > b).reduce(np.arange(3))


@case
def ufunc_folding_one_argument():
    nf.vectorize(helper).reduce(np.arange(3))


@case
def ufunc_folding_nothing():
    weighed.reduce(np.zeros(0))


@pytest.mark.parametrize("name", CASES)
def test_error(name, request):
    check(CASES[name], GOLDEN / f"{name}.txt", request)


def test_every_text_has_a_case():
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(CASES)


def test_a_compile_error_has_diagnostics():
    before = nf.compile_failures
    with pytest.raises(nf.CompileError) as caught:
        CASES["misspelt_name"]()
    assert nf.compile_failures == before + 1
    first = caught.value.diagnostics[0]
    assert first.file == __file__ and first.code.startswith("E")
    assert Path(__file__).read_text().splitlines()[first.line - 1].strip() == "return valeu + 1"
    assert "valeu" in first.message and "^" in first.rendered
