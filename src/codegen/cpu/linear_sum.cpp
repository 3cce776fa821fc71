// Finds sums of weighted neighbours and plans them: rows first or columns first, whichever takes fewer operations.
#include "codegen/cpu/linear_sum.h"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <tuple>

namespace nf::codegen {
namespace {
using ir::Binary;
using ir::BinaryOp;
using ir::InstId;

std::optional<uint64_t> constant_of(const ir::Function& function, InstId id) {
  auto* constant = std::get_if<ir::Const>(&function[id].op);
  if (!constant) return {};
  const DType dtype = constant->value.dtype;
  const uint64_t bits = constant->value.bits;
  if (dtype == DType::Bool || size_of(dtype) == 8) return bits;
  const int unused = 64 - bits_of(dtype);
  return is_signed(dtype) ? uint64_t(int64_t(bits << unused) >> unused) : bits << unused >> unused;
}

std::optional<Tap> tap_of(const ir::Function& function, InstId leaf) {
  InstId read = leaf;
  if (auto* cast = std::get_if<ir::Cast>(&function[leaf].op)) read = cast->a;
  auto* neighbor = std::get_if<ir::Neighbor>(&function[read].op);
  if (!neighbor) return {};
  Tap tap{leaf, neighbor->offset};
  tap.source =
      uint64_t(neighbor->array.index) << 32 | uint64_t(read != leaf) << 31 | function[leaf].type.bits() % (1u << 28);
  tap.column = tap.outer.back(), tap.outer.pop_back();
  if (!tap.outer.empty()) tap.row = tap.outer.back(), tap.outer.pop_back();
  return tap;
}

struct Finder {
  const ir::Function& function;
  const std::vector<int>& uses;
  InstId root;
  LinearSum sum;

  void add(InstId id, uint64_t weight) {
    if (id == root || uses[id.index] == 1)
      if (take_apart(id, weight)) return;
    if (auto value = constant_of(function, id)) {
      sum.constant += weight * *value;
    } else if (auto tap = tap_of(function, id)) {
      tap->weight = weight;
      sum.taps.push_back(std::move(*tap));
    } else {
      sum.others.emplace_back(id, weight);
    }
  }

  bool take_apart(InstId id, uint64_t weight) {
    const ir::Op& op = function[id].op;
    if (auto* unary = std::get_if<ir::Unary>(&op); unary && unary->op == ir::UnaryOp::Neg)
      return add(unary->a, -weight), true;
    auto* binary = std::get_if<Binary>(&op);
    if (!binary) return false;
    switch (binary->op) {
      case BinaryOp::Add: return add(binary->a, weight), add(binary->b, weight), true;
      case BinaryOp::Sub: return add(binary->a, weight), add(binary->b, -weight), true;
      case BinaryOp::Mul:
        if (auto factor = constant_of(function, binary->b)) return add(binary->a, weight * *factor), true;
        if (auto factor = constant_of(function, binary->a)) return add(binary->b, weight * *factor), true;
        return false;
      case BinaryOp::Shl: {
        auto count = constant_of(function, binary->b);
        if (!count) return false;
        const uint64_t bits = uint64_t(bits_of(function[id].type.dtype()));
        return add(binary->a, weight << (*count & (bits - 1))), true;
      }
      default: return false;
    }
  }
};

/// The nodes of a plan, each built once.
class Nodes {
 public:
  explicit Nodes(std::vector<SumPlan::Node>& nodes) : nodes_(nodes) {}
  int tap(size_t tap, int64_t row, int64_t column) { return make({SumPlan::Kind::Tap, -1, -1, 0, tap, row, column}); }
  int add(int a, int b) { return make({SumPlan::Kind::Add, a, b}); }
  int subtract(int a, int b) { return make({SumPlan::Kind::Subtract, a, b}); }
  int scale(int a, uint64_t weight) { return weight == 1 ? a : make({SumPlan::Kind::Scale, a, -1, weight}); }
  int join(int a, int b) { return a < 0 ? b : b < 0 ? a : add(a, b); }

