// SPDX-License-Identifier: Apache-2.0
#include "net_stream.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/env.h"
#include "base/mutex.h"

namespace sb::load {
namespace {

constexpr Nanos kWakeEvery = 100 * kMilli;
constexpr Nanos kDnsKeep = 300 * kSecond;

double Millis(Nanos nanos) {
  return double(nanos) / double(kMilli);
}

struct Address {
  sockaddr_storage storage{};
  socklen_t bytes = 0;
};

// One answer per name, for all users.
class NameCache {
 public:
  bool Resolve(const std::string& host, Address* out) {
    {
      base::MutexLock lock(mutex_);
      const auto it = known_.find(host);
      if (it != known_.end() && NowNs() < it->second.until) {
        *out = it->second.address;
        return true;
      }
    }
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_family = AF_UNSPEC;
    addrinfo* found = nullptr;
    if (getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0 || found == nullptr) return false;
    // IPv4 first, as k6's default preferIPv4.
    const addrinfo* chosen = found;
    for (const addrinfo* it = found; it != nullptr; it = it->ai_next) {
      if (it->ai_family == AF_INET) {
        chosen = it;
        break;
      }
    }
    std::memcpy(&out->storage, chosen->ai_addr, chosen->ai_addrlen);
    out->bytes = chosen->ai_addrlen;
    freeaddrinfo(found);
    base::MutexLock lock(mutex_);
    if (known_.size() > 10'000) known_.clear();
    known_[host] = {*out, NowNs() + kDnsKeep};
    return true;
  }

 private:
  struct Entry {
    Address address;
    Nanos until = 0;
  };
  base::Mutex mutex_;
  std::map<std::string, Entry> known_ SB_GUARDED_BY(mutex_);
};

NameCache& Names() {
  static NameCache* cache = new NameCache;
  return *cache;
}

SSL_CTX* TlsContext(bool verify) {
  static const auto make = [](bool check) {
    SSL_CTX* context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_default_verify_paths(context);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_verify(context, check ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
    return context;
  };
  static SSL_CTX* strict = make(true);
  static SSL_CTX* loose = make(false);
  return verify ? strict : loose;
}

// False when the limit passed.
bool WaitFor(int fd, short events, const WaitLimit& wait) {
  for (;;) {
    const Nanos now = NowNs();
    if (wait.Passed(now)) return false;
    const Nanos rest = std::min(wait.deadline - now, kWakeEvery);
    pollfd entry{fd, events, 0};
    if (poll(&entry, 1, int((rest + kMilli - 1) / kMilli)) > 0) return true;
  }
}

void SetError(StreamError* error, int code, std::string text) {
  error->code = code;
  error->text = std::move(text);
}

void SetErrno(StreamError* error, int number, const char* doing) {
  const int code = number == ECONNREFUSED ? 1212 : number == ECONNRESET ? 1220
                   : number == EPIPE      ? 1201 : number == ETIMEDOUT  ? 1211
                                                                        : 1210;
  char text[128];
  SetError(error, code, std::string(doing) + ": " + strerror_r(number, text, sizeof text));
}

}  // namespace

Nanos NowNs() {
  static const base::Clock& clock = base::Env::Real().clock();
  return clock.MonotonicNs();
}

std::unique_ptr<NetStream> NetStream::Open(const StreamSettings& settings,
                                           const std::string& host, uint16_t port, bool tls,
                                           const WaitLimit& wait, ConnectTimings* timings,
                                           StreamError* error) {
  std::unique_ptr<NetStream> stream(new NetStream);
  if (!stream->Connect(settings, host, port, wait, timings, error)) return nullptr;
  if (tls) {
    const Nanos begin = NowNs();
    if (!stream->Handshake(settings, host, wait, error)) return nullptr;
    timings->tls = Millis(NowNs() - begin);
  }
  return stream;
}

NetStream::~NetStream() {
  if (ssl_ != nullptr) SSL_free(ssl_);
  if (fd_ >= 0) close(fd_);
}

bool NetStream::Connect(const StreamSettings& settings, const std::string& host, uint16_t port,
                        const WaitLimit& wait, ConnectTimings* timings, StreamError* error) {
  std::string name = host;
  for (const std::string& key : {host + ":" + std::to_string(port), host}) {
    const auto it = settings.hosts.find(key);
    if (it == settings.hosts.end()) continue;
    name = it->second;
    const size_t colon = name.rfind(':');
    if (colon != std::string::npos && name.find(':') == colon) {
      uint32_t mapped = 0;
      for (const char c : std::string_view(name).substr(colon + 1)) {
        mapped = mapped * 10 + uint32_t(c - '0');
      }
      port = uint16_t(mapped);
      name.resize(colon);
    }
    break;
  }
  const Nanos begin = NowNs();
  Address address;
  if (!Names().Resolve(name, &address)) {
    SetError(error, 1101, "lookup " + name + ": no such host");
    return false;
  }
  const Nanos resolved = NowNs();
  timings->dns = Millis(resolved - begin);
  char text[INET6_ADDRSTRLEN] = "";
  if (address.storage.ss_family == AF_INET) {
    auto* v4 = reinterpret_cast<sockaddr_in*>(&address.storage);
    v4->sin_port = htons(port);
    inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
  } else {
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&address.storage);
    v6->sin6_port = htons(port);
    inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
  }
  remote_ip_ = text;
  remote_port_ = port;
  fd_ = socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) {
    SetErrno(error, errno, "socket");
    return false;
  }
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(fd_, reinterpret_cast<sockaddr*>(&address.storage), address.bytes) != 0) {
    if (errno != EINPROGRESS) {
      SetErrno(error, errno, "dial");
      return false;
    }
    if (!WaitFor(fd_, POLLOUT, wait)) {
      SetError(error, 1211, "dial: i/o timeout");
      return false;
    }
    int failure = 0;
    socklen_t bytes = sizeof failure;
    getsockopt(fd_, SOL_SOCKET, SO_ERROR, &failure, &bytes);
    if (failure != 0) {
      SetErrno(error, failure, "dial");
      return false;
    }
  }
  // From here on calls block, and wake to look at their limits.
  fcntl(fd_, F_SETFL, fcntl(fd_, F_GETFL) & ~O_NONBLOCK);
  const timeval wake{0, kWakeEvery / kMicro};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &wake, sizeof wake);
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &wake, sizeof wake);
  timings->connecting = Millis(NowNs() - resolved);
  return true;
}

