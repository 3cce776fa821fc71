// What `explain` does: it gathers facts of one function and its types, measures a call, says what to change, and makes
// text of it all. Plain data in between (nearfield/explain.h), so that each step can be tested by itself.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "nearfield/explain.h"

namespace nf::engine {

/// Explains a function for arguments of these kinds, and for a stencil, when `measured`, a call on them. `given`: the
/// arrays are the caller's.
Explanation explain(Function& function, const std::vector<Argument>& args, const StencilOptions& options, bool measured,
                    bool given);

/// Runs a stencil several times on these arrays, and on a part of them that fits the cache, and copies as many bytes:
/// fills `into.call`. `given`: the arrays are the caller's.
void measure_call(Function& function, const std::vector<Argument>& args, const StencilOptions& options, bool given,
                  Explanation& into);

/// Fills `hints` and `verdict` from all the rest.
void advise(Explanation& explanation);

std::string text_of(const Explanation& explanation);
std::string json_of(const Explanation& explanation);

}  // namespace nf::engine
