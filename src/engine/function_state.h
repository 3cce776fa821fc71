// What a function keeps between calls. Private to the files that implement `Function`.
#pragma once
#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "engine/specialization.h"
#include "runtime/fork_mutex.h"

namespace nf::engine {

struct Function::State {
  types::DefinitionPtr definition;
  int stencil_rank = 0;
  runtime::ForkMutex mutex;
  std::map<std::string, std::shared_ptr<Specialization>, std::less<>> specializations;
  std::shared_ptr<const Specialization> last;
  /// Of a gufunc, by its kernel and the dtypes that it returns into: the loop over cores.
  std::map<std::pair<const Specialization*, std::vector<DType>>, std::shared_ptr<Specialization>> core_loops;
  /// Of a function of numbers, by the dtype of the value, of what is taken in, and of the elements.
  std::map<std::array<DType, 3>, std::shared_ptr<Specialization>> folds;
};

}  // namespace nf::engine
