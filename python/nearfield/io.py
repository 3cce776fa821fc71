"""``imread`` and ``imsave``: image files as lazy arrays, and lazy arrays as image files."""

import os

import numpy as np

from . import _core
from .array import Array, bytes_of, from_array
from .progress import reporter


def imread(path):
    """A lazy array of image files.

    Parameters
    ----------
    path : path, pattern or list of paths
        One plain path has the image's own shape. A pattern such as ``"scans/*.png"`` (in natural order: im2 before im10) or
        a list gives a stack with a new first axis.

    Returns
    -------
    Array
        Only the first file's header has been read.
    """
    if isinstance(path, (str, os.PathLike)):
        lazy = _core.imread(_text(path))
    else:
        lazy = _core.imread_list([_text(p) for p in path])
    # Other processes may have another current folder.
    files = list(map(os.path.abspath, lazy.files))
    made = ("files", files) if lazy.axes[0] == "N" else ("image", files[0])
    return Array.of(lazy, made)


def imsave(path, array, *, overwrite=False, memory=None, progress=None, compression=-1):
    """Computes an array and writes it to image files, streaming.

    Parameters
    ----------
    path : path or pattern
        In ``"out/*.png"`` the ``*`` takes the name of the input's file without its extension, or the
        number of a frame that came from no file.
    array : Array or numpy.ndarray
        ``imsave(array, path)`` works too.
    overwrite : bool
        Replaces files that are there; else they are an error, and nothing is written.
    memory : int or str, optional
        The budget of the run: bytes, or text such as ``"2GiB"``.
    progress : bool or callable, optional
        A bar (by default on a terminal), or a function of `frames_done, frames_total, bytes_in, bytes_out, seconds`.
    compression : int
        The level of PNG, 0 to 12.

    Returns
    -------
    dict
        files, frames, bytes_in, bytes_out, seconds, planned_memory.
    """
    if isinstance(array, (str, os.PathLike)) and not isinstance(path, (str, os.PathLike)):
        path, array = array, path
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"imsave takes a path and an array, not {type(path).__name__} and {type(array).__name__}")
    if hasattr(array, "dask"):
        raise TypeError("imsave does not take a Dask array: save its blocks, or read the files with nf.imread, which streams")
    if not isinstance(array, Array):
        array = from_array(array)
    with reporter(progress) as report:
        return _core.imsave(
            _text(path),
            array._lazy,
            overwrite=overwrite,
            compression=compression,
            memory=bytes_of(memory),
            progress=report,
        )


def _text(path):
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"expected a path, not {path!r}")
    return os.fsdecode(path)
