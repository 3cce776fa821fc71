// Between views and the argument block of compiled code, and back from its results to arrays that own their memory.
#pragma once
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "abi/abi.h"
#include "base/overlap.h"
#include "engine/engine.h"

namespace nf::engine {

/// The type of an argument: arrays by dtype, rank and layout.
Type type_of(const Argument& argument);
std::vector<DType> dtypes_of(std::span<const Argument> args);
abi::Array to_abi(const View& view);
/// The same in place; of shape and strides only the view's axes are written.
void write_abi(const View& view, abi::Array& array);
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
  static int32_t call_in_parallel(abi::Context* context, abi::JitFunction function, const abi::Value* args,
                                  int32_t count);
  std::vector<runtime::Buffer> buffers_;
};

/// Room for `count` elements that are not initialised: on the stack when there are few, because every call has some.
template <class T, size_t N = 8>
class Few {
  static_assert(std::is_trivially_destructible_v<T>);

 public:
  explicit Few(size_t count) : count_(count) {
    if (count > N) many_.reset(new std::byte[count * sizeof(T)]);
    data_ = reinterpret_cast<T*>(many_ ? many_.get() : few_);
  }
  Few(const Few&) = delete;
  T* data() { return data_; }
  T& operator[](size_t i) { return data_[i]; }
  const T& operator[](size_t i) const { return data_[i]; }
  size_t size() const { return count_; }
  operator std::span<const T>() const { return {data_, count_}; }

 private:
  size_t count_;
  T* data_;
  std::unique_ptr<std::byte[]> many_;
  alignas(T) std::byte few_[N * sizeof(T)];
};

/// A new C-contiguous array, not initialised.
NewArray new_array(DType dtype, const int64_t* shape, int rank);
/// `to[...] = from` with a C cast; the shapes are equal.
void copy_view(const View& from, const View& to);
/// The same, of large arrays on several threads where that is asked for.
void copy_view(const View& from, const View& to, bool threads);
/// `to[...] = value`.
void fill_view(const View& to, Scalar value);

}  // namespace nf::engine