 private:
  int make(SumPlan::Node n) {
    auto [at, fresh] =
        made_.try_emplace(std::tuple(n.kind, n.a, n.b, n.weight, n.tap, n.row, n.column), int(nodes_.size()));
    if (fresh) nodes_.push_back(n);
    return at->second;
  }
  std::vector<SumPlan::Node>& nodes_;
  std::map<std::tuple<SumPlan::Kind, int, int, uint64_t, size_t, int64_t, int64_t>, int> made_;
};

/// Position along one axis and the weight there.
struct Weighted {
  int64_t at;
  uint64_t weight;
  auto operator<=>(const Weighted&) const = default;
};

/// Adds up what lies at the positions. Two that follow each other are added first when the left one is an odd number of
/// steps from `origin`: windows of three that start at 0, 1, 2, 3 then share the pairs (1, 2) and (3, 4).
int window(Nodes& nodes, const std::vector<int64_t>& positions, int64_t origin,
           const std::function<int(int64_t)>& leaf) {
  int pairs = -1, singles = -1;
  for (size_t i = 0; i < positions.size(); ++i) {
    const bool paired =
        ((positions[i] - origin) & 1) && i + 1 < positions.size() && positions[i + 1] == positions[i] + 1;
    if (paired) {
      pairs = nodes.join(pairs, nodes.add(leaf(positions[i]), leaf(positions[i + 1])));
      ++i;
    } else {
      singles = nodes.join(singles, leaf(positions[i]));
    }
  }
  return nodes.join(pairs, singles);
}

/// The weighted sum along one axis; equal weights are added before they are multiplied.
int weighted_sum(Nodes& nodes, const std::vector<Weighted>& terms, int64_t origin,
                 const std::function<int(int64_t)>& leaf) {
  std::map<uint64_t, std::pair<std::vector<int64_t>, std::vector<int64_t>>>
      by_size;  // weight: where added, where subtracted
  for (const Weighted& term : terms) {
    const bool negative = int64_t(term.weight) < 0;
    auto& [added, subtracted] = by_size[negative ? -term.weight : term.weight];
    (negative ? subtracted : added).push_back(term.at);
  }
  int sum = -1, minus = -1;
  for (auto& [weight, places] : by_size) {
    auto& [added, subtracted] = places;
    if (!added.empty() && !subtracted.empty()) {
      const int difference =
          nodes.subtract(window(nodes, added, origin, leaf), window(nodes, subtracted, origin, leaf));
      sum = nodes.join(sum, nodes.scale(difference, weight));
    } else if (!added.empty()) {
      sum = nodes.join(sum, nodes.scale(window(nodes, added, origin, leaf), weight));
    } else {
      minus = nodes.join(minus, nodes.scale(window(nodes, subtracted, origin, leaf), weight));
    }
  }
  if (minus < 0) return sum;
  return sum < 0 ? nodes.scale(minus, uint64_t(-1)) : nodes.subtract(sum, minus);
}

/// Divides the weights by what they have in common, the sign of the first one included: lines that are multiples of
/// each other become equal, and a separable stencil falls apart into its two factors.
uint64_t take_out_factor(std::vector<Weighted>& line) {
  auto size = [](uint64_t weight) { return int64_t(weight) < 0 ? -weight : weight; };
  uint64_t common = 0;
  for (const Weighted& term : line) common = std::gcd(common, size(term.weight));
  const bool flip = int64_t(line[0].weight) < 0;
  for (Weighted& term : line) {
    const uint64_t rest = size(term.weight) / common;
    term.weight = (int64_t(term.weight) < 0) != flip ? -rest : rest;
  }
  return flip ? -common : common;
}

/// The taps of one array that differ only in their last two offsets.
struct Grid {
  size_t tap;                                               ///< a representative
  std::map<std::pair<int64_t, int64_t>, uint64_t> weights;  ///< of (row, column)
};

/// The sum for the output at (row, column) of the block: of each line of the grid first, then across the lines.
int sum_of_grid(Nodes& nodes, const Grid& grid, bool columns_first, int64_t row, int64_t column) {
  std::map<int64_t, std::vector<Weighted>> lines;
  int64_t first_line = INT64_MAX, first_place = INT64_MAX;
  for (auto& [at, weight] : grid.weights) {
    auto [line, place] = columns_first ? std::pair(at.second, at.first) : at;
    lines[line].push_back({place, weight});
    first_line = std::min(first_line, line), first_place = std::min(first_place, place);
  }
  const int64_t line_shift = columns_first ? column : row, place_shift = columns_first ? row : column;
  std::map<std::vector<Weighted>, std::vector<Weighted>> lines_of;  // pattern of a line: which lines, and their factors
  for (auto& [line, terms] : lines) {
    const uint64_t factor = take_out_factor(terms);
    for (Weighted& term : terms) term.at += place_shift;
    lines_of[terms].push_back({line + line_shift, factor});
  }
  int sum = -1;
  for (auto& [pattern, where] : lines_of) {
    auto line_sum = [&, &terms = pattern](int64_t line) {
      return weighted_sum(nodes, terms, first_place, [&](int64_t place) {
        return columns_first ? nodes.tap(grid.tap, place, line) : nodes.tap(grid.tap, line, place);
      });
    };
    sum = nodes.join(sum, weighted_sum(nodes, where, first_line, line_sum));
  }
  return sum;
}

std::vector<Grid> grids_of(const LinearSum& sum) {
  std::vector<Grid> grids;
  std::map<std::pair<uint64_t, std::vector<int64_t>>, size_t> known;
  for (size_t i = 0; i < sum.taps.size(); ++i) {
    const Tap& tap = sum.taps[i];
    auto [at, fresh] = known.try_emplace({tap.source, tap.outer}, grids.size());
    if (fresh) grids.push_back({i, {}});
    grids[at->second].weights[{tap.row, tap.column}] += tap.weight;
  }
  for (Grid& grid : grids) std::erase_if(grid.weights, [](auto& entry) { return entry.second == 0; });
  std::erase_if(grids, [](const Grid& grid) { return grid.weights.empty(); });
  return grids;
}

SumPlan plan_in_order(const std::vector<Grid>& grids, int rows, int columns, bool columns_first) {
  SumPlan plan;
  plan.columns = columns;
  Nodes nodes(plan.nodes);
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column) {
      int sum = -1;
      for (const Grid& grid : grids) sum = nodes.join(sum, sum_of_grid(nodes, grid, columns_first, row, column));
      plan.roots.push_back(sum);
    }
  return plan;
}

}  // namespace

std::optional<LinearSum> linear_sum(const ir::Function& function, InstId root, const std::vector<int>& uses) {
  const Type type = function[root].type;
  if (!type.is_scalar() || !is_integer(type.dtype())) return {};
  Finder finder{function, uses, root, {}};
  if (!finder.take_apart(root, 1) || finder.sum.taps.size() < 3) return {};
  return std::move(finder.sum);
}

SumPlan plan_sum(const LinearSum& sum, int rows, int columns) {
  const std::vector<Grid> grids = grids_of(sum);
  SumPlan rows_first = plan_in_order(grids, rows, columns, false);
  SumPlan columns_first = plan_in_order(grids, rows, columns, true);
  return columns_first.nodes.size() < rows_first.nodes.size() ? std::move(columns_first) : std::move(rows_first);
}

}  // namespace nf::codegen
