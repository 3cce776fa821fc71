// From the public types to the engine's.
#pragma once
#include "engine/engine.h"
#include "nearfield/kernel.h"

namespace nf {

/// "uint8[:, :]" as the type that a specialization is asked for.
std::vector<Type> types_of(const std::vector<std::string>& texts, bool stencil);

inline engine::StencilOptions to_engine(const CallOptions& options) {
  engine::StencilOptions made;
  made.mode = options.mode, made.dtype = options.dtype, made.parallel = options.parallel;
  return made;
}

/// Arguments of these types: arrays of small values in the shape, which `held` keeps alive, and scalars of 1. Without a
/// shape the arrays have no memory: they only stand for their types.
std::vector<Argument> example_arguments(const Kernel& kernel, const std::vector<std::string>& types,
                                        const std::vector<int64_t>& shape, std::vector<engine::NewArray>& held);

}  // namespace nf
