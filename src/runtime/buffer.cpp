// Large memory that is recycled: fresh pages from the kernel cost more than most kernels take to fill them.
#include <pthread.h>
#include <sys/mman.h>

#include <atomic>
#include <bit>
#include <cstdlib>
#include <list>
#include <mutex>
#include <utility>

#include "base/assert.h"
#include "runtime/machine.h"
#include "runtime/runtime.h"

namespace nf::runtime {
namespace {
constexpr size_t kAlignment = 64;
constexpr size_t kRecycled = 64 << 10;  // below, malloc's own lists are as good
constexpr size_t kHuge = 4 << 20;       // from here on huge pages pay
constexpr size_t kHugePage = 2 << 20;

size_t round_up(size_t bytes, size_t step) { return (bytes + step - 1) / step * step; }

/// The size that is really allocated. Large sizes are rounded to an eighth of their power of two, so that buffers of
/// about the same size can take each other's place.
size_t class_of(size_t bytes) {
  if (bytes < kRecycled) return round_up(std::max<size_t>(bytes, 1), kAlignment);
  size_t size = round_up(bytes, std::bit_floor(bytes) / 8);
  return size >= kHuge ? round_up(size, kHugePage) : size;
}

std::byte* allocate_pages(size_t size) {
  void* data = std::aligned_alloc(size >= kHuge ? kHugePage : kAlignment, size);
  if (data && size >= kHuge) madvise(data, size, MADV_HUGEPAGE);  // a wish: without it the buffer is only slower
  return static_cast<std::byte*>(data);
}

/// Buffers that nobody uses, oldest first. The process never holds more than its live buffers once held: a size that is
/// not here is only allocated after as much of what is here was freed.
class FreeList {
 public:
  std::byte* find(size_t size) {
    std::lock_guard lock(mutex_);
    for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry)
      if (entry->size == size) {
        std::byte* data = entry->data;
        bytes_ -= size;
        entries_.erase(std::next(entry).base());
        return data;
      }
    drop(size);
    return nullptr;
  }
  void put(std::byte* data, size_t size) {
    std::lock_guard lock(mutex_);
    if (size > bound_) return std::free(data);
    if (bytes_ + size > bound_) drop(bytes_ + size - bound_);
    entries_.push_back({data, size});
    bytes_ += size;
  }
  void clear() {
    std::lock_guard lock(mutex_);
    drop(SIZE_MAX);
  }

 private:
  struct Entry {
    std::byte* data;
    size_t size;
  };
  /// Frees the oldest until `bytes` are given back or none is left.
  void drop(size_t bytes) {
    for (size_t freed = 0; freed < bytes && !entries_.empty(); entries_.pop_front()) {
      freed += entries_.front().size;
      bytes_ -= entries_.front().size;
      std::free(entries_.front().data);
    }
  }
  std::mutex mutex_;
  std::list<Entry> entries_;
  size_t bytes_ = 0;
  const size_t bound_ = size_t(allowed_memory()) / 16;
};

std::atomic<FreeList*> current_list{nullptr};

FreeList& free_list() {
  // Never destroyed, as buffers may be released by other static objects. A fork may catch it locked, so a child starts
  // anew.
  static const bool made = [] {
    current_list = new FreeList;
    pthread_atfork(nullptr, nullptr, [] { current_list = new FreeList; });
    return true;
  }();
  nf_assert(made, "no free list");
  return *current_list.load(std::memory_order_acquire);
}

std::byte* allocate(size_t bytes) {
  size_t size = class_of(bytes);
  if (size < bytes) throw Error(ErrorKind::Memory, fmt::format("cannot allocate {} bytes", bytes));
  if (size >= kRecycled)
    if (std::byte* data = free_list().find(size)) return data;
  std::byte* data = allocate_pages(size);
  if (!data) {
    free_list().clear();
    data = allocate_pages(size);
  }
  if (!data)
    throw Error(ErrorKind::Memory, fmt::format("out of memory: cannot allocate {} bytes", bytes),
                {"compute less at a time: slice the array, or save it with a smaller memory budget"});
  return data;
}
}  // namespace

Buffer::Buffer(size_t bytes) : data_(allocate(bytes)), size_(bytes) {}
Buffer::~Buffer() { release_memory(data_, size_); }
Buffer::Buffer(Buffer&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
Buffer& Buffer::operator=(Buffer&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}
std::byte* Buffer::take() {
  size_ = 0;
  return std::exchange(data_, nullptr);
}

void release_memory(std::byte* data, size_t size) {
  if (!data) return;
  size_t allocated = class_of(size);
  if (allocated < kRecycled) return std::free(data);
  free_list().put(data, allocated);
}

}  // namespace nf::runtime
