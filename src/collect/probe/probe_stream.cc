// SPDX-License-Identifier: Apache-2.0
#include "collect/probe/probe_stream.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "net/http_client_config.h"

namespace sb::probe {
namespace {

constexpr size_t kLineBytesMax = 64 << 10;

std::string ErrnoText() {
  return std::strerror(errno);
}

std::string TlsErrorText() {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "connection ended" : reason;
}

bool IsIp(const std::string& name) {
  return net::IpAddress::Parse(name).ok();
}

int TlsVersionOf(const std::string& name) {
  return name == "TLS10"   ? TLS1_VERSION
         : name == "TLS11" ? TLS1_1_VERSION
         : name == "TLS12" ? TLS1_2_VERSION
         : name == "TLS13" ? TLS1_3_VERSION
                           : 0;
}

base::Status AddCas(const std::string& pem, SSL_CTX* context) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  int count = 0;
  while (X509* ca = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr)) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), ca);
    X509_free(ca);
    ++count;
  }
  BIO_free(bio);
  ERR_clear_error();
  return count > 0 ? base::OkStatus() : base::InvalidArgument("no certificate in tls_config.ca");
}

base::Status UseClientCertificate(const std::string& cert_pem, const std::string& key_pem,
                                  SSL_CTX* context) {
  BIO* cert_bio = BIO_new_mem_buf(cert_pem.data(), static_cast<int>(cert_pem.size()));
  BIO* key_bio = BIO_new_mem_buf(key_pem.data(), static_cast<int>(key_pem.size()));
  X509* cert = PEM_read_bio_X509(cert_bio, nullptr, nullptr, nullptr);
  EVP_PKEY* key = PEM_read_bio_PrivateKey(key_bio, nullptr, nullptr, nullptr);
  const bool is_used = cert != nullptr && key != nullptr &&
                       SSL_CTX_use_certificate(context, cert) == 1 &&
                       SSL_CTX_use_PrivateKey(context, key) == 1;
  X509_free(cert);
  EVP_PKEY_free(key);
  BIO_free(cert_bio);
  BIO_free(key_bio);
  ERR_clear_error();
  return is_used ? base::OkStatus()
                 : base::InvalidArgument("client certificate and key of tls_config do not fit");
}

}  // namespace

ProbeStream::~ProbeStream() {
  SSL_free(tls_);
  SSL_CTX_free(context_);
  if (fd_ >= 0) {
    close(fd_);
  }
}

base::Status ProbeStream::Wait(short events) {
  pollfd entry{fd_, events, 0};
  while (true) {
    const int64_t left_ms = job_.LeftMs();
    if (left_ms <= 0) {
      return base::DeadlineExceeded("i/o timeout");
    }
    const int ready = poll(&entry, 1, static_cast<int>(std::min<int64_t>(left_ms, 1 << 30)));
    if (ready > 0) {
      return base::OkStatus();
    }
    if (ready < 0 && errno != EINTR) {
      return base::Unavailable("poll: " + ErrnoText());
    }
  }
}

base::Status ProbeStream::Open(const sockaddr_storage& address, socklen_t size, int family) {
  if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), size) == 0) {
    return base::OkStatus();
  }
  // A Unix socket answers EAGAIN when its backlog is full; that is no connection under way.
  if (errno != EINPROGRESS || family == AF_UNIX) {
    return base::Unavailable("connect: " + ErrnoText());
  }
  SB_RETURN_IF_ERROR(Wait(POLLOUT));
  int error = 0;
  socklen_t error_size = sizeof(error);
  getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &error_size);
  return error == 0 ? base::OkStatus()
                    : base::Unavailable(std::string("connect: ") + std::strerror(error));
}

base::Status ProbeStream::ConnectTcp(const net::IpAddress& ip, uint16_t port,
                                     const std::string& source_ip) {
  const int family = ip.IsV4() ? AF_INET : AF_INET6;
  fd_ = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd_ < 0) {
    return base::Unavailable("socket: " + ErrnoText());
  }
  sockaddr_storage address;
  if (!source_ip.empty()) {
    const base::Result<net::IpAddress> source = net::IpAddress::Parse(source_ip);
    if (!source.ok()) {
      return base::InvalidArgument("error parsing source ip address: " + source_ip);
    }
    const socklen_t source_size = ToSockaddr(*source, 0, &address);
    if (bind(fd_, reinterpret_cast<const sockaddr*>(&address), source_size) != 0) {
      return base::Unavailable("bind: " + ErrnoText() + ": " + source_ip);
    }
  }
  const socklen_t size = ToSockaddr(ip, port, &address);
  return Open(address, size, family);
}

base::Status ProbeStream::ConnectUnix(const std::string& path) {
  sockaddr_storage address{};
  auto* name = reinterpret_cast<sockaddr_un*>(&address);
  name->sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(name->sun_path)) {
    return base::InvalidArgument("not the path of a Unix socket: " + path);
  }
  std::memcpy(name->sun_path, path.data(), path.size());
  fd_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd_ < 0) {
    return base::Unavailable("socket: " + ErrnoText());
  }
  return Open(address, sizeof(sockaddr_un), AF_UNIX);
}

