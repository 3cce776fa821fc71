// Plans reductions: one axis after the other, in the order and by the tricks that take the fewest operations.
//
// Note [Plans]. The taps of an array are weights on a grid. Across one axis the grid falls into slices; slices that are
// multiples of each other have one pattern, and the reduction is, for each pattern, that of the pattern at every place
// it is wanted, combined along the axis with the factors. A product of a row and a column has one pattern, so each row
// is combined once and serves all output rows of the block that reach it; a Laplacian has two. All axes are treated
// alike, so a box of 27 points shares row sums and plane sums. Equal weights are added before they are multiplied; a
// window of equal weights is added in pairs that the windows of neighbouring outputs share; 1 4 6 4 1 is four times
// (1, 1). What pays depends on the weights: all combinations are planned, and the cheapest is taken.
//
// Note [Pairs]. Processors multiply bytes by bytes and add the products of each two neighbours, as 16 bits, in one
// instruction (pmaddubsw). In two phases that is a read and a sum at once: of a load at column c, the even outputs take
// x[c] and x[c + 1] with the weights of these columns, the odd ones the same two bytes with the weights of the columns
// one to the left. So both phases of a row are sums of such pairs, of loads at every second column. One factor has no
// sign; the sum saturates, so weights for which it could are left to the other plans.
#include "codegen/cpu/reduction_plan.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <tuple>

namespace nf::codegen {
namespace {
using Kind = ReductionPlan::Kind;
using Offset = std::vector<int64_t>;

/// Weights that differ by less than this part of the largest are taken as equal where `fastmath` allows it.
constexpr double kSameWeight = 0x1p-20;

/// The nodes of a plan, each built once.
class Nodes {
 public:
  Nodes(std::vector<ReductionPlan::Node>& nodes, Combine combine) : nodes_(nodes), combine_(combine) {}
  int tap(size_t tap, Offset offset) { return make({Kind::Tap, -1, -1, 0, 0, tap, std::move(offset)}); }
  int pair(size_t tap, Offset offset, double left, double right) {
    return make({Kind::Pair, -1, -1, left, right, tap, std::move(offset)});
  }
  int combine(int a, int b) {
    const Kind kinds[] = {Kind::Add, Kind::Min, Kind::Max};
    if (a == b && combine_ != Combine::Sum) return a;
    return make({kinds[int(combine_)], std::min(a, b), std::max(a, b), 0, 0, 0, {}});
  }
  int subtract(int a, int b) { return make({Kind::Subtract, a, b, 0, 0, 0, {}}); }
  int scale(int a, double weight) { return weight == 1 ? a : make({Kind::Scale, a, -1, weight, 0, 0, {}}); }
  int join(int a, int b) { return a < 0 ? b : b < 0 ? a : combine(a, b); }

