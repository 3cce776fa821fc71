#include "codegen/cpu/reduction_terms.h"

#include <algorithm>

namespace nf::codegen {
namespace {
using Node = ReductionPlan::Node;
using Kind = ReductionPlan::Kind;

/// How many nodes and roots read each node.
std::vector<int> count_users(const ReductionPlan& plan) {
  std::vector<int> users(plan.nodes.size());
  auto count = [&](int node) {
    if (node >= 0) ++users[size_t(node)];
  };
  for (const Node& node : plan.nodes) count(node.a), count(node.b);
  for (int root : plan.roots) count(root);
  return users;
}

std::vector<int> terms_of(const ReductionPlan& plan, const std::vector<int>& users, int root) {
  std::vector<int> terms, open;
  if (root >= 0) open.push_back(root);
  while (!open.empty()) {
    const int at = open.back();
    const Node& node = plan.nodes[size_t(at)];
    open.pop_back();
    if (node.kind == Kind::Add && users[size_t(at)] == 1)
      open.push_back(node.a), open.push_back(node.b);
    else
      terms.push_back(at);
  }
  auto offset = [&](int term) {
    const Node& node = plan.nodes[size_t(term)];
    return node.kind == Kind::Scale ? plan.nodes[size_t(node.a)].offset : node.offset;
  };
  std::stable_sort(terms.begin(), terms.end(), [&](int a, int b) { return offset(a) < offset(b); });
  return terms;
}

}  // namespace

std::vector<std::vector<int>> terms_of_roots(const ReductionPlan& plan) {
  const std::vector<int> users = count_users(plan);
  std::vector<std::vector<int>> terms;
  for (int root : plan.roots) terms.push_back(terms_of(plan, users, root));
  return terms;
}

int shared_operand(const ReductionPlan& plan, int root) {
  const Node& sum = plan.nodes[size_t(root)];
  auto count_roots = [&](int operand) {
    return std::count_if(plan.roots.begin(), plan.roots.end(), [&](int other) {
      if (other < 0) return false;
      const Node& node = plan.nodes[size_t(other)];
      return node.kind == Kind::Add && (node.a == operand || node.b == operand);
    });
  };
  if (sum.kind != Kind::Add) return -1;
  const auto first = count_roots(sum.a), second = count_roots(sum.b);
  return std::max(first, second) < 2 ? -1 : first >= second ? sum.a : sum.b;
}

}  // namespace nf::codegen
