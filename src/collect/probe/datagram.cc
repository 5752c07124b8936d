// SPDX-License-Identifier: Apache-2.0
#include "collect/probe/datagram.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace sb::probe {
namespace {

constexpr size_t kDatagramBytesMax = 65'535;

base::Status FromErrno(std::string_view what) {
  const std::string message = std::string(what) + ": " + std::strerror(errno);
  return errno == EPERM || errno == EACCES ? base::PermissionDenied(message)
                                           : base::Unavailable(message);
}

}  // namespace

ProbeDatagram::~ProbeDatagram() {
  if (fd_ >= 0) {
    close(fd_);
  }
}

base::Status ProbeDatagram::Connect(const net::IpAddress& ip, uint16_t port,
                                    const std::string& source_ip, int type, int protocol) {
  fd_ = socket(ip.IsV4() ? AF_INET : AF_INET6, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
  if (fd_ < 0) {
    return FromErrno("socket");
  }
  sockaddr_storage address;
  if (!source_ip.empty()) {
    SB_ASSIGN_OR_RETURN(const net::IpAddress source, net::IpAddress::Parse(source_ip));
    const socklen_t size = ToSockaddr(source, 0, &address);
    if (bind(fd_, reinterpret_cast<sockaddr*>(&address), size) != 0) {
      return FromErrno("bind " + source_ip);
    }
  }
  const socklen_t size = ToSockaddr(ip, port, &address);
  if (connect(fd_, reinterpret_cast<sockaddr*>(&address), size) != 0) {
    return FromErrno("connect " + ip.ToString());
  }
  return base::OkStatus();
}

base::Status ProbeDatagram::Send(std::string_view bytes) {
  return send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size())
             ? base::OkStatus()
             : FromErrno("write");
}

base::Result<std::string> ProbeDatagram::Receive() {
  std::string buffer(kDatagramBytesMax, '\0');
  while (true) {
    const ssize_t size = recv(fd_, buffer.data(), buffer.size(), 0);
    if (size >= 0) {
      buffer.resize(static_cast<size_t>(size));
      return buffer;
    }
    if (errno != EAGAIN && errno != EINTR) {
      return FromErrno("read");
    }
    pollfd wait{fd_, POLLIN, 0};
    const int64_t left = job_.LeftMs();
    if (left <= 0 || poll(&wait, 1, static_cast<int>(std::min<int64_t>(left, 60'000))) < 0) {
      return base::DeadlineExceeded("no answer within the time of the probe");
    }
  }
}

}  // namespace sb::probe
