// One call of a kernel from Python: what was given, what it is a specialization of, and whether to let go of the GIL.
#pragma once
#include <array>
#include <vector>

#include "nearfield/kernel.h"
#include "python/reference.h"

namespace nf::python {

/// The arguments of a call as C++ takes them.
struct CallArguments {
  std::vector<Argument> values;
  std::vector<std::optional<View>> outs;  ///< the given outputs of a stencil or gufunc
  CallOptions options;

  /// Bytes of all arrays, outputs included.
  int64_t bytes() const;
  bool has_scalars() const;
};

/// What decides which specialization a call uses: dtype, rank and layout of each argument, and the options. It has no
/// memory of its own for the usual number of arguments, because every call makes one.
struct CallShape {
  static constexpr size_t kFew = 12;
  std::array<uint32_t, kFew> few{};
  std::vector<uint32_t> more;
  uint32_t count = 0;

  void add(uint32_t code) {
    if (count < kFew)
      few[count] = code;
    else
      more.push_back(code);
    ++count;
  }
  bool operator==(const CallShape&) const = default;
};
CallShape shape_of(const CallArguments& arguments);

/// What a call costs to make. Instant ones, of less than about 2 us, keep the GIL, because taking it back can cost
/// milliseconds when other threads want it. Brief ones, of less than about a millisecond, let go of it, and Ctrl-C can
/// wait for their end; long ones watch for it.
enum class Pace { Instant, Brief, Long };

/// What is known beforehand of the time that a call takes.
struct CallSize {
  int64_t bytes = 0;  ///< of all arrays, outputs included
  KernelOptions::Kind kind = KernelOptions::Kind::Jit;
  bool scalars = false;        ///< it has scalar arguments
  bool straight_line = false;  ///< the function is known to have no loops
};

/// What is known of a kernel's earlier calls. Only touched with the GIL held.
class CallHistory {
 public:
  /// True when a call of this shape has come to an end: it is compiled.
  bool knows(const CallShape& shape);
  void remember(CallShape shape);

  /// How long a call of this size may take, by what earlier calls took.
  Pace pace(const CallSize& size) const;
  /// Notes how long a call took.
  void measured(const CallSize& size, double seconds);

 private:
  std::vector<CallShape> shapes_;
  size_t last_ = 0;
  int64_t instant_bytes_ = -1, brief_bytes_ = -1;  ///< calls on so many bytes of arrays were measured to be so
};

/// For a jitted function with explicit signatures: converts scalars to those of the signature that fits best. Throws a
/// Python TypeError when none does.
void match_signature(const std::vector<Signature>& signatures, std::vector<Argument>& arguments);

}  // namespace nf::python
