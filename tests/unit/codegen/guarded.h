// Memory that ends at a page nobody may touch: reading or writing one byte too far ends the test at once.
#pragma once
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>

namespace nf::test {

/// `size` bytes between two protected pages; the last byte (or, with `at_front`, the first) lies beside one.
class Guarded {
 public:
  explicit Guarded(size_t size, bool at_front = false, size_t alignment = 1) {
    size_t page = size_t(sysconf(_SC_PAGESIZE));
    size_t inside = (size + alignment + page - 1) / page * page;
    length_ = inside + 2 * page;
    void* base = mmap(nullptr, length_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED) throw std::bad_alloc();
    base_ = static_cast<std::byte*>(base);
    if (mprotect(base_ + page, inside, PROT_READ | PROT_WRITE) != 0) throw std::bad_alloc();
    size_t back = (size + alignment - 1) / alignment * alignment;
    data_ = at_front ? base_ + page : base_ + page + inside - back;
  }
  ~Guarded() { munmap(base_, length_); }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;
  std::byte* data() const { return data_; }

 private:
  std::byte* base_;
  std::byte* data_;
  size_t length_;
};
using GuardedPtr = std::shared_ptr<Guarded>;

}  // namespace nf::test
