// SPDX-License-Identifier: Apache-2.0
//
// Real servers for tests, each in a folder of its own and reachable by a unix socket alone, ended
// with the test. `problem` says why there is none; tests then skip with it.
#pragma once

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace signalbox::testing {

class PrivateFolder {
 public:
  PrivateFolder() {
    char name[] = "/tmp/sb-sdk-XXXXXX";
    path_ = mkdtemp(name) == nullptr ? "" : name;
  }
  ~PrivateFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline int Shell(const std::string& command) {
  return std::system(command.c_str());
}

class PrivatePostgres {
 public:
  PrivatePostgres() {
    Shell("ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1 > " + folder_.path() + "/bin");
    // initdb refuses to run as root.
    const std::string as = geteuid() == 0 ? "runuser -u postgres -- " : "";
    const std::string start =
        "bin=$(cat " + folder_.path() + "/bin); test -x \"$bin/initdb\" && chmod 777 " +
        folder_.path() + " && cd " + folder_.path() + " && " + as + "\"$bin/initdb\" -D " +
        folder_.path() + "/data -A trust -U shop --no-sync && " + as + "\"$bin/pg_ctl\" -D " +
        folder_.path() + "/data -w -l " + folder_.path() + "/log -o \"-F -k " + folder_.path() +
        " -c listen_addresses=''\" start";
    if (Shell("{ " + start + "; } > " + folder_.path() + "/out 2>&1") != 0) {
      problem = "PostgreSQL is not installed, or its cluster could not be started";
      return;
    }
    stop_ = as + "$(cat " + folder_.path() + "/bin)/pg_ctl -D " + folder_.path() +
            "/data -m immediate stop > /dev/null 2>&1";
  }
  ~PrivatePostgres() {
    if (!stop_.empty()) {
      Shell(stop_);
    }
  }
  std::string address() const { return "host=" + folder_.path() + " user=shop dbname=postgres"; }
  std::string problem;

 private:
  PrivateFolder folder_;
  std::string stop_;
};

class PrivateRedis {
 public:
  PrivateRedis() {
    if (Shell("command -v redis-server > /dev/null") != 0) {
      problem = "redis-server is not installed";
      return;
    }
    child_ = fork();
    if (child_ == 0) {
      execlp("redis-server", "redis-server", "--port", "0", "--unixsocket", socket().c_str(),
             "--save", "", "--logfile", (folder_.path() + "/log").c_str(), nullptr);
      _exit(127);
    }
  }
  ~PrivateRedis() {
    if (child_ > 0) {
      kill(child_, SIGTERM);
      waitpid(child_, nullptr, 0);
    }
  }
  std::string socket() const { return folder_.path() + "/redis"; }
  std::string problem;

 private:
  PrivateFolder folder_;
  pid_t child_ = -1;
};

}  // namespace signalbox::testing
