// The values that a file may give to its names, and the file's functions: what is known of a text that is read and not
// run.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "types/types.h"

namespace nf::types {

struct FileValue;
/// A tuple or a list.
struct Sequence {
  bool is_list = false;
  std::vector<FileValue> items;
};
/// `nf.jit(cache=True)`: something that makes a kernel of a function.
struct Decorator {
  KernelOptions options;
  std::vector<std::string_view> given;  ///< names of the options that were written; those of the table that reads them
  std::vector<std::variant<int, std::string>> writable_args{};  ///< positions and names of parameters
};
/// An index into `File::functions`.
struct FunctionRef {
  size_t index = 0;
};
/// What a constant expression stands for.
struct FileValue {
  std::variant<Scalar, std::string, NoneValue, Sequence, ConstantArray, SignatureType, Signature, ModuleMember,
               Decorator, FunctionRef>
      value;
};

/// A function of the file with one set of options; `g = nf.jit(f)` adds a second one with the text of the first.
struct FileFunction {
  std::string name;
  syntax::StmtId function;
  syntax::ExprId lambda;
  KernelOptions options;
  bool decorated = false;
  bool wrapped = false;  ///< another function was made from it: bare, it is no kernel of its own
  std::weak_ptr<const Definition> made;
};

/// A file's names as they stand behind its last line. Definitions are made when asked for and not held here: a
/// definition holds its names, and they would hold each other for ever.
struct File {
  std::shared_ptr<const syntax::Module> module;
  std::map<std::string, std::variant<FileValue, SkippedName>, std::less<>> names;
  std::vector<FileFunction> functions;
  double milliseconds_parse = 0;
  std::mutex making;
};

/// The definition of one of the file's functions; the same one for as long as anybody holds it.
DefinitionPtr definition(const std::shared_ptr<File>& file, size_t function);

/// Evaluates a constant expression with the names that are known so far, or nothing. Calls of decorators add functions
/// to the file; what is wrong with their options is reported.
std::optional<FileValue> evaluate(File& file, syntax::ExprId expr, Diagnostics& diagnostics);

/// What a member of a module is by its full name: a number ("math.pi"), a type ("numpy.uint8"), or itself.
FileValue member_value(const std::string& path);

/// `decorator`, which stands at `span`, put on a function of the file: the new function.
FunctionRef decorate(File& file, const Decorator& decorator, FunctionRef function, Span span, Diagnostics& diagnostics);

/// The decorator that the full name of a module member stands for, with its default options.
std::optional<Decorator> decorator_named(std::string_view path);

/// Reads the arguments of a decorator's call into its options; `first` is the number of the first one (behind the
/// function).
void read_options(File& file, const syntax::Call& call, size_t first, Decorator& decorator, Diagnostics& diagnostics);

// file_constant.cpp: numbers and arrays as CPython and NumPy compute them, or nothing where a kernel could not hold
// them.
std::optional<Scalar> constant_unary(syntax::UnaryOp op, const Scalar& a);
std::optional<Scalar> constant_binary(syntax::BinaryOp op, const Scalar& a, const Scalar& b);
/// The value in another dtype; nothing when an integer does not fit.
std::optional<Scalar> constant_cast(const Scalar& value, DType dtype);
/// `np.array(items, dtype)`; nothing for ragged or other than numeric items.
std::optional<ConstantArray> constant_array(const FileValue& items, std::optional<DType> dtype);

}  // namespace nf::types
