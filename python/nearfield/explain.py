"""What ``kernel.explain(x)`` gives: how a kernel runs, why not better, and what to change; as text, data and drawings."""

import json
import operator

import numpy as np

from . import _core
from .kernel import type_text
from .types import Type


class Explanation:
    """How a kernel runs for some arguments.

    It prints as text and shows itself in notebooks with two drawings: what is read around a point, and the kernel between the
    limits of memory and of computing.

    Attributes
    ----------
    hints : list of str
        What to change, the most useful first; at most five.
    """

    def __init__(self, text, data):
        self._text = text
        self._data = data

    def __str__(self):
        return self._text

    def __repr__(self):
        return self._text.rstrip("\n")

    def to_dict(self):
        """All of it as a dict of plain values; docs/explain.md says what each key holds."""
        return json.loads(self._data)

    @property
    def hints(self):
        return self.to_dict()["hints"]

    def _repr_html_(self):
        from .drawing import explanation_html  # only notebooks need it

        return explanation_html(self._text, self.to_dict())


def explain(kernel, args, size=None, mode=None, dtype=None):
    """The explanation of a kernel for arrays and numbers (it is measured on them), or for types such as ``"uint8[:, :]"``.

    Lazy and Dask arrays stand for their types: nothing of them is computed.
    """
    plain = all(isinstance(a, (np.ndarray, np.generic, bool, int, float)) for a in args)
    if plain and size is None:
        return Explanation(*_core.explain_call(kernel, tuple(args), mode, dtype))
    types = [_type_of(a) for a in args]
    return Explanation(*_core.explain(kernel, types, [operator.index(n) for n in size or ()], mode, dtype))


def _type_of(value):
    for kind, name in ((bool, "bool"), (int, "int64"), (float, "float64")):
        if type(value) is kind:
            return name
    if isinstance(value, (str, Type)) or hasattr(value, "dtype") and hasattr(value, "ndim"):
        return type_text(value)
    raise TypeError(f"explain takes arrays and numbers, or types such as 'uint8[:, :]', not {value!r}")
