// The errors that leave the library: what went wrong in the world or in the user's program (owned by `base`).
#pragma once
#include <stdexcept>
#include <string>
#include <vector>

#pragma GCC visibility push(default)

namespace nf {

/// What kind of thing went wrong; Python maps each to its usual exception class, the CLI to an exit code.
enum class ErrorKind {
  Value,         ///< a wrong value or shape: ValueError
  Type,          ///< a wrong type or dtype: TypeError
  Index,         ///< an index out of range in a kernel: IndexError
  ZeroDivision,  ///< division by zero in a kernel: ZeroDivisionError
  Name,          ///< a variable read before it was set: UnboundLocalError
  NotFound,      ///< a file that is not there: FileNotFoundError
  Exists,        ///< an output that is already there: FileExistsError
  Io,            ///< reading or writing failed, or foreign data is damaged: OSError
  Memory,        ///< it would not fit the budget, or memory ran out: MemoryError
  Compile,       ///< the user's program is wrong: nf.CompileError
  Unsupported,   ///< known, but not available here (a GPU, a format): NotImplementedError
  Interrupted,   ///< Ctrl-C: KeyboardInterrupt
  Raised,        ///< a `raise` of the user's kernel: the class named in `exception`
  Internal,      ///< our bug: InternalError
};

/// One error with everything a person needs: what, where, and what to do.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, std::string message, std::vector<std::string> notes = {})
      : std::runtime_error(join(message, notes)), kind(kind), message(std::move(message)), notes(std::move(notes)) {}

  ErrorKind kind;
  std::string message;             ///< one sentence: the thing and what is wrong with it
  std::vector<std::string> notes;  ///< where it happened and the way out, a line each
  std::string exception;           ///< for `Raised`: the Python class name, e.g. "ValueError"

 private:
  static std::string join(const std::string& message, const std::vector<std::string>& notes) {
    std::string text = message;
    for (const std::string& note : notes) text += "\n  " + note;
    return text;
  }
};

/// A finished diagnostic as the outside sees it: code, place and the rendered text with its caret.
struct DiagnosticText {
  std::string code;      ///< "E0204"
  std::string file;      ///< the name of the source text
  int line = 0;          ///< from 1
  int column = 0;        ///< from 1, in code points
  std::string message;   ///< the first line without place and code
  std::string rendered;  ///< the whole text with source lines and carets
};

/// The user's program is wrong: all diagnostics at once; `what()` is their rendered text.
class CompileError : public Error {
 public:
  CompileError(std::string rendered, std::vector<DiagnosticText> diagnostics)
      : Error(ErrorKind::Compile, std::move(rendered)), diagnostics(std::move(diagnostics)) {}
  std::vector<DiagnosticText> diagnostics;
};

}  // namespace nf

#pragma GCC visibility pop