base::Status ProbeStream::LoadTls(const net::TlsConfig& config) {
  net::HttpClientConfig wrapped;
  wrapped.tls_config = config;
  net::ClientRequest resolved;
  // Reads the files.
  SB_RETURN_IF_ERROR(net::ConfiguredClient(job_.source.client, wrapped, job_.source.env)
                         .Apply(resolved));
  const net::ClientTlsOptions& tls = resolved.tls;
  context_ = SSL_CTX_new(TLS_client_method());
  if (!tls.ca_pem.empty()) {
    SB_RETURN_IF_ERROR(AddCas(tls.ca_pem, context_));
  } else {
    SSL_CTX_set_default_verify_paths(context_);
  }
  if (!tls.cert_pem.empty()) {
    SB_RETURN_IF_ERROR(UseClientCertificate(
        tls.cert_pem, tls.key_pem.empty() ? tls.cert_pem : tls.key_pem, context_));
  }
  SSL_CTX_set_min_proto_version(
      context_, config.min_version.empty() ? TLS1_2_VERSION : TlsVersionOf(config.min_version));
  SSL_CTX_set_max_proto_version(context_, TlsVersionOf(config.max_version));
  SSL_CTX_set_verify(context_, config.insecure_skip_verify ? SSL_VERIFY_NONE : SSL_VERIFY_PEER,
                     nullptr);
  return base::OkStatus();
}

base::Status ProbeStream::StartTls(const net::TlsConfig& config, const std::string& server_name) {
  if (tls_ != nullptr) {
    return base::InvalidArgument("starttls: the connection is in TLS already");
  }
  SB_RETURN_IF_ERROR(LoadTls(config));
  const std::string& name = config.server_name.empty() ? server_name : config.server_name;
  tls_ = SSL_new(context_);
  SSL_set_fd(tls_, fd_);
  if (IsIp(name)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls_), name.c_str());
  } else {
    SSL_set_tlsext_host_name(tls_, name.c_str());
    SSL_set1_host(tls_, name.c_str());
  }
  buffer_.clear();
  while (true) {
    ERR_clear_error();
    const int result = SSL_connect(tls_);
    if (result == 1) {
      break;
    }
    SB_RETURN_IF_ERROR(WaitTls(result, "TLS handshake"));
  }
  facts_ = FactsOf(tls_, config.insecure_skip_verify ? ChainTrust::kNotVerified
                                                     : ChainTrust::kVerified);
  return base::OkStatus();
}

base::Status ProbeStream::WaitTls(int result, std::string_view what) {
  switch (SSL_get_error(tls_, result)) {
    case SSL_ERROR_WANT_READ:
      return Wait(POLLIN);
    case SSL_ERROR_WANT_WRITE:
      return Wait(POLLOUT);
    case SSL_ERROR_ZERO_RETURN:
      return base::OutOfRange("end of the stream");
    default:
      return base::Unavailable(std::string(what) + ": " + TlsErrorText());
  }
}

base::Status ProbeStream::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t sent = 0;
    if (tls_ != nullptr) {
      ERR_clear_error();
      sent = SSL_write(tls_, bytes.data(), static_cast<int>(std::min<size_t>(bytes.size(), 16384)));
      if (sent <= 0) {
        SB_RETURN_IF_ERROR(WaitTls(static_cast<int>(sent), "write"));
        continue;
      }
    } else {
      sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0) {
        if (errno != EAGAIN && errno != EINTR) {
          return base::Unavailable("write: " + ErrnoText());
        }
        SB_RETURN_IF_ERROR(Wait(POLLOUT));
        continue;
      }
    }
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return base::OkStatus();
}

base::Status ProbeStream::Fill() {
  char bytes[8192];
  while (true) {
    ssize_t got = 0;
    if (tls_ != nullptr) {
      ERR_clear_error();
      got = SSL_read(tls_, bytes, sizeof(bytes));
      if (got <= 0) {
        SB_RETURN_IF_ERROR(WaitTls(static_cast<int>(got), "read"));
        continue;
      }
    } else {
      got = recv(fd_, bytes, sizeof(bytes), 0);
      if (got == 0) {
        return base::OutOfRange("end of the stream");
      }
      if (got < 0) {
        if (errno != EAGAIN && errno != EINTR) {
          return base::Unavailable("read: " + ErrnoText());
        }
        SB_RETURN_IF_ERROR(Wait(POLLIN));
        continue;
      }
    }
    buffer_.append(bytes, static_cast<size_t>(got));
    return base::OkStatus();
  }
}

base::Result<std::string> ProbeStream::ReadLine() {
  size_t end = buffer_.find('\n');
  while (end == buffer_.npos) {
    if (buffer_.size() > kLineBytesMax) {
      return base::ResourceExhausted("a line is longer than 64 KiB");
    }
    const base::Status status = Fill();
    if (status.code() == base::StatusCode::kOutOfRange && !buffer_.empty()) {
      return std::exchange(buffer_, std::string());  // the last line has no end
    }
    SB_RETURN_IF_ERROR(status);
    end = buffer_.find('\n');
  }
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  if (line.ends_with('\r')) {
    line.pop_back();
  }
  return line;
}

base::Result<std::string> ProbeStream::ReadBytes(size_t size) {
  while (buffer_.size() < size) {
    SB_RETURN_IF_ERROR(Fill());
  }
  std::string bytes = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return bytes;
}

}  // namespace sb::probe
