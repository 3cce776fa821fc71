// Memory of compiled code is writable or executable, never both; and where a system lets no process make code, the
// error says so. A seccomp filter in a forked child stands for such systems.
#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>

#include "nearfield/nearfield.h"

namespace nf {
namespace {

/// In this process, mmap and mprotect whose protection has all bits of `forbidden` end with `action`.
bool install_filter(uint32_t forbidden, uint32_t action) {
  constexpr uint32_t kProtection = offsetof(seccomp_data, args[2]);  // the third argument of both calls
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 1, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mprotect, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kProtection),
      BPF_STMT(BPF_ALU | BPF_AND | BPF_K, forbidden),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, forbidden, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, action),
  };
  sock_fprog filter{sizeof program / sizeof *program, program};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

constexpr int kRight = 0, kWrong = 1, kNoFilter = 2, kSaid = 3;

/// Compiles and runs a kernel that no cache holds.
int run_new_kernel() {
  try {
    Kernel kernel = stencil({"k.py", "def k(x):\n    return x[-1] + x[1] + " + std::to_string(getpid()) + "\n"});
    int32_t data[] = {1, 2, 3};
    int64_t shape[] = {3};
    Result result = kernel.call({View::contiguous(data, DType::Int32, shape, 1)});
    return static_cast<int64_t*>(result.array.view.data)[1] == 4 + getpid() ? kRight : kWrong;
  } catch (const Error& error) {
    return error.kind == ErrorKind::Unsupported && error.message.find("forbids") != std::string::npos ? kSaid : kWrong;
  }
}

/// The wait status of a child that runs under the filter; `nullopt` when this system lets no process filter itself.
std::optional<int> run_filtered(uint32_t forbidden, uint32_t action) {
  pid_t child = fork();
  if (child == 0) _exit(install_filter(forbidden, action) ? run_new_kernel() : kNoFilter);
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == kNoFilter) return {};
  return status;
}

TEST(CodeMemory, IsNeverWritableAndExecutable) {
  auto status = run_filtered(PROT_WRITE | PROT_EXEC, SECCOMP_RET_KILL_PROCESS);
  if (!status) GTEST_SKIP() << "seccomp filters are not available here";
  ASSERT_TRUE(WIFEXITED(*status)) << "killed by signal " << WTERMSIG(*status);
  EXPECT_EQ(WEXITSTATUS(*status), kRight);
}

TEST(CodeMemory, IsAskedForWithAClearErrorWhereItIsForbidden) {
  auto status = run_filtered(PROT_EXEC, SECCOMP_RET_ERRNO | EPERM);
  if (!status) GTEST_SKIP() << "seccomp filters are not available here";
  ASSERT_TRUE(WIFEXITED(*status)) << "killed by signal " << WTERMSIG(*status);
  EXPECT_EQ(WEXITSTATUS(*status), kSaid);
}

}  // namespace
}  // namespace nf
