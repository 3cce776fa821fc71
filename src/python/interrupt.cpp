// Ctrl-C during a long call: a SIGINT handler in front of Python's, installed only while compiled code runs.
#include "python/interrupt.h"

#include <Python.h>
#include <csignal>

#include <atomic>
#include <thread>

#include "nearfield/kernel.h"
#include "python/reference.h"

namespace nf::python {
namespace {

struct sigaction previous;        // Python's own handler, called by ours
int depth = 0;                    // a progress callback may call kernels: only the outermost call installs
std::atomic<bool> interrupted{};  // our handler has run

// Async-signal-safe: `nf::interrupt` stores an atomic flag, and Python's handler sets one and writes to its wake-up
// pipe.
void on_interrupt(int number, siginfo_t* info, void* context) {
  interrupted.store(true);
  interrupt();
  if (previous.sa_flags & SA_SIGINFO) {
    previous.sa_sigaction(number, info, context);
  } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
    previous.sa_handler(number);
  }
}

/// An attribute of the module `_signal`; kept for good, because every long call asks.
PyObject* of_signal_module(const char* name) {
  Reference module = Reference::take(PyImport_ImportModule("_signal"));
  return Reference::take(PyObject_GetAttrString(module.get(), name)).release();
}

/// True when Python would turn SIGINT into KeyboardInterrupt by its default handler.
bool python_raises_keyboard_interrupt() {
  static PyObject* const getsignal = of_signal_module("getsignal");
  static PyObject* const usual = of_signal_module("default_int_handler");
  static PyObject* const number = Reference::take(PyLong_FromLong(SIGINT)).release();
  return Reference::take(PyObject_CallOneArg(getsignal, number)).get() == usual;
}

bool on_main_thread() {
  static const unsigned long main_thread = [] {
    // threading.main_thread().ident, asked once; `threading` may not have been imported by the main thread alone.
    Reference module = Reference::take(PyImport_ImportModule("threading"));
    Reference thread = Reference::take(PyObject_CallMethod(module.get(), "main_thread", nullptr));
    Reference ident = Reference::take(PyObject_GetAttrString(thread.get(), "ident"));
    return PyLong_AsUnsignedLong(ident.get());
  }();
  return PyThread_get_thread_ident() == main_thread;
}

}  // namespace

StopOnInterrupt::StopOnInterrupt() {
  if (!on_main_thread()) return;
  if (depth == 0 && !python_raises_keyboard_interrupt()) return;
  active_ = true;
  if (depth++ > 0) return;
  interrupted.store(false);
  struct sigaction ours = {};
  ours.sa_sigaction = on_interrupt;
  ours.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&ours.sa_mask);
  sigaction(SIGINT, &ours, &previous);
}

StopOnInterrupt::~StopOnInterrupt() {
  if (!active_ || --depth > 0) return;
  struct sigaction current;
  sigaction(SIGINT, nullptr, &current);
  // A callback may have set a handler of its own meanwhile; that one stays.
  if ((current.sa_flags & SA_SIGINFO) && current.sa_sigaction == on_interrupt) sigaction(SIGINT, &previous, nullptr);
  if (interrupted.load()) clear_interrupt();
}

}  // namespace nf::python
