// Sizes of core dimensions and the shape of a gufunc's loop, in NumPy's words where they do not fit.
#include "engine/gufunc_sizes.h"

#include <cctype>

#include "engine/arguments.h"
#include "engine/gufunc.h"

namespace nf::engine {

void GufuncSizes::add_operand(const char* role, int number, const View& view, const std::vector<std::string>& core) {
  int rank = int(core.size()), loop = view.rank - rank;
  if (loop < 0)
    throw Error(ErrorKind::Value,
                fmt::format("{}: {} operand {} does not have enough dimensions (has {}, gufunc core with "
                            "signature {} requires {})",
                            name_, role, number, view.rank, layout_text(dims_), rank));
  for (int d = 0; d < rank; ++d) add_core(role, number, core[d], d, view.shape[loop + d]);
  std::vector<int64_t> own(view.shape.begin(), view.shape.begin() + loop);
  if (own.size() > loop_.size()) loop_.insert(loop_.begin(), own.size() - loop_.size(), 1);
  for (size_t d = 0; d < own.size(); ++d) {
    int64_t& total = loop_[loop_.size() - own.size() + d];
    if (own[d] != total && own[d] != 1 && total != 1)
      throw Error(ErrorKind::Value,
                  fmt::format("{}: operands could not be broadcast together: {} operand {} has leading shape "
                              "{}, the others {}",
                              name_, role, number, shape_text(own.data(), int(own.size())),
                              shape_text(loop_.data(), int(loop_.size()))));
    if (total == 1) total = own[d];
  }
}

int64_t GufuncSizes::core(const std::string& name) const {
  if (!name.empty() && std::isdigit(uint8_t(name[0]))) return std::stoll(name);
  auto found = sizes_.find(name);
  if (found == sizes_.end())
    throw Error(ErrorKind::Value,
                fmt::format("{}: the size of core dimension `{}` of signature {} is not known from the inputs", name_,
                            name, layout_text(dims_)),
                {"pass `out=`, whose shape gives it"});
  return found->second;
}

void GufuncSizes::add_core(const char* role, int number, const std::string& dim, int position, int64_t size) {
  bool fixed = !dim.empty() && std::isdigit(uint8_t(dim[0]));
  auto [known, added] = sizes_.emplace(dim, fixed ? std::stoll(dim) : size);
  if (known->second != size)
    throw Error(ErrorKind::Value,
                fmt::format("{}: {} operand {} has a mismatch in its core dimension {}, with gufunc signature "
                            "{} (size {} is different from {})",
                            name_, role, number, position, layout_text(dims_), size, known->second));
}

}  // namespace nf::engine
