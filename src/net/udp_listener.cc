// SPDX-License-Identifier: Apache-2.0
#include "net/udp_listener.h"

#include <boost/asio/ip/udp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/mutex.h"
#include "net/event_loop_impl.h"
#include "net/listen_address.h"

namespace sb::net {

using boost::system::error_code;
using Udp = boost::asio::ip::udp;

namespace {

// Read at one go, and one task of the pool.
constexpr size_t kDatagramsPerTask = 32;

}  // namespace

// Lives as long as a read or a task needs it.
class UdpListener::Socket : public std::enable_shared_from_this<UdpListener::Socket> {
 public:
  Socket(EventLoop& loop, UdpListenerOptions options, Handler handler)
      : loop_(loop), options_(std::move(options)), handler_(std::move(handler)), udp_(loop.io()) {}

  base::Status Bind();
  void Receive();
  void Close();
  std::string address() const;

 private:
  // Datagrams on their way to the handler; whatever becomes of the task, they are given back.
  struct Batch {
    explicit Batch(std::shared_ptr<Socket> from) : socket(std::move(from)) {}
    ~Batch() { socket->GiveBack(datagrams.size()); }
    std::shared_ptr<Socket> socket;
    std::vector<std::string> datagrams;
  };
  base::Status TryBind(const Udp::endpoint& endpoint);
  void OnReadable();
  bool ReadBatch(Batch* batch, size_t* dropped);
  bool Reserve();
  void GiveBack(size_t datagrams);
  void Handle(const Batch& batch);

  EventLoop& loop_;
  const UdpListenerOptions options_;
  const Handler handler_;
  Udp::socket udp_;
  Udp::endpoint endpoint_;
  base::Mutex mutex_;
  base::CondVar idle_;
  size_t in_flight_ SB_GUARDED_BY(mutex_) = 0;
  bool is_closed_ SB_GUARDED_BY(mutex_) = false;
};

base::Status UdpListener::Socket::TryBind(const Udp::endpoint& endpoint) {
  error_code error;
  udp_.open(endpoint.protocol(), error);
  if (!error && endpoint.protocol() == Udp::v6()) {
    udp_.set_option(boost::asio::ip::v6_only(!endpoint.address().is_unspecified()), error);
  }
  if (!error) {
    error_code ignored;  // the kernel gives what its limit allows
    udp_.set_option(Udp::socket::receive_buffer_size(options_.receive_buffer_bytes), ignored);
    udp_.non_blocking(true, error);
  }
  if (!error) {
    udp_.bind(endpoint, error);
  }
  if (error) {
    error_code ignored;
    udp_.close(ignored);
    const std::string text = error.message() + ": " + endpoint.address().to_string() + ":" +
                             std::to_string(endpoint.port());
    return error == boost::asio::error::access_denied ? base::PermissionDenied(text)
                                                      : base::Unavailable(text);
  }
  endpoint_ = udp_.local_endpoint(error);
  return base::OkStatus();
}

base::Status UdpListener::Socket::Bind() {
  SB_ASSIGN_OR_RETURN(const ListenAddress split, SplitListenAddress(options_.address));
  if (split.host.empty()) {
    const base::Status both = TryBind(Udp::endpoint(Udp::v6(), split.port));
    return both.ok() ? both
                     : TryBind(Udp::endpoint(Udp::v4(), split.port)).WithPrefix("cannot listen");
  }
  error_code error;
  Udp::resolver resolver(loop_.io());
  const auto results = resolver.resolve(split.host, std::to_string(split.port), error);
  if (error || results.empty()) {
    return base::InvalidArgument("cannot resolve listen address: " + error.message() + ": \"" +
                                 options_.address + "\"");
  }
  return TryBind(results.begin()->endpoint()).WithPrefix("cannot listen");
}

std::string UdpListener::Socket::address() const {
  const std::string host = endpoint_.address().to_string();
  return (endpoint_.address().is_v6() ? "[" + host + "]" : host) + ":" +
         std::to_string(endpoint_.port());
}

bool UdpListener::Socket::Reserve() {
  const base::MutexLock lock(mutex_);
  if (is_closed_ || in_flight_ >= options_.queue_max) {
    return false;
  }
  ++in_flight_;
  return true;
}

void UdpListener::Socket::GiveBack(size_t datagrams) {
  const base::MutexLock lock(mutex_);
  in_flight_ -= datagrams;
  if (in_flight_ == 0) {
    idle_.NotifyAll();
  }
}

void UdpListener::Socket::Handle(const Batch& batch) {
  for (const std::string& datagram : batch.datagrams) {
    handler_(datagram);
  }
}

// False when the socket has nothing more.
bool UdpListener::Socket::ReadBatch(Batch* batch, size_t* dropped) {
  std::vector<char>& buffer = loop_.read_buffer();
  while (batch->datagrams.size() + *dropped < kDatagramsPerTask) {
    Udp::endpoint sender;
    error_code error;
    const size_t bytes = udp_.receive_from(boost::asio::buffer(buffer), sender, 0, error);
    if (error) {
      return false;
    }
    if (Reserve()) {
      batch->datagrams.emplace_back(buffer.data(), bytes);
    } else {
      ++*dropped;
    }
  }
  return true;
}

void UdpListener::Socket::OnReadable() {
  bool more = true;
  while (more) {
    size_t dropped = 0;
    auto batch = std::make_shared<Batch>(shared_from_this());
    more = ReadBatch(batch.get(), &dropped);
    const size_t count = batch->datagrams.size();
    if (count != 0 &&
        !options_.executor([batch = std::move(batch)] { batch->socket->Handle(*batch); })) {
      dropped += count;
    }
    if (dropped != 0 && options_.on_dropped != nullptr) {
      options_.on_dropped(dropped);
    }
  }
}

void UdpListener::Socket::Receive() {
  if (!udp_.is_open()) {
    return;
  }
  udp_.async_wait(Udp::socket::wait_read, [self = shared_from_this()](const error_code& error) {
    if (error == boost::asio::error::operation_aborted) {
      return;
    }
    self->OnReadable();
    self->Receive();
  });
}

void UdpListener::Socket::Close() {
  loop_.Post([self = shared_from_this()] {
    error_code ignored;
    self->udp_.close(ignored);
  });
  const base::MutexLock lock(mutex_);
  is_closed_ = true;
  while (in_flight_ != 0) {
    idle_.Wait(mutex_);
  }
}

UdpListener::UdpListener(EventLoops& loops, UdpListenerOptions options, Handler handler)
    : socket_(std::make_shared<Socket>(loops.Next(), std::move(options), std::move(handler))) {}

UdpListener::~UdpListener() {
  Stop();
}

base::Status UdpListener::Start() {
  SB_RETURN_IF_ERROR(socket_->Bind());
  socket_->Receive();
  return base::OkStatus();
}

void UdpListener::Stop() {
  socket_->Close();
}

std::string UdpListener::bound_address() const {
  return socket_->address();
}

}  // namespace sb::net
