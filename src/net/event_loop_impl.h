// SPDX-License-Identifier: Apache-2.0
//
// EventLoop: one thread with an Asio io_context, a coarse tick for timeouts, and a cached clock.
// Private to net; the only headers that include Boost are this one and connection.h.
//
// Timeouts are deadlines that each Ticking object compares on the tick, instead of one timer per
// connection: setting one is a store, and 10,000 idle connections cost one short scan per tick.
//
// Threads: Post(), io() and AddTicking's callers as documented; everything else on the loop's
// thread.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/env.h"

namespace sb::net {

class Ticking {
 public:
  virtual ~Ticking() = default;
  virtual void OnTick(int64_t now_ns) = 0;

 private:
  friend class EventLoop;
  size_t tick_index_ = SIZE_MAX;  // in the loop's list; SIZE_MAX: not in it
};

class EventLoop {
 public:
  static constexpr int64_t kTickNs = 100'000'000;

  explicit EventLoop(base::Env& env);
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // From any thread. Tasks posted after Stop() never run.
  void Post(std::function<void()> task);
  void Stop();  // joins; from outside the loop
  bool IsHere() const { return std::this_thread::get_id() == thread_.get_id(); }
  boost::asio::io_context& io() { return io_; }
  base::Env& env() { return env_; }

  // On the loop's thread only, from here on.
  void AddTicking(Ticking* ticking);
  void RemoveTicking(Ticking* ticking);
  int64_t NowNs() const { return env_.clock().MonotonicNs(); }
  // "Mon, 23 Nov 2026 16:40:00 GMT", made once a second.
  const std::string& HttpDate();
  // 64 KB for one read; its content is dead when the loop gets back control.
  std::vector<char>& read_buffer() { return read_buffer_; }

 private:
  void ScheduleTick();
  void Tick();

  base::Env& env_;
  boost::asio::io_context io_;
  boost::asio::steady_timer tick_timer_;
  bool is_ticking_ = false;
  std::vector<Ticking*> tickings_;
  std::vector<char> read_buffer_;
  int64_t date_second_ = -1;
  std::string date_;
  std::thread thread_;
};

}  // namespace sb::net
