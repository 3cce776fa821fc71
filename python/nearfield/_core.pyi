from collections.abc import Callable, Sequence
import types

from nearfield import Kernel as Kernel


class GufuncCall:
    """What calls a generalised ufunc on plain arrays."""

    def __call__(self, /, *args, **kwargs):
        """Call self as a function."""

    __init_subclass__: classmethod_descriptor = ...

    kernel: types.MemberDescriptorType = ...

    nin: types.MemberDescriptorType = ...

    __vectorcalloffset__: types.MemberDescriptorType = ...

class UfuncCall:
    """What calls a ufunc on plain arrays."""

    def __call__(self, /, *args, **kwargs):
        """Call self as a function."""

    __init_subclass__: classmethod_descriptor = ...

    kernel: types.MemberDescriptorType = ...

    __vectorcalloffset__: types.MemberDescriptorType = ...

def make_numpy_ufunc(kernel: object, loops: tuple, identity: object | None, name: str, doc: object | None) -> object:
    """
    A numpy.ufunc whose loops, pairs of input dtypes and a result dtype, are the compiled kernel.
    """

def call_numpy(function: object, args: tuple, keywords: dict) -> object:
    """
    Calls a numpy.ufunc of `make_numpy_ufunc` or its method, then raises what its loops have raised.
    """

def call_loop(kernel: object, loop: tuple, operands: tuple, out: object | None) -> object:
    """
    A call at the points of arrays and numbers with this pair of input dtypes and result dtype.
    """

def choose_loop(kernel: object, dtypes: tuple) -> object:
    """The loop of a ufunc for operands of these dtypes."""

def complete_loop(kernel: object, loop: tuple) -> object:
    """The loop with the dtype of its result."""

def make_kernel(file: str, text: str, first_line: int, name: str, columns: tuple[int, int], options: dict, collector: Callable, parameters: tuple, defaults: tuple, varargs: bool) -> object:
    """A kernel from the text of one function."""

def gufunc_types(kernel: object, inputs: Sequence) -> tuple[list[str], list[str]]:
    """
    Names of the dtypes in which a gufunc computes for inputs of these dtypes: (inputs, outputs).
    """

def make_ufunc(kernel: object, loops: list, layout: str, identity: object | None, name: object, given: int) -> object:
    """
    A `numpy.ufunc` of loops (dtypes of inputs, dtypes of outputs, signature): call it by `call_ufunc`. `given` has
    a bit for each output that the caller will give.
    """

def call_ufunc(callable: object, args: tuple, keywords: dict) -> object:
    """
    Calls such a ufunc or a method of it; what its kernel raises comes back.
    """

def prepare_gufunc(kernel: object, inputs: tuple, outs: tuple) -> None:
    """Makes later calls on arrays and numbers of these kinds short."""

def footprint(kernel: object, dtype: object, rank: int) -> list[tuple[int, int]]:
    """How far a stencil reads around a point: (lo, hi) for each axis."""

def call_chunk(kernel: object, arguments: tuple, mode: object | None, dtype: object | None) -> object:
    """A stencil on a chunk of a larger array, in a task of a scheduler."""

def call_pieces(kernel: object, arguments: tuple, pieces: tuple, shape: tuple, box: tuple, mode: object | None, dtype: object | None) -> object:
    """
    A stencil on a chunk of a larger array, reading chunks around it: see `nearfield.chunk_task`.
    """

def stencil_info(kernel: object, arguments: Sequence, mode: object | None = None, dtype: object | None = None) -> tuple:
    """
    (rank, footprint, dtypes, relative, asks_shapes) of a stencil for arrays, given as (dtype, rank), and numbers.
    """

def emit(kernel: object, what: str, types: Sequence[str], gpu: str = 'sm_80') -> str:
    """The text of a stage: 'llvm', 'assembly', 'ptx', or the name of a pass."""

def explain(kernel: object, types: Sequence[str], shape: Sequence[int], mode: object | None, dtype: object | None) -> tuple[str, str]:
    """
    The explanation of a kernel for types, as (text, JSON); with a shape it is measured.
    """

def explain_call(kernel: object, arguments: tuple, mode: object | None, dtype: object | None) -> tuple[str, str]:
    """
    The explanation of a kernel for arrays and numbers, on which it is measured.
    """

def kernels_of_text(file: str, text: str) -> list:
    """
    Names and options of the kernels of a text, as the command line reads them.
    """

def timings(kernel: object) -> list[tuple[str, float]]:
    """Milliseconds of each phase of the last specialization."""

def set_num_threads(n: int) -> None:
    """Sets how many threads parallel work uses."""

def get_num_threads() -> int:
    """How many threads parallel work uses."""

def copy_seconds(nbytes: int, threads: int) -> float:
    """
    Seconds that copying takes at best, measured now: `nbytes` of input and output together.
    """

def cache_info() -> dict:
    """What the disk cache of compiled code did in this process."""

def compile_failures() -> int:
    """How many kernels failed to compile in this process."""

class LazyArray:
    @property
    def shape(self) -> tuple: ...

    @property
    def dtype(self) -> str: ...

    @property
    def axes(self) -> str: ...

    @property
    def range(self) -> tuple[float, float] | None: ...

    @property
    def tile(self) -> tuple: ...

    @property
    def nbytes(self) -> int: ...

    @property
    def reach(self) -> tuple[int, int] | None: ...

    @property
    def files(self) -> list[str]: ...

    def streams(self, input: LazyArray) -> bool: ...

    def slice(self, begin: int, end: int) -> LazyArray: ...

    def at(self, index: int) -> LazyArray: ...

    def astype(self, dtype: object) -> LazyArray: ...

    def reduce(self, name: str, axes: Sequence[int] | None, keepdims: bool) -> LazyArray: ...

    def compute(self, memory: int = 0, threads: int = 0, progress: object | None = None) -> object: ...

def elementwise(operation: str, operands: Sequence) -> LazyArray:
    """
    An operation on each element of lazy arrays and numbers, by its name in the array API.
    """

def apply(kernel: object, operands: Sequence, mode: object | None = None, dtype: object | None = None) -> LazyArray:
    """The lazy result of a kernel for lazy arrays and numbers."""

def results(array: LazyArray) -> list[LazyArray]:
    """All results of the kernel of which the array is one."""

def from_memory(array: object) -> LazyArray:
    """A lazy array over an ndarray, which is kept alive."""

def from_function(shape: Sequence[int], dtype: object, function: object, scratch: int = 0) -> LazyArray:
    """
    A lazy array whose frames `function(i, out)` fills, called by several threads.
    """

def imread(path_or_pattern: str) -> LazyArray: ...

def imread_list(paths: Sequence[str]) -> LazyArray: ...

def imsave(path_or_pattern: str, array: LazyArray, overwrite: bool = False, compression: int = -1, memory: int = 0, threads: int = 0, progress: object | None = None) -> dict: ...

def describe(array: LazyArray) -> str: ...
