// Errors of the world get the frame in which they happened.
#pragma once
#include <fmt/format.h>

#include <new>
#include <string>

#include "nearfield/error.h"

namespace nf::array {

/// "in frame 3 of 12 (`in/im3.png`)"; frames are counted from 0, as they are indexed.
inline std::string frame_note(const std::string& what, int64_t index, int64_t frames, const std::string& name) {
  std::string place = frames == 1 ? "" : fmt::format("frame {} of {}", index, frames);
  if (!name.empty()) place += place.empty() ? fmt::format("`{}`", name) : fmt::format(" (`{}`)", name);
  return place.empty() && what.empty() ? "" : "in " + what + (place.empty() ? "the image" : place);
}

/// Runs `body`; an `Error` that leaves it carries the note that `note()` makes.
template <class Body, class Note>
void with_note(Body body, Note note) {
  try {
    body();
  } catch (const CompileError&) {
    throw;  // it has its own places
  } catch (const Error& error) {
    std::string text = note();
    if (error.kind == ErrorKind::Interrupted || text.empty()) throw;
    std::vector<std::string> notes = error.notes;
    notes.push_back(std::move(text));
    Error with(error.kind, error.message, std::move(notes));
    with.exception = error.exception;
    throw with;
  }
}

}  // namespace nf::array
