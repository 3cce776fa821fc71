"""What ufuncs and generalised ufuncs show of themselves: their loops, how they travel, what they refuse."""

from .kernel import rebuild_around


class UfuncFace:
    """The face of a NumPy ufunc over the kernel `self.kernel`, with the identity that was given in `self._identity`.

    A class names its loops in `_listed_loops`: pairs of the dtypes of inputs and of outputs.
    """

    __slots__ = ()

    def __reduce__(self):
        return rebuild_around, (type(self), self.kernel, self._identity)

    def __dask_tokenize__(self):
        return f"nearfield.{type(self).__name__}", self.kernel.__dask_tokenize__(), self._identity

    def explain(self, *args, **how):
        """`Kernel.explain` of the function or stencil that this is made of."""
        return self.kernel.explain(*args, **how)

    @property
    def types(self):
        """The loops in NumPy's letters, ``['dd->d']``: the declared ones, else those that are known so far."""
        return ["->".join("".join(d.char for d in dtypes) for dtypes in loop) for loop in self._listed_loops()]

    @property
    def ntypes(self):
        """How many loops there are."""
        return len(self._listed_loops())

    @property
    def is_dynamic(self):
        """True when no types were declared."""
        return not self._signatures

    def _refuse_gpu(self):
        if self._target == "gpu":
            raise NotImplementedError(
                f"{self.__name__}: target='gpu' is known, but this Nearfield has no GPU code yet; use target='parallel' or 'cpu'"
            )

    def _refuse_on_lazy(self, outs, keywords):
        """The result of a call on a lazy array is lazy: nothing is written now."""
        if keywords.keys() - {"out"} or any(out is not None for out in outs):
            raise TypeError(f"{self.__name__}: on a lazy array no out= and no other keywords are taken; .compute() the result")
