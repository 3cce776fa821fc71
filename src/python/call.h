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
  std::optional<View> out;
  CallOptions options;

  /// Bytes of all arrays, `out` included.
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

/// What is known of a kernel's earlier calls. Only touched with the GIL held.
class CallHistory {
 public:
  /// True when a call of this shape has come to an end: it is compiled.
  bool knows(const CallShape& shape);
  void remember(CallShape shape);

  /// True when this call takes less than about 2 us, by what earlier calls took: it then keeps the GIL, because taking
  /// it back can cost milliseconds when other threads want it.
  bool is_short(const CallArguments& arguments, KernelOptions::Kind kind) const;
  /// Notes how long a call took.
  void measured(const CallArguments& arguments, double seconds);

 private:
  std::vector<CallShape> shapes_;
  size_t last_ = 0;
  int64_t short_bytes_ = -1;  ///< calls on so many bytes of arrays were measured to be short
};

/// For a jitted function with explicit signatures: converts scalars to those of the signature that fits best. Throws a
/// Python TypeError when none does.
void match_signature(const std::vector<Signature>& signatures, std::vector<Argument>& arguments);

}  // namespace nf::python