 private:
  int make(ReductionPlan::Node n) {
    auto [at, fresh] =
        made_.try_emplace(std::tuple(n.kind, n.a, n.b, n.weight, n.right, n.tap, n.offset), int(nodes_.size()));
    if (fresh) nodes_.push_back(std::move(n));
    return at->second;
  }
  std::vector<ReductionPlan::Node>& nodes_;
  Combine combine_;
  std::map<std::tuple<Kind, int, int, double, double, size_t, Offset>, int> made_;
};

using Leaf = std::function<int(int64_t)>;

/// Combines what lies at the positions. Two that follow each other are combined first when the left one is an odd
/// number of steps from `origin`: windows of three that start at 0, 1, 2, 3 then share the pairs (1, 2) and (3, 4).
/// Pairs are paired again.
int window(Nodes& nodes, const std::vector<int64_t>& positions, int64_t origin, const Leaf& leaf) {
  std::vector<int64_t> pairs;
  int singles = -1;
  for (size_t i = 0; i < positions.size(); ++i) {
    const int64_t steps = positions[i] - origin;
    if ((steps & 1) && i + 1 < positions.size() && positions[i + 1] == positions[i] + 1)
      pairs.push_back((steps - 1) / 2), ++i;
    else
      singles = nodes.join(singles, leaf(positions[i]));
  }
  if (pairs.empty()) return singles;
  auto pair = [&](int64_t at) {
    const int64_t left = origin + 2 * at + 1;
    return nodes.combine(leaf(left), leaf(left + 1));
  };
  // Of the windows that start at 0 and at 1 pairs in, what both have starts at the odd one: the same rule again.
  return nodes.join(pairs.size() == 1 ? pair(pairs[0]) : window(nodes, pairs, 0, pair), singles);
}

/// The factors of (1, 1) and of the rest that give `terms`, when there are such.
std::optional<std::vector<Weighted>> halved(const std::vector<Weighted>& terms) {
  std::vector<Weighted> rest;
  double carried = 0;
  for (size_t i = 0; i < terms.size(); ++i) {
    if (i > 0 && terms[i].at != terms[i - 1].at + 1) return {};
    carried = terms[i].weight - carried;
    if (i + 1 < terms.size()) rest.push_back({terms[i].at, carried});
  }
  if (terms.size() < 3 || carried != 0) return {};
  std::erase_if(rest, [](const Weighted& term) { return term.weight == 0; });
  return rest;
}

/// The power of two that makes all of them integers which a double holds, if there is one.
std::optional<double> scale_of(const Weights& slice) {
  double scale = 1, greatest = 0;
  for (auto& [at, weight] : slice) {
    while (weight * scale != std::trunc(weight * scale) && scale < 0x1p60) scale *= 2;
    greatest = std::max(greatest, std::abs(weight));
  }
  return greatest * scale < 0x1p50 ? std::optional(scale) : std::nullopt;
}

/// Divides the weights by what they have in common, the sign of the first one included; floats that have nothing in
/// common by the greatest.
double take_out_factor(Weights& slice) {
  double common = 0;
  if (const std::optional<double> scale = scale_of(slice)) {
    for (auto& [at, weight] : slice) common = double(std::gcd(int64_t(common), int64_t(std::abs(weight * *scale))));
    common /= *scale;
  } else {
    for (auto& [at, weight] : slice) common = std::max(common, std::abs(weight));
  }
  if (slice.begin()->second < 0) common = -common;
  for (auto& [at, weight] : slice) weight /= common;
  return common;
}

/// Which tricks a plan uses.
struct Tricks {
  std::vector<size_t> order;  ///< of axes, the one that is combined first in front
  bool halves = false;        ///< factors of (1, 1) are split off
  bool residuals = false;     ///< a slice may be a multiple of another's pattern and a rest
  std::optional<Pairs> pairs{};
};

/// The sum of what pairs of columns contribute, by the column of the left one; nothing where one could saturate.
using PairWeights = std::map<int64_t, std::pair<double, double>>;
std::optional<PairWeights> in_pairs(const Weights& weights, int64_t phase, DType element, const Pairs& pairs) {
  PairWeights made;
  for (auto& [offset, weight] : weights) {
    const int64_t at = offset.back() + phase;
    const int64_t left = std::min(pairs.first + (at - pairs.first) / 2 * 2, pairs.last);
    auto& [first, second] = made[left];
    (at == left ? first : second) += weight;
  }
  for (auto& [left, both] : made) {
    const auto [a, b] = both;
    if (element == DType::UInt8) {
      if (std::min({a, b, a + b}) < -128 || std::max({a, b, a + b}) > 127) return {};
    } else if (element != DType::Int8 || std::min(a, b) < 0 || a + b > 255) {
      return {};
    }
  }
  return made;
}

class Planner {
 public:
  Planner(const Reduction& reduction, const Tricks& tricks, ReductionPlan& plan)
      : reduction_(reduction), tricks_(tricks), plan_(plan), nodes_(plan.nodes, reduction.combine) {}

  void output(const std::vector<std::pair<size_t, Weights>>& sources, const Offset& base) {
    int all = -1;
    for (auto& [tap, weights] : sources) {
      tap_ = tap;
      all = nodes_.join(all, value_of(combined(weights, tricks_.order.size(), base)));
    }
    plan_.roots.push_back(all);
  }

 private:
  /// A node, or what has to be subtracted.
  struct Signed {
    int node = -1;
    bool minus = false;
  };
  int value_of(Signed value) { return value.minus ? nodes_.scale(value.node, -1) : value.node; }
  Signed difference(int plus, int minus) {
    if (minus < 0) return {plus, false};
    return plus < 0 ? Signed{minus, true} : Signed{nodes_.subtract(plus, minus), false};
  }

