// Calls whose specialization is chosen: for small arrays, where looking it up, allocating and general layouts would
// cost more than the work. Each `try_` function either does exactly what the general call does or returns false, having
// done nothing, for arguments of another kind and for whatever needs the general call (errors included).
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "engine/engine.h"
#include "engine/gufunc.h"
#include "engine/prepared_ufunc.h"

namespace nf::engine {

struct Specialization;

/// A jitted function for arguments of these types.
class PreparedFunction {
 public:
  PreparedFunction(std::shared_ptr<const Specialization> made, std::vector<Type> types);
  bool matches(std::span<const Argument> args) const;
  bool try_call(std::span<const Argument> args, Result& result) const;
  const Specialization& made() const { return *made_; }

 private:
  std::shared_ptr<const Specialization> made_;
  std::vector<Type> types_;
};

/// A stencil with any border but mode "valid", for whole arrays in memory with a unit inner stride and any leading
/// axes.
class PreparedStencil {
 public:
  PreparedStencil(std::shared_ptr<const Specialization> made, std::vector<Type> types, BorderMode mode,
                  bool fills_border);
  bool matches(std::span<const Argument> args) const { return first_of(args) != nullptr; }
  bool try_run(std::span<const Argument> args, const View& out) const;
  /// Dtype and shape of the result for these arguments.
  bool try_shape(std::span<const Argument> args, View& out) const;
  const Specialization& made() const { return *made_; }
  const std::shared_ptr<const Specialization>& shared() const { return made_; }

 private:
  const View* first_of(std::span<const Argument> args) const;
  void run_image(abi::StencilFunction code, const abi::Value* values, const View& out, uint64_t flags) const;
  void run_continued(abi::StencilFunction code, std::span<const abi::Value> values, const View& out,
                     uint64_t flags) const;
  void run_code(abi::StencilFunction code, const abi::StencilCall& call) const;

  std::shared_ptr<const Specialization> made_;
  std::vector<Type> types_;
  BorderMode mode_;
  std::vector<std::pair<int64_t, int64_t>> reach_;  ///< for each axis: cells of border before and after the interior
  Scalar cval_;
  bool fills_border_;  ///< the constant is stored
  bool needs_float_mode_;
  int64_t bytes_of_point_;  ///< input and output
};

/// A gufunc over a jitted function or a stencil, on inputs that need no conversion.
class PreparedGufunc {
 public:
  /// How one operand looks: its core dimensions by number, and its type in the compiled function.
  struct Operand {
    DType dtype;
    bool by_value = false;
    Layout layout = Layout::C;
    std::vector<size_t> core;
  };
  struct Traits {
    bool parallel = false;
    bool elementwise = false;    ///< no core dimensions: an output may be an input
    std::vector<bool> zeros;     ///< by output: a new one is to hold zeros, since the kernel may not write all of it
    bool writes_inputs = false;  ///< some
  };
  /// Of a stencil: small images, and the general call for large ones, which are split among threads.
  struct Images {
    PreparedStencil small;
    std::function<void(const std::vector<Argument>& inputs, const std::vector<View>& outs)> large;
  };
  /// `fixed` holds the size of each core dimension of a fixed size, -1 for the others. With `images` those are run.
  PreparedGufunc(GufuncCode code, std::optional<Images> images, Traits traits, std::vector<Operand> inputs,
                 std::vector<Operand> outputs, std::vector<int64_t> fixed);
  bool matches(std::span<const Argument> inputs) const;
  bool try_run(std::span<const Argument> inputs, std::span<const View> outs) const;
  /// Dtypes and shapes of the outputs for these inputs.
  bool try_shape(std::span<const Argument> inputs, std::span<View> outs) const;
  size_t outputs() const { return outputs_.size(); }
  const Specialization& made() const { return *code_.kernel; }
  bool needs_zeros(size_t output) const { return output < traits_.zeros.size() && traits_.zeros[output]; }

 private:
  struct Frame;
  bool measure(std::span<const Argument> inputs, Frame& frame) const;
  bool may_run(const Frame& frame, std::span<const View> outs) const;
  void run_core(const Frame& frame, std::span<const View> outs) const;
  bool run_images(const Frame& frame, std::span<const Argument> inputs, std::span<const View> outs) const;

  GufuncCode code_;
  std::optional<Images> images_;
  Traits traits_;
  std::vector<Operand> inputs_, outputs_;
  std::vector<int64_t> fixed_;
  bool has_plain_cores_;  ///< the kernel sees what has no core dimensions as a number
};

/// True when the function has no loops and calls nothing: its time depends on the sizes of its arrays alone.
bool is_straight_line(const Specialization& made);

/// A prepared call of any kind.
struct Prepared {
  template <class T>
  explicit Prepared(T prepared) : straight_line(is_straight_line(prepared.made())), call(std::move(prepared)) {}

  bool straight_line;
  std::variant<PreparedFunction, PreparedStencil, PreparedGufunc, PreparedUfunc> call;
};

}  // namespace nf::engine
