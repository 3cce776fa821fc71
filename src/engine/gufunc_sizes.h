// Sizes of core dimensions and the shape of a gufunc's loop, collected over its operands.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "engine/engine.h"

namespace nf::engine {

class GufuncSizes {
 public:
  GufuncSizes(const std::string& name, const CoreDims& dims) : name_(name), dims_(dims) {}

  /// Throws when the operand does not fit those before it. `role`: "Input" or "Output".
  void add_operand(const char* role, int number, const View& view, const std::vector<std::string>& core);
  int64_t core(const std::string& name) const;
  const std::vector<int64_t>& loop() const { return loop_; }

 private:
  void add_core(const char* role, int number, const std::string& dim, int position, int64_t size);
  const std::string& name_;
  const CoreDims& dims_;
  std::map<std::string, int64_t> sizes_;
  std::vector<int64_t> loop_;
};

}  // namespace nf::engine
