// SPDX-License-Identifier: Apache-2.0
//
// Listener accepts connections for one HttpServer, spreads them over the event loops, and knows all
// that are open, so that the server can drain and cut them.
//
// Threads: Bind, Start, Close and DrainAll from the server's owner; the rest on the loops.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/mutex.h"
#include "base/status.h"
#include "net/connection.h"
#include "net/event_loop.h"
#include "net/server_state.h"

namespace sb::net {

class Listener : public std::enable_shared_from_this<Listener> {
 public:
  Listener(EventLoops& loops, std::shared_ptr<ServerState> server);

  base::Status Bind(const std::string& address);
  void Start();
  // No connection is accepted any more once it returns.
  void Close();
  // Lets every connection finish for `drain_ms`, then cuts the rest. Returns how many were cut in
  // the middle of something.
  size_t DrainAll(int64_t drain_ms);
  boost::asio::ip::tcp::endpoint endpoint() const { return endpoint_; }

 private:
  using Tcp = boost::asio::ip::tcp;
  base::Status TryBind(const Tcp::endpoint& endpoint);
  void Accept();
  void OnAccepted(const boost::system::error_code& error, Tcp::socket socket, EventLoop& loop);
  void Admit(Tcp::socket socket, EventLoop& loop);
  void RetryLater();
  void Forget(Connection* connection);
  template <typename Body>
  void PostToAll(Body body);
  bool WaitUntilEmpty(int64_t max_ms);

  EventLoops& loops_;
  EventLoop& accept_loop_;
  const std::shared_ptr<ServerState> server_;
  Tcp::acceptor acceptor_;
  boost::asio::steady_timer retry_timer_;
  Tcp::endpoint endpoint_;

  base::Mutex mutex_;
  base::CondVar changed_;
  std::unordered_map<Connection*, std::shared_ptr<Connection>> connections_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::net
