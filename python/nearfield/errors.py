"""The exceptions of Nearfield that Python does not have."""

from typing import NamedTuple


class Diagnostic(NamedTuple):
    """One thing that is wrong with a kernel, and where."""

    code: str  #: "E0204"
    file: str
    line: int  #: from 1
    column: int  #: from 1
    message: str
    rendered: str  #: the whole text with source lines and carets

    def __str__(self):
        return self.rendered


class CompileError(Exception):
    """A kernel cannot be compiled. The message shows every error with its source line.

    Attributes
    ----------
    diagnostics : list of Diagnostic
    """

    def __init__(self, message, diagnostics=()):
        super().__init__(message)
        self.diagnostics = list(diagnostics)

    def __str__(self):
        # The message starts on a line of its own, so that its carets stand under their source.
        return "\n" + str(self.args[0]) if self.diagnostics else str(self.args[0])

    def __reduce__(self):
        return type(self), (self.args[0], self.diagnostics)


class InternalError(RuntimeError):
    """A bug of Nearfield."""


class SourceError(TypeError):
    """The text of a function cannot be found, or is not the text that the function was made from."""
