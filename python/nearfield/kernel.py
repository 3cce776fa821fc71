"""From a Python function to a kernel object; how kernels are pickled and shown."""

import functools
import inspect
import weakref
from typing import NamedTuple

from . import _core
from .environment import collect
from .source import FunctionSource, function_source


class Recipe(NamedTuple):
    """All that a kernel is made of: what it is compiled from, and what travels when it is pickled."""

    source: FunctionSource
    options: dict
    parameters: tuple
    defaults: tuple
    varargs: bool
    collector: object  #: returns (bindings, names)


def make_kernel(function, options, source=None):
    """A kernel object from a Python function and the options of its decorators."""
    code = function.__code__
    if code.co_kwonlyargcount or code.co_flags & inspect.CO_VARKEYWORDS:
        raise TypeError(f"`{function.__name__}` has keyword-only parameters or `**kwargs`, which kernels cannot have")
    recipe = Recipe(
        source=function_source(function, source),
        options=options,
        parameters=code.co_varnames[: code.co_argcount],
        defaults=function.__defaults__ or (),
        varargs=bool(code.co_flags & inspect.CO_VARARGS),
        collector=functools.partial(collect, function),
    )
    kernel = _build(recipe)
    functools.update_wrapper(kernel, function)
    kernel.py_func = function
    return kernel


def remake(kernel, changes):
    """The same function with other options; options set to None keep their value."""
    recipe = kernel.recipe
    changed = recipe._replace(options=recipe.options | {k: v for k, v in changes.items() if v is not None})
    fresh = _build(changed)
    fresh.__dict__.update({k: v for k, v in kernel.__dict__.items() if k != "recipe"})
    return fresh


def _build(recipe):
    source = recipe.source
    kernel = _core.make_kernel(
        file=source.file,
        text=source.text,
        first_line=source.first_line,
        name=source.name,
        columns=source.columns,
        options=recipe.options,
        collector=recipe.collector,
        parameters=recipe.parameters,
        defaults=recipe.defaults,
        varargs=recipe.varargs,
    )
    kernel.recipe = recipe
    return kernel


class Captured:
    """The outside names of a kernel that came from another process: their values of then."""

    def __init__(self, bindings, names):
        self.bindings = bindings
        self.names = names

    def __call__(self):
        return {name: (kind, _aligned(value)) for name, (kind, value) in self.bindings.items()}, self.names


def _aligned(value):
    """Messages between processes do not align arrays."""
    return value.copy() if hasattr(value, "flags") and not value.flags.aligned else value


_ATTRIBUTES = ("__name__", "__qualname__", "__module__", "__doc__")
#: Kernels that came from elsewhere, by what they are: each task of a cluster brings its kernel, which is to be one.
_arrived = weakref.WeakValueDictionary()
#: The last of them, so that they live from one task to the next.
_kept = []
_KEPT_MOST = 64


def reduce(kernel):
    """Pickling: the source, the options and the captured constants, never code."""
    bindings, _ = kernel.recipe.collector()
    parts = kernel.recipe._replace(collector=Captured(bindings, list(bindings)))
    attributes = {name: getattr(kernel, name, None) for name in _ATTRIBUTES}
    return rebuild, (tuple(parts), attributes, _core.__version__, tokenize(kernel)[1])


class WrongVersion:
    """What comes from another version of Nearfield. It says so when it is used: an error while a message is read would take
    a cluster's worker down, and nobody would learn why."""

    def __init__(self, what, version):
        self.__name__ = what
        self._text = (
            f"{what} comes from Nearfield {version}, and this process runs Nearfield {_core.__version__}: install the same version on "
            "the client, the scheduler and all workers"
        )

    def __call__(self, *args, **keywords):
        raise RuntimeError(self._text)

    compute = __call__

    @property
    def options(self):
        raise RuntimeError(self._text)


def rebuild(parts, attributes, version, token):
    """The other end of `reduce`. The same kernel comes back as the same object, compiled once in a process."""
    if version != _core.__version__:
        return WrongVersion(f"the kernel `{attributes['__name__']}`", version)
    recipe = Recipe(*parts)
    key = token, attributes["__module__"], attributes["__qualname__"], *recipe.source[:2]
    kernel = _arrived.get(key)
    if kernel is None:
        kernel = _build(recipe._replace(source=FunctionSource(*recipe.source)))
        kernel.__dict__.update(attributes)
        kernel = _arrived.setdefault(key, kernel)
        _kept.append(kernel)
        del _kept[:-_KEPT_MOST]
    return kernel


def rebuild_around(make, kernel, *args):
    """What `make` makes of a kernel that has arrived; a kernel of another version stays what says so."""
    return kernel if isinstance(kernel, WrongVersion) else make(kernel, *args)


def take_names(callable, kernel):
    """Gives an object that calls a kernel the names of the function that it was made of."""
    for name in _ATTRIBUTES:
        setattr(callable, name, getattr(kernel, name, None))
    if hasattr(kernel, "py_func"):
        callable.py_func = callable.__wrapped__ = kernel.py_func


def tokenize(kernel):
    """A name for Dask that is the same for the same source, options and constants, in every process."""
    import hashlib  # only those who pickle need it, and importing it takes longer than a compile

    recipe = kernel.recipe
    bindings, _ = recipe.collector()
    what = (recipe.source[2:], recipe.options, recipe.parameters, recipe.defaults, recipe.varargs, bindings)
    digest = hashlib.blake2b(digest_size=16)
    for part in _canonical(what):
        digest.update(len(part).to_bytes(8, "little") + part)
    return "nearfield.Kernel", digest.hexdigest()


def _canonical(value):
    """Bytes that depend on the value alone: unlike those of pickle, not on which of its parts are one object."""
    if isinstance(value, dict):
        yield b"dict"
        for name in sorted(value):
            yield name.encode()
            yield from _canonical(value[name])
        yield b"end"
    elif isinstance(value, (tuple, list)):
        yield b"sequence"
        for item in value:
            yield from _canonical(item)
        yield b"end"
    elif isinstance(value, _core.Kernel):
        yield tokenize(value)[1].encode()
    elif hasattr(value, "tobytes"):  # arrays and NumPy's numbers
        yield f"{value.dtype.str} {value.shape}".encode()
        yield value.tobytes()
    else:
        yield f"{type(value).__name__} {value!r}".encode()


def inspect_llvm(kernel, *types):
    """The LLVM IR for arguments of these types."""
    return _core.emit(kernel, "llvm", [type_text(t) for t in types])


def inspect_asm(kernel, *types):
    """The machine code for arguments of these types, as text."""
    return _core.emit(kernel, "assembly", [type_text(t) for t in types])


def inspect_ptx(kernel, *types, gpu="sm_80"):
    """A stencil's code for NVIDIA's GPUs of this architecture and newer ones, for arguments of these types."""
    return _core.emit(kernel, "ptx", [type_text(t) for t in types], gpu)


def explain(kernel, *args, size=None, mode=None, dtype=None):
    """How the kernel runs for these arguments, why not better, and what to change."""
    from .explain import explain as make

    return make(kernel, args, size, mode, dtype)


def type_text(value):
    """The text of a type such as `nf.uint8[:, :]`, or of an array or scalar that a kernel would be called with."""
    if isinstance(value, str):
        return value
    if hasattr(value, "dtype") and hasattr(value, "shape"):
        return f"{value.dtype}[{', '.join(':' * value.ndim)}]" if value.ndim else str(value.dtype)
    return repr(value)
