// Whether a gufunc's kernel is sure to write all of an output. Where it is not, new outputs are set to zero first, so
// that nobody sees what memory held before.
#include <algorithm>

#include "engine/gufunc.h"
#include "engine/specialization.h"

namespace nf::engine {
namespace {

bool is_param(const ir::Function& function, ir::InstId id, uint32_t position) {
  const auto* param = std::get_if<ir::Param>(&function[id].op);
  return param && param->position == position;
}

enum class Stored { Never, Always, Unknown };

/// Whether the block stores into the only element of a parameter before it reads it, on every path.
Stored stores_first(const ir::Function& function, ir::BlockId block, uint32_t position) {
  for (ir::InstId id : function[block].insts) {
    const ir::Op& op = function[id].op;
    if (const auto* store = std::get_if<ir::Store>(&op); store && is_param(function, store->array, position))
      return Stored::Always;
    if (const auto* copy = std::get_if<ir::Copy>(&op); copy && is_param(function, copy->target, position))
      return Stored::Always;
    if (const auto* branch = std::get_if<ir::If>(&op)) {
      const Stored then = stores_first(function, branch->then, position),
                   otherwise = stores_first(function, branch->otherwise, position);
      if (then == Stored::Always && otherwise == Stored::Always) return Stored::Always;
      if (then != Stored::Never || otherwise != Stored::Never) return Stored::Unknown;
      continue;
    }
    if (std::holds_alternative<ir::Raise>(op)) return Stored::Always;  // nothing is to be stored there
    if (ir::ends_block(op)) return Stored::Unknown;
    bool uses = false;
    ir::for_operands(op, [&](ir::InstId operand) { uses = uses || is_param(function, operand, position); });
    ir::for_blocks(op,
                   [&](ir::BlockId inner) { uses = uses || stores_first(function, inner, position) != Stored::Never; });
    if (uses && !std::holds_alternative<ir::Dim>(op)) return Stored::Unknown;
  }
  return Stored::Never;
}

/// Looks for loops that together store into every element of a parameter:
///
///     for %i = 0 to dim %x, 0 { for %j = 0 to dim %x, 1 { store ..., %out[%i, %j] } }
class Coverage {
 public:
  Coverage(const ir::Function& function, uint32_t position, const std::vector<std::vector<std::string>>& names)
      : f_(function), position_(position), names_(names) {}

  /// Whether the block does so before anything else happens to the parameter.
  bool covers(ir::BlockId block) {
    for (ir::InstId id : f_[block].insts) {
      const ir::Op& op = f_[id].op;
      const auto* store = std::get_if<ir::Store>(&op);
      if (store && is_param(f_, store->array, position_)) return covers(*store);
      const auto* copy = std::get_if<ir::Copy>(&op);
      if (copy && is_param(f_, copy->target, position_)) return loops_.empty() && !is_param(f_, copy->value, position_);
      if (const auto* loop = std::get_if<ir::For>(&op); loop && touches(loop->body)) {
        loops_.push_back(id);
        return covers(loop->body);
      }
      if (touches(id)) return false;
    }
    return false;
  }

 private:
  bool covers(const ir::Store& store) {
    // What stands around the store runs to its end, and reads nothing of the parameter but what was just stored.
    for (ir::InstId id : loops_)
      if (!runs_whole(std::get<ir::For>(f_[id].op).body, store)) return false;
    std::vector<bool> axes(loops_.size());
    for (size_t axis = 0; axis < store.index.size(); ++axis) {
      const auto at = std::find_if(loops_.begin(), loops_.end(), [&](ir::InstId id) {
        return std::get<ir::For>(f_[id].op).var == store.index[axis];
      });
      if (at == loops_.end() || axes[size_t(at - loops_.begin())]) return false;
      axes[size_t(at - loops_.begin())] = true;
      if (!is_full(std::get<ir::For>(f_[*at].op), axis)) return false;
    }
    return std::all_of(axes.begin(), axes.end(), [](bool used) { return used; });
  }

  /// `for i in range(n)`, where n is the size of the parameter's axis.
  bool is_full(const ir::For& loop, size_t axis) const {
    auto is_constant = [&](ir::InstId id, int64_t wanted) {
      const auto* constant = std::get_if<ir::Const>(&f_[id].op);
      return constant && constant->value.to_int() == wanted;
    };
    const std::string& name = names_[position_].at(axis);
    if (!is_constant(loop.lo, 0) || !is_constant(loop.step, 1)) return false;
    if (const auto* dim = std::get_if<ir::Dim>(&f_[loop.hi].op)) {
      const auto* param = std::get_if<ir::Param>(&f_[dim->array].op);
      return param && dim->axis < names_[param->position].size() && names_[param->position][dim->axis] == name;
    }
    return std::isdigit(uint8_t(name[0])) && is_constant(loop.hi, std::stoll(name));
  }

  bool runs_whole(ir::BlockId block, const ir::Store& store) const {
    for (ir::InstId id : f_[block].insts) {
      const ir::Op& op = f_[id].op;
      if (ir::ends_block(op) && !std::holds_alternative<ir::Raise>(op)) return false;
      const auto* load = std::get_if<ir::Load>(&op);
      const bool same = load && is_param(f_, load->array, position_) && load->index == store.index;
      const auto* other = std::get_if<ir::Store>(&op);
      const bool stores = other && is_param(f_, other->array, position_);
      if (!same && !stores && !std::holds_alternative<ir::Dim>(op) && uses(op)) return false;
      bool whole = true;
      ir::for_blocks(op, [&](ir::BlockId inner) { whole = whole && runs_whole(inner, store); });
      if (!whole) return false;
    }
    return true;
  }

  bool uses(const ir::Op& op) const {
    bool found = false;
    ir::for_operands(op, [&](ir::InstId id) { found = found || is_param(f_, id, position_); });
    return found;
  }
  bool touches(ir::InstId id) const {
    const ir::Op& op = f_[id].op;
    bool found = (!std::holds_alternative<ir::Dim>(op) && uses(op)) ||
                 (ir::ends_block(op) && !std::holds_alternative<ir::Raise>(op));
    ir::for_blocks(op, [&](ir::BlockId inner) { found = found || touches(inner); });
    return found;
  }
  bool touches(ir::BlockId block) const {
    const auto& insts = f_[block].insts;
    return std::any_of(insts.begin(), insts.end(), [&](ir::InstId id) { return touches(id); });
  }

  const ir::Function& f_;
  uint32_t position_;
  const std::vector<std::vector<std::string>>& names_;  ///< of core dimensions, by parameter
  std::vector<ir::InstId> loops_;
};

}  // namespace

bool writes_element(const ir::Function& kernel, uint32_t position) {
  return stores_first(kernel, kernel.body, position) == Stored::Always;
}

std::vector<bool> unwritten_outputs(const Specialization& kernel, const CoreDims& dims) {
  const ir::Function& function = kernel.module.functions[0];
  std::vector<std::vector<std::string>> names = dims.inputs;
  names.insert(names.end(), dims.outputs.begin(), dims.outputs.end());
  std::vector<bool> unwritten;
  for (size_t i = 0; i < dims.outputs.size(); ++i) {
    const auto position = uint32_t(dims.inputs.size() + i);
    unwritten.push_back(dims.outputs[i].empty() ? !writes_element(function, position)
                                                : !Coverage(function, position, names).covers(function.body));
  }
  return unwritten;
}

}  // namespace nf::engine