  /// The reduction of `weights` around `base`, by the first `depth` axes of the order.
  Signed combined(const Weights& weights, size_t depth, const Offset& base) {
    if (depth == 0) {
      Offset at = weights.begin()->first;
      for (size_t d = 0; d < at.size(); ++d) at[d] += base[d];
      return {nodes_.scale(nodes_.tap(tap_, std::move(at)), weights.begin()->second), false};
    }
    const size_t axis = tricks_.order[depth - 1];
    const bool is_row = depth == 1 && axis + 1 == base.size();
    auto [at, fresh] = patterns_.try_emplace({tap_, depth, weights});
    Pattern& pattern = at->second;
    if (fresh) {
      pattern.parts = slices(weights, axis, reduction_.floats);
      if (tricks_.residuals) take_out_residuals(pattern.parts);
      if (depth == tricks_.order.size()) plan_.factors = std::max(plan_.factors, int(pattern.parts.size()));
    }
    if (auto known = pattern.done.find(base); known != pattern.done.end()) return known->second;
    if (const int sum = is_row && tricks_.pairs ? row_in_pairs(weights, base) : -1; sum >= 0)
      return pattern.done[base] = {sum, false};
    int plus = -1, minus = -1;
    for (auto& [slice, terms] : pattern.parts) {
      // Places are counted from the first weight, wherever the output lies: neighbours then agree on the pairs.
      const int64_t origin = terms[0].at;
      std::vector<Weighted> moved = terms;
      for (Weighted& term : moved) term.at += base[axis];
      const Signed part = line(moved, origin, [&, &slice = slice](int64_t at) {
        Offset there = base;
        there[axis] = at;
        return value_of(combined(slice, depth - 1, there));
      });
      int& side = part.minus ? minus : plus;
      side = nodes_.join(side, part.node);
    }
    return pattern.done[base] = difference(plus, minus);
  }

  /// Note [Pairs]; -1 where one of the two phases could saturate.
  int row_in_pairs(const Weights& weights, const Offset& base) {
    auto in_phase = [&](int64_t phase) {
      return in_pairs(weights, phase, reduction_.taps[tap_].element, *tricks_.pairs);
    };
    const auto pairs = in_phase(base.back());
    if (!pairs || !in_phase(1 - base.back())) return -1;
    int sum = -1;
    for (auto& [left, both] : *pairs) {
      Offset there = base;
      for (size_t d = 0; d < there.size(); ++d) there[d] += weights.begin()->first[d];
      there.back() = left;
      sum = nodes_.join(sum, nodes_.pair(tap_, std::move(there), both.first, both.second));
    }
    return sum;
  }

  /// The weighted combination along one axis.
  Signed line(const std::vector<Weighted>& terms, int64_t origin, const Leaf& leaf) {
    if (tricks_.halves && reduction_.combine == Combine::Sum) {
      const bool equal = std::all_of(terms.begin(), terms.end(), [&](auto& t) { return t.weight == terms[0].weight; });
      if (auto rest = equal ? std::nullopt : halved(terms))
        return line(*rest, origin, [&](int64_t at) { return nodes_.combine(leaf(at), leaf(at + 1)); });
    }
    std::map<double, std::pair<std::vector<int64_t>, std::vector<int64_t>>> by_size;  // where added, where subtracted
    for (const Weighted& term : terms) {
      auto& [added, subtracted] = by_size[std::abs(term.weight)];
      (term.weight < 0 ? subtracted : added).push_back(term.at);
    }
    int sum = -1, minus = -1;
    auto all = [&](const std::vector<int64_t>& places) { return window(nodes_, places, origin, leaf); };
    for (auto& [weight, places] : by_size) {
      auto& [added, subtracted] = places;
      if (!added.empty() && !subtracted.empty()) {
        const int plus = all(added), less = all(subtracted);
        sum = nodes_.join(sum, nodes_.scale(nodes_.subtract(plus, less), weight));
      } else if (!added.empty())
        sum = nodes_.join(sum, nodes_.scale(all(added), weight));
      else
        minus = nodes_.join(minus, nodes_.scale(all(subtracted), weight));
    }
    return difference(sum, minus);
  }

  /// A slice that stands alone and is a multiple of another's pattern but for a few places becomes that multiple and a
  /// smaller slice: -1 8 -1 between two of -1 -1 -1 is -1 -1 -1 and a 9.
  static void take_out_residuals(std::vector<std::pair<Weights, std::vector<Weighted>>>& parts) {
    for (size_t i = 0; i < parts.size(); ++i)
      for (size_t j = 0; j < parts.size(); ++j) {
        auto& [slice, where] = parts[i];
        auto& [pattern, places] = parts[j];
        if (i == j || where.size() != 1 || places.size() < 2) continue;
        Weights best = slice;
        double multiple = 0;
        for (auto& [at, weight] : pattern) {
          auto found = slice.find(at);
          if (found == slice.end()) continue;
          const double factor = found->second / weight;
          if (factor != std::trunc(factor)) continue;
          Weights rest = slice;
          for (auto& [place, part] : pattern) rest[place] -= factor * part;
          std::erase_if(rest, [](auto& entry) { return entry.second == 0; });
          if (!rest.empty() && rest.size() < best.size()) best = rest, multiple = factor;
        }
        if (multiple == 0) continue;
        auto at = std::lower_bound(places.begin(), places.end(), where[0]);
        places.insert(at, {where[0].at, multiple * where[0].weight});
        slice = best;
        where[0].weight *= take_out_factor(slice);
      }
  }

