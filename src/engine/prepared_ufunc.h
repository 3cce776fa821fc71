// A prepared call of a function of numbers: contiguous arrays of one shape, and numbers (see prepared.h).
#pragma once
#include <memory>
#include <span>
#include <vector>

#include "engine/engine.h"

namespace nf::engine {

struct Specialization;

class PreparedUfunc {
 public:
  /// `types` are the operands' dtypes as arrays of one axis, or as numbers; `order` the operand of each parameter.
  PreparedUfunc(std::shared_ptr<const Specialization> made, std::vector<Type> types, std::vector<size_t> order,
                bool parallel);
  bool matches(std::span<const Argument> args) const;
  bool try_run(std::span<const Argument> args, const View& out) const;
  /// Dtype and shape of the result for these operands.
  bool try_shape(std::span<const Argument> args, View& out) const;
  const Specialization& made() const { return *made_; }

 private:
  bool find_shape(std::span<const Argument> args, const View*& shape) const;

  std::shared_ptr<const Specialization> made_;
  std::vector<Type> types_;
  std::vector<size_t> order_;
  bool parallel_;
};

}  // namespace nf::engine
