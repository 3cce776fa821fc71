// What to change, from the facts and the figures: only what is concrete, the most useful first.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/explain.h"

namespace nf::engine {
namespace {

constexpr size_t kMostHints = 5;

/// The narrowest unsigned or signed integer type that holds the proven values, when it is narrower than `dtype`.
std::optional<DType> narrower(const Explanation& e, const Explanation::Result& result) {
  if (result.least.empty() || !is_integer(result.dtype)) return {};
  const bool negative = result.least[0] == '-';
  const double least = std::stod(result.least), greatest = std::stod(result.greatest);
  bool signed_input = negative;
  int bytes = 1;
  for (const auto& argument : e.arguments) {
    const std::string name = argument.type.substr(0, argument.type.find('['));
    auto dtype = dtype_named(name);
    if (!argument.relative || !dtype || !is_integer(*dtype)) continue;
    signed_input = signed_input || is_signed(*dtype), bytes = std::max(bytes, size_of(*dtype));
  }
  for (; bytes < size_of(result.dtype); bytes *= 2) {
    const double highest = std::ldexp(1.0, 8 * bytes - signed_input) - 1, lowest = signed_input ? -highest - 1 : 0;
    if (least < lowest || greatest > highest) continue;
    for (DType dtype : {DType::Int8, DType::UInt8, DType::Int16, DType::UInt16, DType::Int32, DType::UInt32})
      if (size_of(dtype) == bytes && is_signed(dtype) == signed_input) return dtype;
  }
  return {};
}

void advise_on_form(const Explanation& e, std::vector<std::string>& hints) {
  if (e.code.vectors || e.code.why_not.empty()) return;
  if (e.code.way_out.empty())
    hints.push_back(fmt::format("the kernel runs one point at a time, because {}{}", e.code.why_not,
                                e.code.line ? fmt::format(" (line {})", e.code.line) : ""));
  else
    hints.push_back(fmt::format("{}{}; the kernel then runs in vectors",
                                e.code.line ? fmt::format("line {}: ", e.code.line) : "", e.code.way_out));
}

void advise_on_results(const Explanation& e, std::vector<std::string>& hints) {
  for (const auto& result : e.results)
    if (auto dtype = narrower(e, result))
      hints.push_back(
          fmt::format("store {} instead of {}, which holds all values: dtype=\"fit\" in the decorator, or out=; a "
                      "point then writes "
                      "{} byte{} instead of {}",
                      name_of(*dtype), name_of(result.dtype), size_of(*dtype), size_of(*dtype) == 1 ? "" : "s",
                      size_of(result.dtype)));
}

void advise_on_widened(const Explanation& e, std::vector<std::string>& hints) {
  std::vector<std::string> lines;
  for (const auto& note : e.notes)
    if (note.pass == "types" && note.line) {
      std::string line = std::to_string(note.line);
      if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(line);
    }
  if (lines.empty()) return;
  hints.push_back(fmt::format(
      "line{} {}: write the number as np.float32(...), so that the kernel computes and stores float32: half the bytes, "
      "twice the lanes",
      lines.size() == 1 ? "" : "s", fmt::join(lines, ", ")));
}

void advise_on_operations(const Explanation& e, std::vector<std::string>& hints) {
  auto divides = [&](std::string_view how) {
    return std::any_of(e.code.divisions.begin(), e.code.divisions.end(),
                       [&](const std::string& text) { return text.find(how) != text.npos; });
  };
  if (divides("fmod"))
    hints.push_back(
        "`//` and `%` of floats call fmod for each element: `/`, or np.floor(a / b) where its rounding will do, runs "
        "in "
        "vectors");
  if (e.code.vectors && divides("one element after the other"))
    hints.push_back(
        "divide by a constant, or in 32 bits: there is no instruction that divides 64-bit integers in vectors");
  const bool bound_by_computing =
      e.call && !e.call->runs.empty() && e.call->runs.back().compute > 1.2 * e.call->runs.back().copy;
  if (divides("division of floats") && !divides("hold every quotient") && !e.fastmath && bound_by_computing)
    hints.push_back(
        "multiply by the inverse instead of dividing, or allow it with fastmath=True: the last bit may then differ");
}

void advise_on_arrays(const Explanation& e, std::vector<std::string>& hints) {
  if (!e.call) return;
  if (e.call->packed)
    hints.push_back(
        "the elements of a row do not lie side by side, so each array is copied first: pass np.ascontiguousarray(x), "
        "or "
        "the array that it is a view of");
  if (e.call->points == 0) {
    hints.push_back("no point has its whole neighbourhood inside of this array: all of it is border");
    return;
  }
  const Explanation::Run& run = e.call->runs[0];
  if (run.achieved < 3e-6 && run.achieved > 2 * run.expected())
    hints.push_back("the array is so small that most of the time is the call: stack the images and call once");
  for (const auto& argument : e.arguments)
    if (argument.relative && argument.type.starts_with("int64") && e.code.vectors)
      hints.push_back(
          fmt::format("`{}` is int64, which fills a vector with few elements: int16 or int32 where the values allow it",
                      argument.name));
}

std::string verdict_of(const Explanation& e) {
  if (e.rank == 0) return "";
  if (!e.call || e.call->runs.empty()) return "nothing that the code shows; give an array or a size to measure it";
  const Explanation::Run& run = e.call->runs.back();
  const std::string share = fmt::format("{:.0f} % of the copy limit", 100 * run.share());
  if (run.achieved > 1.6 * run.expected())
    return fmt::format(
        "nothing in the kernel: it runs at {}, and takes {:.1f} times what its limits allow; something else holds it "
        "up, "
        "such as other programs on this machine{}",
        share, run.achieved / run.expected(),
        e.call->streaming ? ", or its stores past the cache, which pay for larger arrays" : "");
  if (run.compute > 1.2 * run.copy)
    return fmt::format("nothing: computing takes longer than moving the data, and it runs at {}", share);
  return fmt::format("nothing: it runs at {}", share);
}

}  // namespace

void advise(Explanation& e) {
  e.hints.clear();
  if (e.rank != 0) {
    advise_on_form(e, e.hints);
    advise_on_results(e, e.hints);
    advise_on_widened(e, e.hints);
    advise_on_operations(e, e.hints);
    advise_on_arrays(e, e.hints);
  }
  if (e.hints.size() > kMostHints) e.hints.resize(kMostHints);
  e.verdict = e.hints.empty() ? verdict_of(e) : "";
}

}  // namespace nf::engine