  const Reduction& reduction_;
  const Tricks& tricks_;
  ReductionPlan& plan_;
  Nodes nodes_;
  size_t tap_ = 0;
  struct Pattern {
    std::vector<std::pair<Weights, std::vector<Weighted>>> parts;
    std::map<Offset, Signed> done;  ///< around which point it was planned, and the node
  };
  std::map<std::tuple<size_t, size_t, Weights>, Pattern> patterns_;
};

bool same_pattern(const Weights& a, const Weights& b, bool floats) {
  if (!floats) return a == b;
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](auto& x, auto& y) {
           return x.first == y.first && std::abs(x.second - y.second) <= kSameWeight;
         });
}

/// The axes along which the taps lie at more than one place; the last two always count.
std::vector<size_t> axes_of(const std::vector<std::pair<size_t, Weights>>& sources) {
  const size_t rank = sources[0].second.begin()->first.size();
  std::vector<size_t> axes;
  for (size_t d = 0; d < rank; ++d) {
    bool spread = false;
    for (auto& [tap, weights] : sources)
      for (auto& [at, weight] : weights) spread |= at[d] != weights.begin()->first[d];
    if (spread) axes.push_back(d);
  }
  return axes;
}

ReductionPlan plan_with(const Reduction& reduction, const std::vector<std::pair<size_t, Weights>>& sources, int rows,
                        int columns, const Tricks& tricks) {
  ReductionPlan plan;
  plan.columns = columns;
  const size_t rank = sources[0].second.begin()->first.size();
  plan.columns_first = tricks.order.empty() || tricks.order.front() != rank - 1;
  Planner planner(reduction, tricks, plan);
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column) {
      Offset base(rank);
      base.back() = column;
      if (rank > 1) base[rank - 2] = row;
      planner.output(sources, base);
    }
  return plan;
}

double cost_of(const ReductionPlan::Node& node) {
  if (node.kind == Kind::Pair) return node.is_single() ? 1 : 1.4;  // fewer units multiply than add
  if (node.kind != Kind::Scale) return 1;
  int exponent;
  return std::frexp(std::abs(node.weight), &exponent) == 0.5 ? 1 : 1.5;  // a shift, or a multiplication
}

/// The most values that are alive at a time, when each is computed where it is first wanted.
int most_alive(const ReductionPlan& plan) {
  std::vector<int> last(plan.nodes.size(), -1), alive(plan.nodes.size() + 1);
  int most = 0, now = 0;
  for (size_t i = 0; i < plan.nodes.size(); ++i)
    for (int operand : {plan.nodes[i].a, plan.nodes[i].b})
      if (operand >= 0) last[size_t(operand)] = int(i);
  for (size_t i = 0; i < plan.nodes.size(); ++i) {
    now += last[i] >= 0;
    most = std::max(most, now);
    const int a = plan.nodes[i].a, b = plan.nodes[i].b;
    if (a >= 0 && last[size_t(a)] == int(i)) --now;
    if (b >= 0 && b != a && last[size_t(b)] == int(i)) --now;
  }
  return most;
}

}  // namespace

std::vector<std::pair<size_t, Weights>> weights_by_source(const Reduction& reduction) {
  std::vector<std::pair<size_t, Weights>> sources;
  std::map<uint64_t, size_t> known;
  for (size_t i = 0; i < reduction.taps.size(); ++i) {
    const Tap& tap = reduction.taps[i];
    auto [at, fresh] = known.try_emplace(tap.source, sources.size());
    if (fresh) sources.push_back({i, {}});
    double& weight = sources[at->second].second[tap.offset];
    weight = reduction.combine == Combine::Sum ? weight + tap.weight : 1;
  }
  for (auto& [tap, weights] : sources) std::erase_if(weights, [](auto& entry) { return entry.second == 0; });
  std::erase_if(sources, [](auto& source) { return source.second.empty(); });
  return sources;
}

