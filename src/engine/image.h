// One image of a stencil call, and the code that computes a region of it.
#pragma once
#include <span>
#include <vector>

#include "abi/abi.h"
#include "engine/border.h"
#include "engine/specialization.h"

namespace nf::engine {

/// One image: the arguments as the region kernel takes them.
struct Image {
  const Specialization* made;
  abi::StencilFunction code;
  std::vector<Argument> args;  ///< arrays of the kernel's rank, relative ones with unit inner stride
  std::vector<View> targets;   ///< unit inner strides, the stored dtypes
  Region target_origin;        ///< `lo`: the coordinate of the targets' first element
  BorderMode mode;
  bool fill_border;  ///< mode Constant: border cells are set to cval
  int64_t channels;
  uint64_t flags;
  CallTrace* trace;
};

/// Whether rows of these results are long enough to be written past the cache, or will be joined to such.
bool has_long_rows(const ir::Footprint& footprint, std::span<const View> targets);

/// How an image is stored: past the cache, or why not.
enum class Storing : uint8_t { PastCache, Small, ShortRows, MuchToCompute };
/// That of an image of so many bytes of input and output, which several threads compute or one. Ask for `stencil_code`
/// first: it may compile the code that this judges.
Storing storing_of(const Specialization& made, int64_t bytes, bool threads, std::span<const View> targets);

/// What decides how an image is computed and written.
struct ImageUse {
  bool streaming;  ///< it is written past the cache
  bool threads;    ///< several compute it
  bool cold;       ///< it is likely in no cache
  double bytes;    ///< input and output
  int64_t planes;
};
/// How many of `rows` rows on the first axis, of `row_bytes` bytes of input and output each, are one piece of parallel
/// work.
int64_t rows_of_task(const ir::Footprint& footprint, int64_t rows, int64_t row_bytes);

/// The flags of an `abi::StencilCall`.
uint64_t flags_for(const ImageUse& use);
/// Notes the use of an array that is large enough for it to matter. True when it is likely in no cache. (What comes in
/// pieces has no memory of its own.)
bool note_use(const View& view);
/// The same of those that the function reads near each point; those that it writes are only noted.
bool note_use(const ir::Function& function, std::span<const Argument> args, std::span<const View> targets);
/// All axes of `image` but the last two.
int64_t planes_of(const View& image);

bool unit_inner_stride(const View& view);

/// Runs the compiled region kernel. `origins` give the coordinate of each array's first element.
void run_region(const Image& image, const std::vector<Argument>& args, const std::vector<Region>& origins,
                const Region& region);

/// The `index`-th array of the leading axes (counted in C order over `loop`); arrays without them stay as they are.
View leading_part(const View& view, int rank, const View& loop, int leading, int64_t index);

/// The rank of a stencil's indexes for this first argument.
int rank_over(const Function& function, const View& first);

}  // namespace nf::engine
