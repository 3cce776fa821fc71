// Networks of comparators that sort a fixed number of values, or bring the one of a given rank to a known place.
#pragma once
#include <vector>

namespace nf::lower {

/// Afterwards the wire `low` holds the smaller of the two values, `high` the larger.
struct Comparator {
  int low, high;
};
using Network = std::vector<Comparator>;

/// Sorts `count` wires.
Network sorting_network(int count);

/// A network after which `wire` holds the value that has `rank` others below it. Comparators that do not matter for it
/// are left out.
struct Selection {
  Network network;
  int wire;
};
Selection selection_network(int count, int rank);

}  // namespace nf::lower
