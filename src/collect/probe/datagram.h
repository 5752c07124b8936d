// SPDX-License-Identifier: Apache-2.0
//
// ProbeDatagram is a connected datagram socket (UDP, or ICMP), bounded by the probe's deadline.
// kUnavailable for what the network does, kDeadlineExceeded when the time is over,
// kPermissionDenied when the system does not let this process open such a socket.
//
// Threads: one thread at a time.
#pragma once

#include <string>

#include "base/status.h"
#include "collect/probe/probe_address.h"

namespace sb::probe {

class ProbeDatagram {
 public:
  explicit ProbeDatagram(const ProbeJob& job) : job_(job) {}
  ~ProbeDatagram();
  ProbeDatagram(const ProbeDatagram&) = delete;
  ProbeDatagram& operator=(const ProbeDatagram&) = delete;

  // `protocol`: 0 for the usual of `type` (SOCK_DGRAM, SOCK_RAW).
  base::Status Connect(const net::IpAddress& ip, uint16_t port, const std::string& source_ip,
                       int type, int protocol);
  int fd() const { return fd_; }
  base::Status Send(std::string_view bytes);
  base::Result<std::string> Receive();

 private:
  const ProbeJob& job_;
  int fd_ = -1;
};

}  // namespace sb::probe
