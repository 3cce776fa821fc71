// Typed indexes and the tables they point into: how trees and IR refer to their nodes.
#pragma once
#include <compare>
#include <cstdint>
#include <utility>
#include <vector>

namespace nf {

/// A typed index: an `Id<Inst>` can name only an `Inst`. Four bytes; `none()` names nothing.
template <class T>
struct Id {
  uint32_t index = UINT32_MAX;
  auto operator<=>(const Id&) const = default;
  static constexpr Id none() { return {}; }
  explicit operator bool() const { return index != UINT32_MAX; }
};

/// The store that hands out ids. Facts about a `T` live in another `Table` under the same ids.
template <class T, class V = T>
class Table {
 public:
  Table() = default;
  explicit Table(size_t size, V fill = {}) : items_(size, fill) {}
  Id<T> add(V v) {
    items_.push_back(std::move(v));
    return {uint32_t(items_.size() - 1)};
  }
  V& operator[](Id<T> id) { return items_[id.index]; }
  const V& operator[](Id<T> id) const { return items_[id.index]; }
  size_t size() const { return items_.size(); }
  void resize(size_t size, V fill = {}) { items_.resize(size, fill); }
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }

 private:
  std::vector<V> items_;
};

}  // namespace nf
