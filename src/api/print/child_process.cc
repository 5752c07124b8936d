// SPDX-License-Identifier: Apache-2.0
#include "api/print/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "base/env.h"

extern char** environ;

namespace sb::print {
namespace {

constexpr int kLookEveryMs = 100;
constexpr int64_t kLingerMs = 1000;
constexpr size_t kErrorsKept = 4096;

int64_t NowMs() {
  return base::Env::Real().clock().MonotonicNs() / 1'000'000;
}

// Both ends close when a program is started; the child's copies are made by dup2.
// `as_socket`: writing to a child that is gone is then an error rather than a signal.
struct Pipe {
  explicit Pipe(bool as_socket = false) {
    const int made =
        as_socket ? socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) : pipe2(fds, O_CLOEXEC);
    if (made != 0) {
      fds[0] = fds[1] = -1;
    }
  }
  ~Pipe() {
    Close(0);
    Close(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void Close(int end) {
    if (fds[end] >= 0) {
      close(fds[end]);
      fds[end] = -1;
    }
  }
  int fds[2];
};

void Unblock(int fd) {
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

class Child {
 public:
  explicit Child(const ChildOrder& order) : order_(order), deadline_(NowMs() + order.timeout_ms) {}
  ChildResult Run();

 private:
  bool Start();
  // False when it has to be killed; `end` says why.
  bool Exchange();
  void Feed();
  bool Drain(Pipe& from, std::string* to, size_t bytes_max);
  void Wait();

  const ChildOrder& order_;
  const int64_t deadline_;
  ChildResult result_;
  Pipe input_{/*as_socket=*/true};
  Pipe output_, errors_;
  pid_t pid_ = -1;
  size_t fed_ = 0;
};

bool Child::Start() {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&actions, input_.fds[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output_.fds[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors_.fds[1], STDERR_FILENO);
  // Sockets and stores are none of its business, whether or not they close by themselves.
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  // The server blocks signals on its threads; the child begins with none blocked.
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  char* arguments[] = {const_cast<char*>(order_.program.c_str()), nullptr};
  result_.code =
      posix_spawn(&pid_, order_.program.c_str(), &actions, &attributes, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return result_.code == 0;
}

void Child::Feed() {
  const std::string_view rest = std::string_view(order_.input).substr(fed_);
  const ssize_t put =
      rest.empty() ? 0 : send(input_.fds[1], rest.data(), rest.size(), MSG_NOSIGNAL);
  if (put > 0) {
    fed_ += static_cast<size_t>(put);
  }
  const bool broken = put < 0 && errno != EAGAIN && errno != EINTR;
  if (fed_ == order_.input.size() || broken) {
    input_.Close(1);
  }
}

bool Child::Drain(Pipe& from, std::string* to, size_t bytes_max) {
  char buffer[65536];
  const ssize_t got = read(from.fds[0], buffer, sizeof buffer);
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
    from.Close(0);
  }
  if (got > 0) {
    to->append(buffer, static_cast<size_t>(got));
  }
  return to->size() <= bytes_max;
}

bool Child::Exchange() {
  while (output_.fds[0] >= 0 || errors_.fds[0] >= 0) {
    if (order_.cancelled != nullptr && order_.cancelled->load()) {
      result_.end = ChildEnd::kCancelled;
      return false;
    }
    const int64_t left = deadline_ - NowMs();
    if (left <= 0) {
      result_.end = ChildEnd::kTimedOut;
      return false;
    }
    // Closed ends are negative, which poll() passes over.
    pollfd polled[] = {
        {input_.fds[1], POLLOUT, 0}, {output_.fds[0], POLLIN, 0}, {errors_.fds[0], POLLIN, 0}};
    poll(polled, 3, static_cast<int>(std::min<int64_t>(left, kLookEveryMs)));
    if (polled[0].revents != 0) {
      Feed();
    }
    if (polled[1].revents != 0 && !Drain(output_, &result_.output, order_.output_bytes_max)) {
      result_.end = ChildEnd::kTooLong;
      return false;
    }
    if (polled[2].revents != 0) {
      Drain(errors_, &result_.errors, SIZE_MAX);
      if (result_.errors.size() > kErrorsKept) {
        result_.errors.erase(0, result_.errors.size() - kErrorsKept);
      }
    }
  }
  return true;
}

void Child::Wait() {
  int status = 0;
  // Its pipes end with it; one that closed them and goes on is killed as well.
  for (int64_t looked_ms = 0; waitpid(pid_, &status, WNOHANG) == 0; ++looked_ms) {
    if (looked_ms == kLingerMs) {
      kill(pid_, SIGKILL);
    }
    poll(nullptr, 0, 1);
  }
  if (result_.end != ChildEnd::kExited) {
    return;
  }
  if (WIFSIGNALED(status)) {
    result_.end = ChildEnd::kSignalled;
    result_.code = WTERMSIG(status);
  } else {
    result_.code = WEXITSTATUS(status);
  }
}

ChildResult Child::Run() {
  if (errors_.fds[0] < 0 || output_.fds[0] < 0 || input_.fds[0] < 0) {
    result_.code = EMFILE;
    return std::move(result_);
  }
  if (!Start()) {
    return std::move(result_);
  }
  input_.Close(0);
  output_.Close(1);
  errors_.Close(1);
  Unblock(input_.fds[1]);
  result_.end = ChildEnd::kExited;
  if (!Exchange()) {
    kill(pid_, SIGKILL);
  }
  Wait();
  return std::move(result_);
}

}  // namespace

ChildResult RunChild(const ChildOrder& order) {
  return Child(order).Run();
}

}  // namespace sb::print
