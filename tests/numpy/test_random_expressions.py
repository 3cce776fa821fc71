"""Random expressions and small programs on numbers give Numba's values and dtypes.

Numba takes long to compile, so each function holds many expressions; what differs is named one by one.
"""

import math
import random
import re

import numba
import numpy as np
import pytest
from arrays import DTYPES
from numba.np.numpy_support import as_dtype
from random_stencils import BOOL, F4, F8, INT, arithmetic_dtype, unified, widened

import nearfield as nf

NAMES = "abcde"
EDGES = [0, 1, -1, 2, 3, 7, -7, 100, 127, -127, 255]  # what overflows is undefined in Numba; random_stencils.py has it
FLOATS = [0.0, -0.0, 1.0, 0.5, -2.5, 1e10, 1e-3, math.pi, math.nan, math.inf, -math.inf, 3e38, 2.0**63]


class Expressions:
    """Draws texts over variables of these dtypes. A dtype of None may be any number's, a float's too."""

    def __init__(self, random, dtypes):
        self.random = random
        self.variables = [(name, np.dtype(d)) for name, d in zip(NAMES, dtypes)]
        self.names = 0

    def leaf(self):
        if self.random.random() < 0.75:
            return self.random.choice(self.variables)
        value = self.random.choice([0, 1, 2, 3, 255, -1, -5, 0.5, 2.0, -1.5, True])
        dtype = F8 if isinstance(value, float) else BOOL if value is True else INT
        return (f"({value})" if value < 0 else str(value)), dtype

    def expression(self, depth):
        if depth <= 0 or self.random.random() < 0.1:
            return self.leaf()
        draw = self.random.choice([self.arithmetic] * 5 + [self.bits, self.shift, self.power, self.unary, self.comparison,
                                  self.chain, self.logic, self.conditional, self.extreme, self.cast, self.function])  # fmt: skip
        return draw(depth)

    def two(self, depth):
        a, b = self.expression(depth - 1), self.expression(depth - 1)
        return (a if has_names(a[0] + b[0]) else self.random.choice(self.variables)), b

    def arithmetic(self, depth):
        (a, da), (b, db) = self.two(depth)
        op = self.random.choice(["+", "-", "*", "/", "//", "%"])
        if da is None or db is None:
            return f"({a} {op} {b})", None
        return f"({a} {op} {b})", (F8 if da.kind + db.kind in INTEGER_PAIRS and op == "/" else arithmetic_dtype(da, db))

    def integer(self, depth):
        """An expression that is no float."""
        text, dtype = self.expression(depth)
        return (text, dtype) if dtype is not None and dtype.kind != "f" else self.random.choice(self.integers())

    def integers(self):
        return [v for v in self.variables if v[1] is not None and v[1].kind != "f"] or [("3", INT)]

    def bits(self, depth):
        (a, da), (b, db) = self.integer(depth - 1), self.random.choice(self.integers())
        return f"({a} {self.random.choice('&|^')} {b})", (BOOL if da == db == BOOL else widened(da, db))

    def shift(self, depth):
        (a, da), (b, _) = self.integer(depth - 1), self.random.choice(self.integers())
        if not has_names(a):
            a, da = self.random.choice(self.integers())
        return f"({a} {self.random.choice(['<<', '>>'])} ({b} & 7))", widened(da)

    def power(self, depth):
        a, da = self.expression(depth - 1)
        exponent = self.random.choice(["0", "1", "2", "3", "5"])
        if da is None or da.kind == "f":
            return f"({a} ** {exponent})", None
        b, _ = self.integer(0)
        return f"(np.int8({a}) ** ({b} & 3))", INT

    def unary(self, depth):
        a, da = self.expression(depth - 1)
        op = self.random.choice(["-", "+", "not ", "abs", "~"])
        if op == "not ":
            return f"(not {a})", BOOL
        if op == "abs":
            return f"abs({a})", (np.dtype("int8") if da == BOOL else da)
        if op == "~":  # of a constant it is CPython's: ~True is -2
            a, da = self.random.choice(self.integers())
        return f"({op}{a})", (BOOL if op == "~" and da == BOOL else da if da is None or da.kind == "f" else widened(da))

    def comparison(self, depth):
        (a, _), (b, _) = self.two(depth)
        return f"({a} {self.random.choice(['<', '<=', '>', '>=', '==', '!='])} {b})", BOOL

    def chain(self, depth):
        (a, _), (b, _) = self.two(depth)
        return f"({a} < {b} <= {self.leaf()[0]})", BOOL

    def logic(self, depth):
        (a, da), (b, db) = self.random.choice(self.variables), self.random.choice(self.variables)
        return f"({a} {self.random.choice(['and', 'or'])} {b})", both(da, db)  # Numba decides a literal's truth early

    def conditional(self, depth):
        (a, da), (b, db) = self.two(depth)
        return f"({a} if {self.comparison(1)[0]} else {b})", both(da, db)

    def extreme(self, depth):
        (a, da), (b, db) = self.two(depth)
        return f"{self.random.choice(['min', 'max'])}({a}, {b})", both(da, db)

    def cast(self, depth):
        a, da = self.expression(depth - 1)
        if da is None or da.kind == "f":  # only what is in range: the rest is undefined
            name = self.random.choice(["int", "np.int8", "np.uint8", "np.int32", "math.floor", "math.ceil", "round"])
            low = "0.0" if name == "np.uint8" else "-100.0"
            dtype = np.dtype(name[3:]) if name.startswith("np.") else INT
            return f"{name}(min(100.0, max({low}, {a})))", dtype
        name = self.random.choice(["bool", "int", "float", *DTYPES])
        if da == BOOL and name in ("int", "float"):
            name = "bool"  # Numba has no float(True), and int(True) is a bool
        own = {"bool": BOOL, "int": da if da.kind in "iu" else INT, "float": F8}
        return (f"{name}({a})", own[name]) if name in own else (f"np.{name}({a})", np.dtype(name))

    def function(self, depth):
        a, da = self.expression(depth - 1)
        name = self.random.choice(["np.sqrt", "math.sqrt", "math.fabs", "np.floor", "np.isnan", "math.isinf", "np.sign", "np.abs"])
        if name == "np.sign" and (da is None or da.kind == "u"):
            name = "np.abs"  # Numba takes unsigned integers for signed here
        if name in ("np.isnan", "math.isinf"):
            return f"{name}({a})", BOOL
        if name == "math.sqrt":
            a = f"abs({a})"  # CPython raises for a negative number, Numba and Nearfield give nan
        if name in ("np.floor", "np.sign", "np.abs") or da is None or da.kind == "f":
            return f"{name}({a})", (da if da != BOOL or name == "np.floor" else None)
        return f"{name}({a})", (F4 if name == "np.sqrt" and da.itemsize <= 2 else F8)

    def program(self):
        """Statements that end with a variable: loops with accumulators, branches, variables of several dtypes."""
        self.names += 1
        name, k = f"v{self.names}", f"k{self.names}"
        known = list(self.variables)
        # Signed from the start: where a loop makes a temporary first uint64, then int64, Numba ends with float64.
        lines = [f"{name} = 0 + {self.expression(1)[0]}"]
        self.variables = [*known, (name, None), (k, INT)]
        kind = self.random.choice(["for", "for", "while", "if", "nested"])
        step = self.random.choice([f"{name} = {{}}", f"{name} += {{}}", f"{name} -= {{}}", f"{name} = {name} % 1009 * {{}}"])
        if kind == "for":
            bounds = self.random.choice(["3", "1, 6, 2", "4, -3, -2", "2, 2"])
            lines += [f"{k} = 0", f"for {k} in range({bounds}):", "    " + step.format(self.expression(2)[0])]
        elif kind == "while":
            lines += [f"{k} = 0", f"while {k} < 4:", f"    {k} += 1", f"    if {self.comparison(1)[0]}:", "        continue",
                      "    " + step.format(self.expression(2)[0])]  # fmt: skip
        elif kind == "if":
            self.variables.pop()
            lines += [f"if {self.comparison(1)[0]}:", "    " + step.format(self.expression(2)[0]),
                      f"elif {self.comparison(1)[0]}:", f"    {name} = {self.expression(1)[0]}"]  # fmt: skip
        else:
            lines += [f"for {k} in range(3):", f"    for j{k} in range({k} + 1):", f"        if {self.comparison(1)[0]}:",
                      "            break", "        " + step.format(self.expression(1)[0])]  # fmt: skip
        self.variables = known
        return lines, name


