// Ctrl-C during a long call: how a signal reaches compiled code that runs without the GIL.
#pragma once

namespace nf::python {

/// While it lives, the first Ctrl-C of the main thread also asks running calls to stop. Importing Nearfield touches no
/// signal; during a call the handler is put in front of Python's own one and taken away again. It does nothing on other
/// threads, and nothing when the user handles SIGINT (only Python's default handler turns it into KeyboardInterrupt: a
/// user's handler might go on, and a stopped call could not). Needs the GIL when made and when it goes.
class StopOnInterrupt {
 public:
  StopOnInterrupt();
  ~StopOnInterrupt();
  StopOnInterrupt(const StopOnInterrupt&) = delete;

 private:
  bool active_ = false;
};

}  // namespace nf::python
