// An explanation as text for a terminal of 100 columns: made here alone, for the shell and for Python.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/explain.h"
#include "runtime/tuning.h"

namespace nf::engine {
namespace {

constexpr size_t kWidth = 100;
constexpr size_t kLabel = 15;  ///< of the labels at the left, with what stands before them

/// Appends words to lines of at most `kWidth` columns; further lines begin with `indent` blanks.
void append_wrapped(std::string& text, std::string line, std::string_view words, size_t indent) {
  bool fresh = true;  // nothing stands behind the indent yet
  while (!words.empty()) {
    const size_t end = std::min(words.find(' '), words.size());
    std::string_view word = words.substr(0, end);
    words.remove_prefix(std::min(end + 1, words.size()));
    if (!fresh && line.size() + 1 + word.size() > kWidth) {
      text += line + "\n";
      line.assign(indent, ' '), fresh = true;
    }
    if (!fresh) line += ' ';
    line += word, fresh = false;
  }
  text += line + "\n";
}

void append_row(std::string& text, std::string_view label, std::string_view words) {
  append_wrapped(text, fmt::format("  {:<{}}", label, kLabel - 2), words, kLabel);
}

void append_excerpt(std::string& text, const std::string& excerpt) {
  for (size_t at = 0; at < excerpt.size();) {
    const size_t end = std::min(excerpt.find('\n', at), excerpt.size());
    text += "    " + excerpt.substr(at, end - at) + "\n";
    at = end + 1;
  }
}

/// "1 byte", "3.5 bytes": at most two digits behind the point.
std::string number(double value) {
  std::string text = fmt::format("{:.2f}", value);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}
std::string counted(double count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", number(count), number(count) == "1" ? one : many);
}
std::string bytes_text(double bytes) { return counted(bytes, "byte", "bytes"); }

std::string size_text(double bytes) {
  for (auto [unit, name] : {std::pair(1e9, "GB"), {1e6, "MB"}, {1e3, "kB"}})
    if (bytes >= unit) return fmt::format("{:.3g} {}", bytes / unit, name);
  return bytes_text(bytes);
}

std::string time_text(double seconds) {
  for (auto [unit, name] : {std::pair(1.0, "s"), {1e-3, "ms"}, {1e-6, "us"}})
    if (seconds >= unit)
      return fmt::format("{:.{}f} {}", seconds / unit, seconds >= 100 * unit ? 0 : seconds >= 10 * unit ? 1 : 2, name);
  return fmt::format("{:.0f} ns", seconds * 1e9);
}

std::string axis_name(size_t axis, size_t rank) {
  if (axis + 1 == rank) return "columns";
  return axis + 2 == rank ? "rows" : axis + 3 == rank ? "planes" : fmt::format("axis {}", axis);
}

std::string operation_text(const Explanation::Operation& operation) {
  struct Words {
    std::string_view kind, one, many;
  };
  constexpr Words table[] = {{"add", "add", "adds"},
                             {"multiply", "multiply", "multiplies"},
                             {"multiply-add", "multiply-add", "multiply-adds"},
                             {"divide", "division", "divisions"},
                             {"min or max", "min or max", "mins and maxes"},
                             {"select", "selection", "selections"},
                             {"compare", "comparison", "comparisons"},
                             {"bits", "shift or mask", "shifts and masks"},
                             {"convert", "conversion", "conversions"},
                             {"shuffle", "move between lanes", "moves between lanes"},
                             {"math", "math function", "math functions"}};
  for (const Words& words : table)
    if (words.kind == operation.kind) return counted(operation.count, words.one, words.many);
  return counted(operation.count, operation.kind, operation.kind);
}

void append_head(std::string& text, const Explanation& e) {
  std::string arguments, results;
  for (const auto& argument : e.arguments)
    arguments += fmt::format("{}{}: {}", arguments.empty() ? "" : ", ", argument.name, argument.type);
  for (const auto& result : e.results) {
    results += fmt::format("{}{}", results.empty() ? " -> " : ", ", name_of(result.dtype));
    if (!result.least.empty()) results += fmt::format(" in {}..{}", result.least, result.greatest);
  }
  append_wrapped(text, "", fmt::format("{}({}){}", e.kernel, arguments, results), 4);
  const std::string place = fmt::format("{}, {}:{}{}", e.kind, e.file, e.line, e.fastmath ? ", fastmath" : "");
  if (e.rank == 0) return append_wrapped(text, "  ", place, 4);
  std::string footprint;
  size_t reads = 0;
  for (const auto& argument : e.arguments) reads += argument.reads.size();
  for (size_t d = 0; d < e.footprint.size(); ++d)
    footprint += fmt::format("{}{} {}..{}", d ? ", " : "", axis_name(d, e.footprint.size()), e.footprint[d].first,
                             e.footprint[d].second);
  append_wrapped(text, "  ", place, 4);
  if (e.kind == "ufunc") return;  // it reads the point itself, and there is no border
  append_wrapped(text, "  ",
                 fmt::format("reads {}{}; border: {}", footprint,
                             reads ? fmt::format(" ({} element{})", reads, reads == 1 ? "" : "s") : "", e.border),
                 4);
}

void append_notes(std::string& text, const Explanation& e) {
  if (e.notes.empty()) return;
  text += "\nwhat was recognised (+), and what was not (-)\n";
  for (const auto& note : e.notes) {
    std::string head = note.pass;
    if (note.function != e.kernel) head += " in " + note.function;
    if (note.line && note.file != e.file) head += fmt::format(" ({}:{})", note.file, note.line);
    append_wrapped(text, note.done ? "  + " : "  - ", fmt::format("{}: {}", head, note.text), 6);
    append_excerpt(text, note.excerpt);
  }
}

void append_code(std::string& text, const Explanation& e) {
  const Explanation::Code& code = e.code;
  text += "\nhow it runs\n";
  if (e.rank == 0) {
    append_row(text, "loops",
               fmt::format("{} vectorised, for {} ({})", counted(code.vector_loops, "is", "are"), code.cpu,
                           code.instructions));
    return;
  }
  if (!code.vectors) {
    append_row(text, "form", fmt::format("a loop around one point, for {}: {}", code.cpu, code.why_not));
    append_excerpt(text, code.excerpt);
    return;
  }
  const double points = double(code.rows) * code.points;
  append_row(text, "form", fmt::format("explicit vectors, in blocks of {} x {} points", code.rows, code.points));
  if (code.carried)
    append_row(text,
               code.bands   ? "order"
               : e.rank > 2 ? "small planes"
                            : "small images",
               fmt::format("in strips {} points wide{}, where {} from block to block", code.points,
                           code.bands ? " and some rows long" : "",
                           counted(code.carried, "vector stays in a register", "vectors stay in registers")));
  if (code.by_rows && code.by_rows_from == 0)
    append_row(text, "order", "one row at a time in the caches, in blocks of rows from memory");
  else if (code.by_rows)
    append_row(text, "long rows",
               fmt::format("one at a time in the caches from {} columns on, in blocks from memory", code.by_rows_from));
  append_row(text, "lanes",
             fmt::format("{}; {} in a vector{}; {} ({}, registers of {} bytes)", fmt::join(code.lane_types, ", "),
                         code.lanes, code.phases > 1 ? fmt::format(", {} phases", code.phases) : "", code.instructions,
                         code.cpu, code.vector_bytes));
  if (!code.functions.empty()) append_row(text, "functions", fmt::format("{}", fmt::join(code.functions, ", ")));
  for (const std::string& division : code.divisions) append_row(text, "division", division);
  if (code.instructions_per_block)
    append_row(text, "machine code",
               fmt::format("{} instructions a block ({} a point), {} vector registers, {}", code.instructions_per_block,
                           number(code.instructions_per_block / points), code.registers,
                           code.spills ? counted(code.spills, "spill", "spills") : "no spills"));
}

void append_point(std::string& text, const Explanation& e) {
  if (e.rank == 0) return;
  text += "\neach output point\n";
  const Explanation::Point& point = e.point;
  append_row(text, "memory",
             fmt::format("{} in, {} out", bytes_text(double(point.bytes_in)), bytes_text(double(point.bytes_out))));
  if (!point.counted) return append_row(text, "operations", "not counted: the loop form does what each point needs");
  append_row(text, "code",
             fmt::format("{} loaded, {} stored ({} and {} a round)", bytes_text(point.bytes_loaded),
                         bytes_text(point.bytes_stored), counted(point.loads, "load", "loads"),
                         counted(point.stores, "store", "stores")));
  std::string operations;
  for (const auto& operation : point.operations)
    operations += (operations.empty() ? "" : ", ") + operation_text(operation);
  append_row(text, "operations", operations.empty() ? "none" : operations);
}

std::string threads_text(const Explanation& e) {
  const Explanation::Call& call = *e.call;
  if (call.threads == 1)
    return call.allowed_threads > 1 ? "one thread: there is too little work for a second one" : "one thread";
  const std::string what = call.over_images ? fmt::format("{} images", call.images)
                                            : fmt::format("{} tasks of up to {} {}", call.tasks, call.rows_of_a_task,
                                                          axis_name(0, size_t(e.rank)));
  return fmt::format("{} threads over {}", call.threads, what);
}

/// One row of the table: a label, a cell for each run, what it is.
template <class Cell>
void append_runs(std::string& text, std::string_view label, const Explanation::Call& call, Cell cell,
                 std::string_view what) {
  std::string line = fmt::format("  {:<{}}", label, kLabel - 2);
  for (const auto& run : call.runs) line += fmt::format("{:>11}", cell(run));
  text += what.empty() ? line + "\n" : fmt::format("{}   {}\n", line, what);
}

std::string stores_text(const Explanation::Call& call) {
  if (call.much_to_compute)
    return "direct, not past the cache: a volume with so much to compute that memory keeps up with few threads";
  if (call.short_rows)
    return fmt::format("direct, not past the cache: that takes rows of results of {}, and registers of 64 bytes",
                       size_text(double(runtime::tuning().streamed_row_bytes)));
  return fmt::format("{} past the cache: input and output of an image are {} than {}",
                     call.streaming ? "streaming," : "direct, not", call.streaming ? "larger" : "not larger",
                     size_text(double(call.streaming_from)));
}

void append_call(std::string& text, const Explanation& e) {
  if (!e.call) return;
  const Explanation::Call& call = *e.call;
  append_wrapped(text += "\n", "",
                 fmt::format("one call on {} {}: {} in, {} out", call.given ? "your" : "a made-up", call.array,
                             size_text(double(call.bytes_in)), size_text(double(call.bytes_out))),
                 2);
  append_row(text, "threads", threads_text(e));
  if (call.panel_rows)
    append_row(text, "panels",
               fmt::format("{} in all planes, then the rows below: whole planes do not stay near a core",
                           counted(call.panel_rows, "row", "rows")));
  append_row(text, "stores", stores_text(call));
  if (call.packed) append_row(text, "copies", "each array, since the elements of its rows do not lie side by side");
  if (call.runs.empty()) return append_row(text, "points", "none has its whole neighbourhood inside");
  append_runs(
      text, "", call,
      [](const auto& run) {
        return run.threads == 1 ? std::string("1 thread") : fmt::format("{} threads", run.threads);
      },
      "");
  append_runs(
      text, "copying", call, [](const auto& run) { return time_text(run.copy); },
      "as many bytes, at best, measured now");
  append_runs(
      text, "computing", call, [](const auto& run) { return time_text(run.compute); },
      "measured on a part that stays in the cache");
  append_runs(
      text, "expected", call, [](const auto& run) { return time_text(run.expected()); }, "the larger of the two");
  append_runs(
      text, "achieved", call, [](const auto& run) { return time_text(run.achieved); },
      fmt::format("best of {} calls with `out`", call.runs.back().runs));
  append_runs(
      text, "moved", call,
      [&](const auto& run) {
        return fmt::format("{:.1f} GB/s", double(call.bytes_in + call.bytes_out) / run.achieved / 1e9);
      },
      "input and output");
  append_runs(
      text, "share", call, [](const auto& run) { return fmt::format("{:.0f} %", 100 * run.share()); },
      "of the copy limit");
}

}  // namespace

std::string text_of(const Explanation& e) {
  std::string text;
  append_head(text, e);
  append_notes(text, e);
  append_code(text, e);
  append_point(text, e);
  append_call(text, e);
  if (e.rank == 0) {
    text += "\n";
    append_wrapped(text, "", "explain counts and measures stencils; of other functions it tells what the passes noted",
                   0);
    return text;
  }
  text += "\nwhat to change\n";
  for (const std::string& hint : e.hints) append_wrapped(text, "  * ", hint, 4);
  if (!e.verdict.empty()) append_wrapped(text, "  ", e.verdict, 4);
  return text;
}

}  // namespace nf::engine