std::vector<std::pair<Weights, std::vector<Weighted>>> slices(const Weights& weights, size_t axis, bool floats) {
  std::map<int64_t, Weights> at_place;
  for (auto& [offset, weight] : weights) {
    std::vector<int64_t> within = offset;
    const int64_t place = within[axis];
    within[axis] = 0;
    at_place[place][within] = weight;
  }
  std::vector<std::pair<Weights, std::vector<Weighted>>> parts;
  for (auto& [place, slice] : at_place) {
    const double factor = take_out_factor(slice);
    auto known = std::find_if(parts.begin(), parts.end(),
                              [&, &slice = slice](auto& part) { return same_pattern(part.first, slice, floats); });
    if (known == parts.end()) known = parts.insert(parts.end(), {slice, {}});
    known->second.push_back({place, factor});
  }
  // A pattern of both signs can be turned round: better all factors are positive.
  for (auto& [pattern, terms] : parts) {
    if (!std::all_of(terms.begin(), terms.end(), [](const Weighted& term) { return term.weight < 0; })) continue;
    if (!std::any_of(pattern.begin(), pattern.end(), [](auto& entry) { return entry.second < 0; })) continue;
    for (auto& [at, weight] : pattern) weight = -weight;
    for (Weighted& term : terms) term.weight = -term.weight;
  }
  // Factors that are all alike but for rounding become equal, so that what they multiply is added first.
  if (floats)
    for (auto& [pattern, terms] : parts)
      for (size_t i = 1; i < terms.size(); ++i)
        for (size_t j = 0; j < i; ++j)
          if (std::abs(std::abs(terms[i].weight) - std::abs(terms[j].weight)) <=
              kSameWeight * std::abs(terms[j].weight)) {
            terms[i].weight = std::copysign(terms[j].weight, terms[i].weight);
            break;
          }
  return parts;
}

double cost_of(const ReductionPlan& plan, int registers) {
  double cost = 0;
  for (const ReductionPlan::Node& node : plan.nodes) cost += cost_of(node);
  // What does not fit is stored and loaded again.
  return cost + 2 * std::max(0, most_alive(plan) + 4 - registers);
}

int count(const ReductionPlan& plan, ReductionPlan::Kind kind) {
  return int(std::count_if(plan.nodes.begin(), plan.nodes.end(), [&](auto& node) { return node.kind == kind; }));
}

ReductionPlan plan_reduction(const Reduction& reduction, int rows, int columns, int registers,
                             const std::optional<Pairs>& pairs) {
  const auto sources = weights_by_source(reduction);
  if (sources.empty()) {
    ReductionPlan nothing;
    nothing.columns = columns;
    nothing.roots.assign(size_t(rows * columns), -1);
    return nothing;
  }
  std::vector<size_t> axes = axes_of(sources);
  std::vector<std::vector<size_t>> orders;
  if (axes.size() <= 3) {
    // The last axis first comes first: rows are combined along memory.
    std::sort(axes.begin(), axes.end(), std::greater<>());
    do orders.push_back(axes);
    while (std::prev_permutation(axes.begin(), axes.end()));
  } else {
    orders.push_back({axes.rbegin(), axes.rend()});
    orders.push_back(axes);
  }
  std::optional<ReductionPlan> best;
  double least = 0;
  auto keep_if_cheaper = [&](ReductionPlan plan) {
    const double cost = cost_of(plan, registers);
    if (!best || cost < least) best = std::move(plan), least = cost;
  };
  bool equal = true;  // a window of equal weights needs no tricks
  for (auto& [tap, weights] : sources)
    for (auto& [at, weight] : weights) equal &= std::abs(weight) == std::abs(weights.begin()->second);
  for (const std::vector<size_t>& order : orders)
    for (int tricks = 0; tricks < (equal ? 1 : 4); ++tricks) {
      ReductionPlan plan = plan_with(reduction, sources, rows, columns, {order, (tricks & 1) != 0, (tricks & 2) != 0});
      keep_if_cheaper(std::move(plan));
    }
  const bool sums_bytes = reduction.combine == Combine::Sum && !reduction.floats && columns == 2;
  if (pairs && sums_bytes && !axes.empty() && axes.front() + 1 == reduction.taps[0].offset.size())
    for (const std::vector<size_t>& order : orders)
      if (order.front() == axes.front())
        keep_if_cheaper(plan_with(reduction, sources, rows, columns, {order, false, false, pairs}));
  return std::move(*best);
}

}  // namespace nf::codegen