INTEGER_PAIRS = {a + b for a in "biu" for b in "biu"}


def has_names(text):
    """Whether it is more than constants, which CPython folds with integers of any size before Numba sees them."""
    return re.search(r"\b[a-e]\b|\bv\d|\bk\d", text) is not None


def both(a, b):
    return None if a is None or b is None else unified(a, b)


def function_of(text):
    scope = {"np": np, "math": math}
    exec(compile(text, "<random>", "exec"), scope)
    return scope["f"]


def drawn_value(random, dtype):
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        value = random.choice(FLOATS) if random.random() < 0.7 else random.gauss(0, 100)
        with np.errstate(over="ignore"):
            return dtype.type(value)
    if dtype.kind == "b":
        return dtype.type(random.random() < 0.5)
    value = random.choice(EDGES) if random.random() < 0.7 else random.randint(-1000, 1000)
    if dtype.kind == "u":
        value = abs(value)
    return np.array(value % 2**64, np.uint64).astype(dtype)[()]


def check_batch(seed, count, is_program):
    """Some expressions or programs over five variables, on a few values of those."""
    rnd = random.Random(seed)
    dtypes = [rnd.choice(DTYPES) for _ in NAMES]
    drawing = Expressions(rnd, dtypes)
    head = f"def f({', '.join(NAMES)}):\n"
    items = []  # (statements, expression)
    while len(items) < count:
        lines, text = drawing.program() if is_program else ([], drawing.expression(rnd.randint(1, 3))[0])
        items.append(("".join(f"    {line}\n" for line in lines), text))
    # What has its own dtype in Nearfield's tuple: an array of one element.
    ours = head + "".join(lines for lines, _ in items) + f"    return ({', '.join(f'np.full(1, {e})' for _, e in items)},)\n"
    theirs = head + "".join(lines for lines, _ in items) + f"    return ({', '.join(e for _, e in items)},)\n"
    compiled = nf.jit(function_of(ours), error_model="numpy", source=ours)
    expected_of = numba.njit(function_of(theirs), error_model="numpy")
    for _ in range(12):
        values = [drawn_value(rnd, d) for d in dtypes]
        got, expected = compiled(*values), expected_of(*values)
        numba_dtypes = [as_dtype(t) for t in expected_of.nopython_signatures[0].return_type]
        for (lines, text), result, wanted, dtype in zip(items, got, expected, numba_dtypes, strict=True):
            where = f"seed {seed}: {lines}{text} is {result.dtype}, in Numba {dtype}\nwith {dict(zip(NAMES, values))}"
            assert result.dtype == dtype, where
            np.testing.assert_array_equal(result[0], np.array(wanted, dtype), err_msg=where)


@pytest.mark.parametrize("is_program", [False, True], ids=["expressions", "programs"])
def test_random_code_is_numbas(is_program, long):
    for seed in range(200 if long else 5):
        check_batch(seed, 12 if is_program else 30, is_program)
