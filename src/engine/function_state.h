// What a function keeps between calls. Private to the files that implement `Function`.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "engine/specialization.h"

namespace nf::engine {

struct Function::State {
  types::DefinitionPtr definition;
  int stencil_rank = 0;
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<Specialization>, std::less<>> specializations;
  std::shared_ptr<const Specialization> last;
};

}  // namespace nf::engine
