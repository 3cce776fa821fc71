// What `explain` tells of a kernel: how it runs, why not better, and what to change; as data, as text and as JSON.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nearfield/dtype.h"

#pragma GCC visibility push(default)

namespace nf {

/// How a kernel runs for one set of argument types and, when it was given arrays or a size, how fast.
struct Explanation {
  struct Argument {
    std::string name, type;                   ///< "uint8[:, :]"
    bool relative = false;                    ///< a stencil reads it at offsets from the point
    std::vector<std::vector<int64_t>> reads;  ///< at which, in order; empty when they are known only at run time
  };
  /// A result; `least` and `greatest` are its proven values, empty where nothing is proven.
  struct Result {
    DType dtype;
    std::string least, greatest;
  };
  /// What a pass recognised, or why it left a place alone.
  struct Note {
    std::string pass;  ///< "if-convert"; "types" and "values" are facts of the program itself
    bool done;         ///< false: it declined
    std::string text;
    std::string function;  ///< whose body it is about
    std::string file;
    int line = 0;         ///< 0: the whole function
    std::string excerpt;  ///< the line with marks under it, as in errors; empty without a place
  };
  /// A kind of operation, and how often it is done for one output point.
  struct Operation {
    std::string kind;  ///< "add", "multiply", ...
    double count;
  };
  /// The shape of the generated code.
  struct Code {
    bool vectors = false;  ///< explicit vectors; else a loop around one point
    std::string why_not;   ///< of the loop form: what prevents vectors
    std::string excerpt;   ///< its line, with marks under it
    std::string way_out;   ///< what to write instead; empty when there is nothing
    int line = 0;
    std::vector<std::string> lane_types;                        ///< of the arithmetic, the most frequent first
    int lanes = 1, phases = 1;                                  ///< of a vector; vectors that hold one value
    int rows = 1, points = 1;                                   ///< of a block
    int vector_bytes = 0;                                       ///< of a register
    std::string cpu, instructions;                              ///< "znver5", "AVX-512"
    std::vector<std::string> functions;                         ///< "exp", "sqrt": the math functions that are computed
    std::vector<std::string> divisions;                         ///< how each kind of division is done
    int instructions_per_block = 0, registers = 0, spills = 0;  ///< of the machine code's loop
    int carried = 0;           ///< vectors that stay in registers from block to block of an image in strips
    bool bands = false;        ///< not only small images are computed in strips
    bool by_rows = false;      ///< in the caches one row is computed at a time, from memory blocks of them,
    int64_t by_rows_from = 0;  ///< where it has at least so many columns
    int64_t column_bytes = 0;  ///< of a volume: one column of a row, of all planes that a point reads and the results
    int64_t halo_rows = 0;     ///< that a block reads besides those that it computes
    int vector_loops = 0;      ///< jitted functions: loops that LLVM vectorised
  };
  /// What one output point costs.
  struct Point {
    int64_t bytes_in = 0, bytes_out = 0;                               ///< between memory and the processor
    bool counted = false;                                              ///< the following are known: explicit vectors
    double bytes_loaded = 0, bytes_stored = 0, loads = 0, stores = 0;  ///< by the code, from any cache; per block
    std::vector<Operation> operations;
  };
  /// Times in seconds, the best of several runs.
  struct Run {
    int threads;
    double copy;      ///< copying as many bytes takes at best
    double compute;   ///< the computation alone: measured on a part that stays in the cache
    double achieved;  ///< the kernel
    int runs;
    double expected() const { return copy > compute ? copy : compute; }
    double share() const { return copy / achieved; }
  };
  /// One call on arrays of a size.
  struct Call {
    std::string array;  ///< "uint8[1000, 1000]"
    bool given;         ///< the caller's arrays; else arrays that were made for the measurement
    int64_t bytes_in = 0, bytes_out = 0, points = 0, images = 1;
    int threads = 1, allowed_threads = 1;  ///< that the call uses, and might use
    int64_t tasks = 1, rows_of_a_task = 0;
    bool over_images = false, streaming = false, packed = false;
    int64_t panel_rows = 0;   ///< of a volume that are computed in all planes before the next ones; 0: whole planes
    bool short_rows = false;  ///< or registers; only therefore it is not streaming
    bool much_to_compute = false;  ///< only therefore it is not streaming
    int64_t streaming_from = 0;    ///< bytes of one image's input and output
    std::vector<Run> runs;         ///< one thread, then all if the call uses them
  };

  std::string kernel, kind, file;
  int line = 0, rank = 0;
  std::vector<Argument> arguments;
  std::vector<Result> results;
  std::vector<std::pair<int64_t, int64_t>> footprint;
  std::string border;  ///< "constant 0", "reflect"
  bool fastmath = false;
  std::vector<Note> notes;
  Code code;
  Point point;
  std::optional<Call> call;
  std::vector<std::string> hints;  ///< what to change, the most useful first; at most five
  std::string verdict;             ///< the one sentence when there is nothing to change

  /// For people: at most 100 columns, no colour.
  std::string text() const;
  /// All of it for programs (docs/explain.md).
  std::string json() const;
};

}  // namespace nf

#pragma GCC visibility pop
