// What a kernel is besides its text: options, and what the names around it stand for (owned by `types`).
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "nearfield/dtype.h"
#include "nearfield/view.h"

#pragma GCC visibility push(default)

namespace nf {
namespace types {
struct Definition;
}

/// How cells near the border are computed, by SciPy's names. `Constant` is Numba's rule: border cells are `cval`.
enum class BorderMode : uint8_t { Constant, Reflect, Nearest, Mirror, Wrap, Valid };
std::string_view name_of(BorderMode mode);
std::optional<BorderMode> border_mode_named(std::string_view name);

/// A type in a signature: dtype and rank (0 is a scalar); the layout letter of `[::1]` is kept as `contiguous`.
struct SignatureType {
  DType dtype = DType::Float64;
  int rank = 0;
  bool contiguous = false;
  bool operator==(const SignatureType&) const = default;
};
/// One signature: arguments (a gufunc's outputs included), and the result type if one was written.
struct Signature {
  std::vector<SignatureType> args;
  std::optional<SignatureType> result;
  bool operator==(const Signature&) const = default;
};

/// The dtypes of one loop of a gufunc, and which of the declared signatures it is (-1: none is declared).
struct GufuncTypes {
  std::vector<DType> inputs, outputs;
  int signature = -1;
  bool operator==(const GufuncTypes&) const = default;
};

/// Everything that decorators can say about a kernel.
struct KernelOptions {
  enum class Kind : uint8_t { Jit, Stencil, Gufunc, Vectorize };
  Kind kind = Kind::Jit;
  bool over_stencil = false;  ///< a gufunc put straight on a stencil: the text is the stencil's, kind is `Gufunc`
  // stencils
  BorderMode mode = BorderMode::Constant;
  std::optional<Scalar> cval;
  std::vector<std::pair<int64_t, int64_t>> neighborhood;
  std::vector<std::string> standard_indexing;
  // all
  std::optional<DType> dtype;  ///< overrides the result's dtype
  bool fit = false;            ///< dtype="fit"
  bool fastmath = false;
  bool parallel = false;
  bool boundscheck = true;
  bool numpy_errors = false;  ///< error_model="numpy": division by zero gives inf, nan or 0
  // gufuncs
  std::vector<Signature> signatures;
  std::string layout;              ///< "(n,m)->(n,m)"
  std::vector<int> writable_args;  ///< positions of inputs that the kernel may write
  std::string target = "cpu";
  bool operator==(const KernelOptions&) const = default;
};

/// A constant array captured from outside; the data is copied and owned.
struct ConstantArray {
  DType dtype = DType::Int64;
  std::vector<int64_t> shape;
  std::vector<std::byte> data;  ///< C order
};
/// A tuple of scalars.
struct ConstantTuple {
  std::vector<Scalar> items;
};
/// Another kernel.
struct KernelRef {
  std::shared_ptr<const types::Definition> definition;
};
/// A module or a member of one, by its full name: "numpy", "numpy.sqrt", "math.pi", "builtins.range",
/// "nearfield.prange". Aliases (`np`) are resolved; "numba.X" is given as "nearfield.X".
struct ModuleMember {
  std::string path;
};
struct DTypeRef {
  DType dtype;
};
struct NoneValue {};
/// A name that exists, but whose value kernels cannot hold; `why` ends the sentence "`x` is ...".
struct UnusableValue {
  std::string why;
};
/// A name of a file that is read and not executed, whose definition was skipped, and where that was.
struct SkippedName {
  int line = 0;
  std::string what;
};

/// What a name stands for.
using Binding = std::variant<Scalar, ConstantTuple, ConstantArray, KernelRef, ModuleMember, DTypeRef, NoneValue,
                             UnusableValue, SkippedName>;

/// How a kernel asks for names from outside. Answers are frozen when a specialization is built. Builtins (`range`,
/// `len`) need no answer: what nobody binds is looked up there.
class Environment {
 public:
  virtual ~Environment() = default;
  virtual std::optional<Binding> find(std::string_view name) = 0;
  /// All names, for "did you mean".
  virtual std::vector<std::string> names() = 0;
};

}  // namespace nf

#pragma GCC visibility pop
