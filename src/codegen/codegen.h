// Front door of `codegen`. In: verified IR after the passes. Out: machine code (an ELF object as bytes) and, when
// asked, text of LLVM IR and assembly; for stencils also text for GPUs. The only room that includes LLVM; no LLVM type
// crosses this door.
#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "abi/gpu.h"
#include "ir/ir.h"

namespace nf::codegen {

/// The processor that code is made for.
struct Target {
  std::string cpu;        ///< LLVM's name, "znver5"
  std::string features;   ///< sorted "+avx2,-avx512f,..."
  int vector_bytes = 16;  ///< one full register: 64 with AVX-512, 32 with AVX2, else 16
  /// Loads across the end of a cache line cost twice as much (Zen): rows that share loads are computed together even
  /// where memory is the limit.
  bool slow_split_loads = false;
  /// Shuffles of 64 bytes cost less than loads across cache lines: what neighbouring columns of a row read comes from
  /// one load.
  bool shifts_lanes = false;
  bool permutes_bytes = false;  ///< of two registers of 64 bytes: AVX-512 VBMI
};
/// This machine, or what NEARFIELD_CPU names ("x86-64", "haswell", "skylake-avx512", ...).
const Target& host_target();
/// The processor that LLVM knows by this name, whatever this machine is: for looking at code, not for running it.
Target named_target(const std::string& cpu);

struct CompileOptions {
  bool fast = false;           ///< compile time over run time
  bool want_llvm = false;      ///< fill `llvm`
  bool want_assembly = false;  ///< fill `assembly`
};
/// One compiled module. Entry symbol of function i: "nf_0", "nf_1", ... Jitted functions have the type
/// `abi::JitFunction`, stencils `abi::StencilFunction`.
struct Binary {
  std::vector<std::byte> object;
  std::string llvm, assembly;
  double milliseconds_build = 0, milliseconds_passes = 0, milliseconds_codegen = 0;
};
Binary compile(const ir::Module& module, const Target& target, const CompileOptions& options = {});
/// True when fast code of this module (after the passes) gives the same bits as full code and is not far slower:
/// stencils in explicit vectors whose arithmetic LLVM may not reorder.
bool has_fast_form(const ir::Module& module);

/// What code generation recognises in a stencil and how it will compute it, with registers of this size.
std::vector<ir::Note> shape_notes(const ir::Function& function, int vector_bytes);

/// The GPU that code is made for: NVIDIA's name of an architecture. The code runs on newer ones too.
struct GpuTarget {
  std::string name = "sm_80";
};
/// The architecture of this name; an error that lists them when there is none.
GpuTarget gpu_target(const std::string& name);
/// The newest known architecture whose code runs on a device of this compute capability; nothing when it is too old.
std::optional<GpuTarget> gpu_target_of(int major, int minor);

/// A stencil for a GPU: text of NVIDIA's portable assembly, which the driver compiles, and how to launch it.
struct GpuBinary {
  std::string ptx;
  abi::GpuKernel kernel;
};
/// Compiles the module's entry, a stencil whose body is straight-line code. Throws `Error` (Unsupported) that names
/// what a GPU cannot do and its source line.
GpuBinary compile_ptx(const ir::Module& module, const GpuTarget& target = {});

/// Machine code in memory; freed with the last reference.
class Loaded {
 public:
  virtual ~Loaded() = default;
  /// The address of "nf_<function>".
  virtual void* symbol(int function) const = 0;
  /// The tile of a vectorised stencil and its plan (run_stencil.h): "nf_tile_<function>", "nf_plan_<function>". Null
  /// when the stencil has the loop form.
  virtual void* tile(int function) const = 0;
  /// Its code in strips, "nf_strips_<function>", or null.
  virtual void* strips(int function) const = 0;
  virtual const void* plan(int function) const = 0;
};
/// Links an object into this process. The bytes must have been checked: a damaged object may crash.
std::shared_ptr<const Loaded> load(const std::vector<std::byte>& object);

/// BLAKE3-256 (from LLVM), for cache keys.
std::vector<std::byte> blake3(const std::vector<std::byte>& data);
/// "22.1.8".
std::string llvm_version();

}  // namespace nf::codegen
