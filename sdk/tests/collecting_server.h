// SPDX-License-Identifier: Apache-2.0
//
// A small HTTP/1.1 server for tests: keeps the requests it gets, answers with the statuses it was
// told.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace signalbox::testing {

struct CollectedRequest {
  std::string path;
  std::string head;
  std::string body;
};

class CollectingServer {
 public:
  CollectingServer() {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    listen(listener_, 16);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Accept(); });
  }
  ~CollectingServer() {
    shutdown(listener_, SHUT_RDWR);
    close(listener_);
    thread_.join();
    for (std::thread& connection : connections_) {
      connection.join();
    }
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  // Statuses of the next answers; afterwards 200.
  void AnswerWith(std::deque<int> statuses) {
    const std::lock_guard lock(mutex_);
    statuses_ = std::move(statuses);
  }
  std::vector<CollectedRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  // Waits until `count` requests to the path came; false after 10 s.
  bool WaitFor(const std::string& path, size_t count) {
    std::unique_lock lock(mutex_);
    return came_.wait_for(lock, std::chrono::seconds(10), [&] {
      size_t found = 0;
      for (const CollectedRequest& request : requests_) {
        found += request.path == path ? 1 : 0;
      }
      return found >= count;
    });
  }

 private:
  static size_t NumberAt(const std::string& bytes, size_t at) {
    size_t number = 0;
    std::from_chars(bytes.data() + at, bytes.data() + bytes.size(), number);
    return number;
  }

  void Accept() {
    for (;;) {
      const int connection = accept(listener_, nullptr, nullptr);
      if (connection < 0) {
        return;
      }
      connections_.emplace_back([this, connection] { Serve(connection); });
    }
  }

  void Serve(int connection) {
    std::string bytes;
    char buffer[16384];
    for (;;) {
      const size_t end = bytes.find("\r\n\r\n");
      size_t need = std::string::npos;
      if (end != std::string::npos) {
        const size_t at = bytes.find("Content-Length: ");
        need = end + 4 + (at < end ? NumberAt(bytes, at + 16) : 0);
      }
      if (need != std::string::npos && bytes.size() >= need) {
        Keep(bytes.substr(0, end), bytes.substr(end + 4, need - end - 4));
        bytes.erase(0, need);
        const std::string answer =
            "HTTP/1.1 " + std::to_string(NextStatus()) + " X\r\nContent-Length: 0\r\n\r\n";
        send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
        continue;
      }
      const ssize_t got = recv(connection, buffer, sizeof buffer, 0);
      if (got <= 0) {
        break;
      }
      bytes.append(buffer, static_cast<size_t>(got));
    }
    close(connection);
  }

  void Keep(std::string head, std::string body) {
    const size_t begin = head.find(' ') + 1;
    const std::lock_guard lock(mutex_);
    requests_.push_back({head.substr(begin, head.find(' ', begin) - begin), head, std::move(body)});
    came_.notify_all();
  }

  int NextStatus() {
    const std::lock_guard lock(mutex_);
    if (statuses_.empty()) {
      return 200;
    }
    const int status = statuses_.front();
    statuses_.pop_front();
    return status;
  }

  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable came_;
  std::deque<int> statuses_;
  std::vector<CollectedRequest> requests_;
  std::vector<std::thread> connections_;
  std::thread thread_;
};

}  // namespace signalbox::testing
