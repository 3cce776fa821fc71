// Lazy arrays computed into memory.
#include <fmt/format.h>

#include "array/array.h"
#include "array/views.h"
#include "base/assert.h"
#include "nearfield/error.h"
#include "runtime/runtime.h"

namespace nf {
namespace array {
namespace {

/// Puts frames where the caller wants them.
class MemorySink final : public Sink {
 public:
  MemorySink(const View& out, bool is_stack) : out_(out), is_stack_(is_stack) {}
  std::optional<View> destination(int64_t begin, int64_t end) override {
    return first_axis_range(is_stack_ ? out_ : as_stack(out_), begin, end);
  }
  void write(int64_t, const View&) override { nf_assert(false, "a frame without its destination"); }

 private:
  View out_;
  bool is_stack_;
};

}  // namespace
}  // namespace array

void Array::compute_into(const View& out, const RunOptions& options) const {
  const array::ArrayType& type = array::node_of(*this)->type;
  std::vector<int64_t> shape(out.shape.begin(), out.shape.begin() + out.rank);
  if (shape != type.shape || out.dtype != type.dtype)
    throw Error(out.dtype == type.dtype ? ErrorKind::Value : ErrorKind::Type,
                fmt::format("the output is {} {}, but the array is {}", array::shape_text(shape), name_of(out.dtype),
                            to_string(type)));
  if (out.readonly) throw Error(ErrorKind::Value, "the output may not be written");
  if (out.size() == 0) return;
  array::MemorySink sink(out, type.is_stack());
  array::run(*this, array::plan_run(*this, options, 0, true), options, sink);
}

NewArray Array::compute(const RunOptions& options) const {
  const array::ArrayType& type = array::node_of(*this)->type;
  auto buffer = std::make_shared<runtime::Buffer>(size_t(bytes()));
  View view = View::contiguous(buffer->data(), type.dtype, type.shape.data(), type.rank());
  compute_into(view, options);
  return {buffer, view};
}

}  // namespace nf
