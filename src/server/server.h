// SPDX-License-Identifier: Apache-2.0
//
// Server builds everything in order, owns all lifetimes, and is the only one to name a concrete
// store.
//
//   Server server(env, options);
//   SB_RETURN_IF_ERROR(server.Start());     // doors are open once it returns
//   …
//   SB_RETURN_IF_ERROR(server.Stop());      // drains, then closes the store
//
// Start fails with the reason on one line or several: a bad configuration (file:line:column), an
// address that is taken, a data folder that another process holds. Nothing is left open then.
// Reload applies a whole configuration or, on any error, nothing; the outcome is in the log, in
// signalbox_config_last_reload_successful and in the UI.
//
// Threads: Start and Stop from one thread; Reload from any.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/env.h"
#include "base/status.h"
#include "server/server_config.h"

namespace sb::server {

struct ServerOptions {
  std::string data_folder;
  std::string config_file;                   // empty: defaults only
  ServerConfig config;                       // as the file has it
  std::string listen;                        // of the flag, else of the file
  std::map<std::string, std::string> doors;  // name -> address, resolved
  bool log_level_from_flag = false;
};

base::Status ApplyLogConfig(const LogSection& log);

class Server {
 public:
  Server(base::Env& env, ServerOptions options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  base::Status Start();
  base::Status Stop();
  base::Status Reload();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sb::server
