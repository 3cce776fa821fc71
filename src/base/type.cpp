// Tuple types live in one table for the whole process, so that equal tuples have equal ids.
#include "base/type.h"

#include <deque>
#include <map>
#include <mutex>
#include <vector>

#include "base/assert.h"

namespace nf {
namespace {

struct TupleTable {
  std::mutex mutex;
  std::deque<std::vector<Type>> items;  // a deque: what is handed out never moves
  std::map<std::vector<uint32_t>, uint32_t> index;
};

TupleTable& tuples() {
  static auto* table = new TupleTable;  // never destroyed: types are used by other static objects at exit
  return *table;
}

}  // namespace

Type Type::tuple(std::span<const Type> items) {
  std::vector<uint32_t> key;
  for (Type item : items) key.push_back(item.bits());
  TupleTable& table = tuples();
  std::lock_guard lock(table.mutex);
  auto [found, is_new] = table.index.try_emplace(std::move(key), uint32_t(table.items.size()));
  if (is_new) table.items.emplace_back(items.begin(), items.end());
  nf_assert(found->second < 1u << 28, "too many tuple types");
  return Type(Kind::Tuple, found->second);
}

std::span<const Type> Type::items() const {
  nf_assert(is_tuple(), "items of {}", to_string(*this));
  TupleTable& table = tuples();
  std::lock_guard lock(table.mutex);
  return table.items[bits_ & 0x0FFFFFFF];
}

namespace {

std::string array_text(Type type) {
  std::string text = std::string(name_of(type.dtype())) + "[";
  for (int axis = 0; axis < type.rank(); ++axis) {
    bool contiguous =
        (type.layout() == Layout::C && axis == type.rank() - 1) || (type.layout() == Layout::F && axis == 0);
    if (axis > 0) text += ", ";
    text += contiguous ? "::1" : ":";
  }
  return text + "]";
}

std::string tuple_text(Type type) {
  std::string text = "(";
  std::span<const Type> items = type.items();
  for (size_t i = 0; i < items.size(); ++i) text += (i > 0 ? ", " : "") + to_string(items[i]);
  return text + (items.size() == 1 ? ",)" : ")");
}

}  // namespace

std::string to_string(Type type) {
  switch (type.kind()) {
    case Type::Kind::Unknown: return "unknown";
    case Type::Kind::None: return "none";
    case Type::Kind::Scalar: return std::string(name_of(type.dtype()));
    case Type::Kind::Array: return array_text(type);
    case Type::Kind::Tuple: return tuple_text(type);
  }
  internal_error(__FILE__, __LINE__, "a type of no kind");
}

}  // namespace nf
