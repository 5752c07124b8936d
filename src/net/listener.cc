// SPDX-License-Identifier: Apache-2.0
#include "net/listener.h"

#include <atomic>
#include <boost/asio/ip/v6_only.hpp>
#include <chrono>
#include <utility>
#include <vector>

#include "base/log.h"
#include "net/listen_address.h"

namespace sb::net {

using base::InvalidArgument;
using base::Status;
using boost::system::error_code;

namespace {

constexpr int kBacklog = 4'096;
constexpr auto kAcceptRetry = std::chrono::milliseconds(100);

}  // namespace

Listener::Listener(EventLoops& loops, std::shared_ptr<ServerState> server)
    : loops_(loops),
      accept_loop_(loops.Next()),
      server_(std::move(server)),
      acceptor_(accept_loop_.io()),
      retry_timer_(accept_loop_.io()) {}

Status Listener::Bind(const std::string& address) {
  SB_ASSIGN_OR_RETURN(const ListenAddress split, SplitListenAddress(address));
  if (split.host.empty()) {
    // All addresses: one IPv6 socket takes IPv4 too, unless the machine has no IPv6.
    const Status both = TryBind(Tcp::endpoint(Tcp::v6(), split.port));
    return both.ok() ? both
                     : TryBind(Tcp::endpoint(Tcp::v4(), split.port)).WithPrefix("cannot listen");
  }
  error_code error;
  Tcp::resolver resolver(accept_loop_.io());
  const auto results = resolver.resolve(split.host, std::to_string(split.port), error);
  if (error || results.empty()) {
    return InvalidArgument("cannot resolve listen address: " + error.message() + ": \"" + address +
                           "\"");
  }
  return TryBind(results.begin()->endpoint()).WithPrefix("cannot listen");
}

Status Listener::TryBind(const Tcp::endpoint& endpoint) {
  error_code error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) {
    acceptor_.set_option(Tcp::acceptor::reuse_address(true), error);
  }
  if (!error && endpoint.protocol() == Tcp::v6()) {
    acceptor_.set_option(boost::asio::ip::v6_only(!endpoint.address().is_unspecified()), error);
  }
  if (!error) {
    acceptor_.bind(endpoint, error);
  }
  if (!error) {
    acceptor_.listen(kBacklog, error);
  }
  if (error) {
    error_code ignored;
    acceptor_.close(ignored);
    const std::string text = error.message() + ": " + endpoint.address().to_string() + ":" +
                             std::to_string(endpoint.port());
    return error == boost::asio::error::access_denied ? base::PermissionDenied(text)
                                                      : base::Unavailable(text);
  }
  endpoint_ = acceptor_.local_endpoint(error);
  return base::OkStatus();
}

void Listener::Start() {
  accept_loop_.Post([self = shared_from_this()] { self->Accept(); });
}

void Listener::Accept() {
  if (!acceptor_.is_open()) {
    return;
  }
  EventLoop& loop = loops_.Next();
  acceptor_.async_accept(
      loop.io(), [self = shared_from_this(), &loop](const error_code& error, Tcp::socket socket) {
        self->OnAccepted(error, std::move(socket), loop);
      });
}

void Listener::OnAccepted(const error_code& error, Tcp::socket socket, EventLoop& loop) {
  if (error == boost::asio::error::operation_aborted) {
    return;
  }
  if (!error) {
    Admit(std::move(socket), loop);
    Accept();
    return;
  }
  Add(server_->counters.accept_errors);
  if (error == boost::asio::error::connection_aborted) {
    Accept();
    return;
  }
  SB_LOG_EVERY(10, kWarn, "cannot accept connections", {"server", server_->options.name},
               {"error", error.message()});
  RetryLater();
}

// Out of file descriptors or memory: trying again at once would only spin.
void Listener::RetryLater() {
  retry_timer_.expires_after(kAcceptRetry);
  retry_timer_.async_wait([self = shared_from_this()](const error_code& error) {
    if (!error) {
      self->Accept();
    }
  });
}

void Listener::Admit(Tcp::socket socket, EventLoop& loop) {
  ServerCounters& counters = server_->counters;
  Add(counters.connections_accepted);
  error_code error;
  const Tcp::endpoint remote = socket.remote_endpoint(error);
  if (error) {
    return;
  }
  if (counters.connections_open.load() >= server_->options.max_connections) {
    Add(counters.connections_refused);
    return;
  }
  socket.non_blocking(true, error);
  socket.set_option(Tcp::no_delay(true), error);
  socket.set_option(boost::asio::socket_base::keep_alive(true), error);
  PeerInfo peer;
  boost::asio::ip::address address = remote.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
  }
  peer.address = address.to_string();
  peer.port = remote.port();
  Add(counters.connections_open);
  auto connection = std::make_shared<Connection>(
      loop, server_, std::move(socket), std::move(peer),
      [self = shared_from_this()](Connection* closed) { self->Forget(closed); });
  {
    const base::MutexLock lock(mutex_);
    connections_.emplace(connection.get(), connection);
  }
  loop.Post([connection] { connection->Start(); });
}

void Listener::Forget(Connection* connection) {
  const base::MutexLock lock(mutex_);
  if (connections_.erase(connection) > 0) {
    Subtract(server_->counters.connections_open);
    changed_.NotifyAll();
  }
}

void Listener::Close() {
  std::atomic<bool> is_closed{false};
  base::Mutex mutex;
  base::CondVar closed;
  accept_loop_.Post([&] {
    error_code ignored;
    acceptor_.close(ignored);
    retry_timer_.cancel();
    // The cancelled operations are queued now; behind them there are none left.
    accept_loop_.Post([&] {
      const base::MutexLock lock(mutex);
      is_closed = true;
      closed.NotifyAll();
    });
  });
  const base::MutexLock lock(mutex);
  while (!is_closed) {
    closed.Wait(mutex);
  }
}

template <typename Body>
void Listener::PostToAll(Body body) {
  std::vector<std::shared_ptr<Connection>> all;
  {
    const base::MutexLock lock(mutex_);
    for (const auto& [key, connection] : connections_) {
      all.push_back(connection);
    }
  }
  for (const std::shared_ptr<Connection>& connection : all) {
    connection->loop().Post([connection, body] { body(*connection); });
  }
}

bool Listener::WaitUntilEmpty(int64_t max_ms) {
  const base::Clock& clock = loops_.env().clock();
  const int64_t deadline_ns = clock.MonotonicNs() + max_ms * 1'000'000;
  const base::MutexLock lock(mutex_);
  while (!connections_.empty()) {
    const int64_t left_ns = deadline_ns - clock.MonotonicNs();
    if (left_ns <= 0) {
      return false;
    }
    changed_.WaitFor(mutex_, std::chrono::nanoseconds(left_ns));
  }
  return true;
}

size_t Listener::DrainAll(int64_t drain_ms) {
  if (drain_ms > 0) {
    PostToAll([](Connection& connection) { connection.Drain(); });
    if (WaitUntilEmpty(drain_ms)) {
      return 0;
    }
  }
  auto cut = std::make_shared<std::atomic<size_t>>(0);
  PostToAll([cut](Connection& connection) {
    cut->fetch_add(connection.IsBusy() ? 1 : 0);
    connection.Abort();
  });
  const base::MutexLock lock(mutex_);
  while (!connections_.empty()) {
    changed_.Wait(mutex_);
  }
  return cut->load();
}

}  // namespace sb::net
