// SPDX-License-Identifier: Apache-2.0
#include "net/event_loop.h"

#include <pthread.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <ctime>

#include "base/check.h"
#include "net/event_loop_impl.h"

namespace sb::net {
namespace {

constexpr size_t kReadBufferBytes = 64 << 10;

std::string FormatHttpDate(int64_t unix_seconds) {
  const auto seconds = static_cast<std::time_t>(unix_seconds);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[40];
  // The "C" locale is in force: the program never calls setlocale().
  const size_t size = std::strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &utc);
  return std::string(text, size);
}

}  // namespace

EventLoop::EventLoop(base::Env& env)
    : env_(env), io_(1), tick_timer_(io_), read_buffer_(kReadBufferBytes) {
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "net");
    const auto guard = boost::asio::make_work_guard(io_);
    io_.run();
  });
}

EventLoop::~EventLoop() {
  Stop();
}

void EventLoop::Stop() {
  io_.stop();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void EventLoop::Post(std::function<void()> task) {
  boost::asio::post(io_, std::move(task));
}

void EventLoop::AddTicking(Ticking* ticking) {
  SB_CHECK(ticking->tick_index_ == SIZE_MAX);
  ticking->tick_index_ = tickings_.size();
  tickings_.push_back(ticking);
  if (!is_ticking_) {
    is_ticking_ = true;
    ScheduleTick();
  }
}

void EventLoop::RemoveTicking(Ticking* ticking) {
  const size_t i = ticking->tick_index_;
  if (i == SIZE_MAX) {
    return;
  }
  tickings_[i] = tickings_.back();
  tickings_[i]->tick_index_ = i;
  tickings_.pop_back();
  ticking->tick_index_ = SIZE_MAX;
}

void EventLoop::ScheduleTick() {
  tick_timer_.expires_after(std::chrono::nanoseconds(kTickNs));
  tick_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) {
      Tick();
    }
  });
}

void EventLoop::Tick() {
  const int64_t now = NowNs();
  // A tick may close connections. The last one then takes the free place and may wait for the next
  // tick.
  for (size_t i = 0; i < tickings_.size(); ++i) {
    tickings_[i]->OnTick(now);
  }
  is_ticking_ = !tickings_.empty();
  if (is_ticking_) {
    ScheduleTick();
  }
}

const std::string& EventLoop::HttpDate() {
  const int64_t second = env_.clock().NowMs().Value() / 1000;
  if (second != date_second_) {
    date_second_ = second;
    date_ = FormatHttpDate(second);
  }
  return date_;
}

struct EventLoops::Impl {
  base::Env& env;
  std::vector<std::unique_ptr<EventLoop>> loops;
  std::atomic<size_t> next{0};
};

EventLoops::EventLoops(Options options)
    : impl_(new Impl{options.env != nullptr ? *options.env : base::Env::Real(), {}, {}}) {
  SB_CHECK(options.threads > 0);
  for (int i = 0; i < options.threads; ++i) {
    impl_->loops.push_back(std::make_unique<EventLoop>(impl_->env));
  }
}

// The loops stop running first and only then go away, because a handler still at work on some pool
// may post to any of them (the tasks then never run).
EventLoops::~EventLoops() {
  for (const auto& loop : impl_->loops) {
    loop->Stop();
  }
}

size_t EventLoops::size() const {
  return impl_->loops.size();
}

EventLoop& EventLoops::loop(size_t i) {
  return *impl_->loops[i];
}

EventLoop& EventLoops::Next() {
  return *impl_->loops[impl_->next.fetch_add(1, std::memory_order_relaxed) % impl_->loops.size()];
}

base::Env& EventLoops::env() {
  return impl_->env;
}

}  // namespace sb::net
