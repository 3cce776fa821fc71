// Between views and the argument block of compiled code, and back from its results to arrays that own their memory.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "abi/abi.h"
#include "engine/engine.h"

namespace nf::engine {

/// The type of an argument: arrays by dtype, rank and layout.
Type type_of(const Argument& argument);
abi::Array to_abi(const View& view);
abi::Value to_abi(const Scalar& scalar);
/// "(3, 4)".
std::string shape_text(const int64_t* shape, int rank);

/// Memory that a call allocates: everything is freed with it except what `release` hands over to a result.
class CallContext : public abi::Context {
 public:
  CallContext();
  CallContext(const CallContext&) = delete;
  CallContext& operator=(const CallContext&) = delete;
  /// The owner of an allocation of this call that holds `address`, or null.
  std::shared_ptr<void> release(const void* address);

 private:
  static void* allocate_memory(abi::Context* context, int64_t bytes, int32_t zero);
  std::vector<runtime::Buffer> buffers_;
};

/// A new C-contiguous array, not initialised.
NewArray new_array(DType dtype, const int64_t* shape, int rank);
/// True when the two views may share memory.
bool overlap(const View& a, const View& b);
/// `to[...] = from` with a C cast; the shapes are equal.
void copy_view(const View& from, const View& to);
/// `to[...] = value`.
void fill_view(const View& to, Scalar value);

}  // namespace nf::engine
