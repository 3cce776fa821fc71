"""Progress of a run: a bar on the terminal, or the user's function."""

import contextlib
import sys
import time


@contextlib.contextmanager
def reporter(progress):
    """What the engine calls while it runs, or None: `progress` is True, False, None (a bar on a terminal) or a function."""
    if progress is None:
        progress = sys.stderr is not None and sys.stderr.isatty()
    if not progress:
        yield None
    elif callable(progress):
        yield progress
    else:
        bar = Bar(sys.stderr)
        try:
            yield bar
        finally:
            bar.close()


class Bar:
    """One line of text that is written anew a few times a second."""

    def __init__(self, stream):
        self.stream = stream
        self.shown = 0.0
        self.last = None

    def __call__(self, frames_done, frames_total, bytes_in, bytes_out, seconds):
        self.last = (frames_done, frames_total, bytes_in, seconds)
        if time.monotonic() - self.shown > 0.1:
            self.show()

    def show(self):
        """Writes the line."""
        done, total, bytes_in, seconds = self.last
        self.shown = time.monotonic()
        filled = 30 * done // max(total, 1)
        rate = bytes_in / seconds / 1e6 if seconds > 0 else 0
        left = f", {seconds * (total - done) / done:.0f} s left" if 0 < done < total else ""
        self.stream.write(f"\r[{'#' * filled}{'.' * (30 - filled)}] {done}/{total} frames, {rate:.0f} MB/s{left}   ")
        self.stream.flush()

    def close(self):
        """Writes the last state and ends the line."""
        if self.last is not None:
            self.show()
            self.stream.write("\n")
