"""The same number of threads for everyone who is measured."""

import nearfield as nf


def each_count(counts=None):
    """Yields each number of threads with all libraries set to it: by default one thread, then as many as Nearfield has been given.

    Libraries that are not installed are left out. All get Nearfield's former number back at the end.
    """
    before = nf.get_num_threads()
    try:
        for count in counts or sorted({1, before}):
            everyone(count)
            yield count
    finally:
        everyone(before)


def everyone(count):
    """Sets Nearfield's threads, Numba's and OpenCV's."""
    nf.set_num_threads(count)
    try:
        import numba

        numba.set_num_threads(count)
    except ImportError:
        pass
    try:
        import cv2

        cv2.setNumThreads(count)
    except ImportError:
        pass


def words(count):
    """``2 threads``, as titles of tables say it."""
    return f"{count} thread{'s' * (count > 1)}"
