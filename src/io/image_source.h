// Image files as a source of frames.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "array/array.h"
#include "base/files.h"
#include "io/io.h"

namespace nf::io {

/// Opens the files and reads the header of the first. `is_stack`: the array gets a first axis, even for one file.
std::shared_ptr<const array::Source> open_image_source(Files& files, std::vector<std::string> paths, bool is_stack);

/// The files behind a source; empty when its frames do not come from files.
const std::vector<std::string>& source_paths(const array::Source& source);

}  // namespace nf::io
