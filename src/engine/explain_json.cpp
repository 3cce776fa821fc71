// An explanation as JSON: docs/explain.md says what each key holds.
#include <nlohmann/json.hpp>

#include "engine/explain.h"

namespace nf::engine {
namespace {

using Json = nlohmann::ordered_json;

Json json_of_code(const Explanation& e) {
  const Explanation::Code& code = e.code;
  Json json = {{"form", e.rank == 0    ? "function"
                        : code.vectors ? "vectors"
                                       : "loop"},
               {"cpu", code.cpu},
               {"instructions", code.instructions},
               {"vector_bytes", code.vector_bytes}};
  if (e.rank == 0) {
    json["vector_loops"] = code.vector_loops;
  } else if (code.vectors) {
    json.update({{"lane_types", code.lane_types},
                 {"lanes", code.lanes},
                 {"phases", code.phases},
                 {"rows", code.rows},
                 {"points", code.points},
                 {"functions", code.functions},
                 {"divisions", code.divisions},
                 {"machine_instructions", code.instructions_per_block},
                 {"registers", code.registers},
                 {"spills", code.spills},
                 {"carried", code.carried},
                 {"bands", code.bands},
                 {"by_rows", code.by_rows},
                 {"by_rows_from", code.by_rows_from}});
  } else {
    json.update({{"why_not", code.why_not}, {"line", code.line}});
  }
  return json;
}

Json json_of_point(const Explanation& e) {
  Json json = {{"bytes_in", e.point.bytes_in}, {"bytes_out", e.point.bytes_out}};
  if (!e.point.counted) return json;
  json["bytes_loaded"] = e.point.bytes_loaded, json["bytes_stored"] = e.point.bytes_stored;
  json["loads_per_block"] = e.point.loads, json["stores_per_block"] = e.point.stores;
  json["operations"] = Json::object();
  for (const auto& operation : e.point.operations) json["operations"][operation.kind] = operation.count;
  return json;
}

Json json_of_call(const Explanation::Call& call) {
  Json json = {{"array", call.array},
               {"given", call.given},
               {"bytes_in", call.bytes_in},
               {"bytes_out", call.bytes_out},
               {"points", call.points},
               {"images", call.images},
               {"threads", call.threads},
               {"allowed_threads", call.allowed_threads},
               {"tasks", call.tasks},
               {"rows_of_a_task", call.rows_of_a_task},
               {"over_images", call.over_images},
               {"packed", call.packed},
               {"panel_rows", call.panel_rows},
               {"stores", call.streaming ? "streaming" : "direct"},
               {"streaming_from_bytes", call.streaming_from},
               {"runs", Json::array()}};
  for (const auto& run : call.runs)
    json["runs"].push_back({{"threads", run.threads},
                            {"copy_seconds", run.copy},
                            {"compute_seconds", run.compute},
                            {"expected_seconds", run.expected()},
                            {"achieved_seconds", run.achieved},
                            {"share_of_copy", run.share()},
                            {"runs", run.runs}});
  return json;
}

}  // namespace

std::string json_of(const Explanation& e) {
  Json json = {{"kernel", e.kernel}, {"kind", e.kind}, {"file", e.file}, {"line", e.line}};
  json["arguments"] = Json::array();
  for (const auto& argument : e.arguments)
    json["arguments"].push_back(
        {{"name", argument.name}, {"type", argument.type}, {"relative", argument.relative}, {"reads", argument.reads}});
  json["results"] = Json::array();
  for (const auto& result : e.results) {
    json["results"].push_back({{"dtype", std::string(name_of(result.dtype))}, {"values", nullptr}});
    if (!result.least.empty())
      json["results"].back()["values"] = {Json::parse(result.least), Json::parse(result.greatest)};
  }
  if (e.rank != 0) {
    json["rank"] = e.rank, json["border"] = e.border, json["fastmath"] = e.fastmath;
    json["footprint"] = Json::array();
    for (auto [lo, hi] : e.footprint) json["footprint"].push_back({lo, hi});
  }
  json["notes"] = Json::array();
  for (const auto& note : e.notes)
    json["notes"].push_back({{"pass", note.pass},
                             {"done", note.done},
                             {"text", note.text},
                             {"function", note.function},
                             {"file", note.file},
                             {"line", note.line},
                             {"excerpt", note.excerpt}});
  json["code"] = json_of_code(e);
  if (e.rank != 0) json["point"] = json_of_point(e);
  json["call"] = e.call ? json_of_call(*e.call) : Json(nullptr);
  json["hints"] = e.hints;
  json["verdict"] = e.verdict;
  // Source text may hold any bytes.
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace nf::engine
