"""What ``kernel.explain(x)`` gives: how a kernel runs, why not better, and what to change; as text, data and drawings."""

import json

from . import _core


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
    """The explanation of a kernel for arrays and numbers (it is measured on them), or for types such as ``"uint8[:, :]"``."""
    import numpy as np

    from .kernel import type_text

    described = any(isinstance(a, str) or not isinstance(a, (np.ndarray, np.generic, bool, int, float)) for a in args)
    if described or size is not None:
        types = [type_text(a) for a in args]
        return Explanation(*_core.explain(kernel, types, [int(n) for n in size or ()], mode, dtype))
    return Explanation(*_core.explain_call(kernel, tuple(args), mode, dtype))
