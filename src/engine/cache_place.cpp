// Where the environment puts the cache of compiled code.
#include <fmt/format.h>
#include <sys/auxv.h>

#include <cstdlib>

#include "engine/disk_cache.h"

namespace nf::engine {

CachePlace cache_place() {
  if (getauxval(AT_SECURE)) return {"", "the process runs with another user's rights"};
  auto value = [](const char* name) {
    const char* text = std::getenv(name);
    return std::string(text ? text : "");
  };
  struct Choice {
    const char* variable;
    const char* below;
  };
  for (const Choice& choice :
       {Choice{"NEARFIELD_CACHE_DIR", ""}, {"XDG_CACHE_HOME", "/nearfield"}, {"HOME", "/.cache/nearfield"}}) {
    std::string directory = value(choice.variable);
    if (directory.empty()) continue;
    if (directory[0] != '/')
      return {directory, fmt::format("{} is `{}`, which is not an absolute path", choice.variable, directory)};
    while (directory.size() > 1 && directory.back() == '/') directory.pop_back();
    return {directory + choice.below, ""};
  }
  return {"", "none of NEARFIELD_CACHE_DIR, XDG_CACHE_HOME and HOME is set"};
}

}  // namespace nf::engine