bool NetStream::Handshake(const StreamSettings& settings, const std::string& host,
                          const WaitLimit& wait, StreamError* error) {
  ssl_ = SSL_new(TlsContext(!settings.insecure_skip_tls_verify));
  SSL_set_fd(ssl_, fd_);
  SSL_set_tlsext_host_name(ssl_, host.c_str());
  if (!settings.insecure_skip_tls_verify) SSL_set1_host(ssl_, host.c_str());
  for (;;) {
    ERR_clear_error();
    const int done = SSL_connect(ssl_);
    if (done == 1) return true;
    const int why = SSL_get_error(ssl_, done);
    if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) {
      const long verified = SSL_get_verify_result(ssl_);
      SetError(error, verified == X509_V_OK ? 1300 : 1310,
               verified == X509_V_OK ? "tls: handshake failed"
                                     : std::string("x509: ") +
                                           X509_verify_cert_error_string(verified));
      return false;
    }
    if (wait.Passed(NowNs())) {
      SetError(error, 1050, "tls: handshake timeout");
      return false;
    }
  }
}

bool NetStream::Send(std::string_view bytes, const WaitLimit& wait, StreamError* error) {
  while (!bytes.empty()) {
    int64_t sent = 0;
    bool later = false;
    if (ssl_ != nullptr) {
      ERR_clear_error();
      sent = SSL_write(ssl_, bytes.data(), int(std::min(bytes.size(), size_t{1} << 30)));
      const int why = sent > 0 ? SSL_ERROR_NONE : SSL_get_error(ssl_, int(sent));
      later = why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE;
    } else {
      sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      later = sent < 0 && (errno == EAGAIN || errno == EINTR);
    }
    if (sent > 0) {
      bytes.remove_prefix(size_t(sent));
    } else if (!later) {
      SetErrno(error, ssl_ != nullptr ? EPIPE : errno, "write");
      return false;
    } else if (wait.Passed(NowNs())) {
      SetError(error, 1050, "request timeout");
      return false;
    }
  }
  return true;
}

NetStream::Got NetStream::Receive(bool block, const WaitLimit& wait, std::string* out,
                                  StreamError* error) {
  constexpr size_t kStep = 16384;
  char buffer[kStep];
  for (;;) {
    int64_t got = 0;
    bool later = false;
    if (ssl_ != nullptr) {
      // Without `block` the caller has seen that the socket is readable.
      ERR_clear_error();
      got = SSL_read(ssl_, buffer, int(kStep));
      const int why = got > 0 ? SSL_ERROR_NONE : SSL_get_error(ssl_, int(got));
      later = why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE;
      if (why == SSL_ERROR_ZERO_RETURN) return Got::kEnd;
    } else {
      got = recv(fd_, buffer, kStep, block ? 0 : MSG_DONTWAIT);
      later = got < 0 && (errno == EAGAIN || errno == EINTR);
      if (got == 0) return Got::kEnd;
    }
    if (got > 0) {
      out->append(buffer, size_t(got));
      return Got::kBytes;
    }
    if (!later) {
      SetErrno(error, ssl_ != nullptr ? ECONNRESET : errno, "read");
      return Got::kError;
    }
    if (!block) return Got::kLater;
    if (wait.Passed(NowNs())) {
      SetError(error, 1050, "request timeout");
      return Got::kError;
    }
  }
}

bool NetStream::HasBuffered() const {
  return ssl_ != nullptr && SSL_pending(ssl_) > 0;
}

std::string NetStream::tls_version() const {
  if (ssl_ == nullptr) return "";
  const std::string_view version = SSL_get_version(ssl_);
  if (version == "TLSv1.3") return "tls1.3";
  if (version == "TLSv1.2") return "tls1.2";
  return std::string(version);
}

}  // namespace sb::load
