// SPDX-License-Identifier: Apache-2.0
//
// EventLoops: the threads that own all sockets of the servers. Several HttpServers share them; each
// connection belongs to one loop for its whole life, so nothing in a connection needs a lock.
//
//   EventLoops loops({.threads = 2});
//   HttpServer prometheus(loops, options, router);
//
// Order of destruction: servers, then the pools that run their handlers, then the loops (a handler
// that is still at work posts its reply to its loop).
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "base/env.h"

namespace sb::net {

class EventLoop;  // net/event_loop_impl.h, private to this module

class EventLoops {
 public:
  struct Options {
    int threads = 2;
    base::Env* env = nullptr;  // null: base::Env::Real()
  };

  explicit EventLoops(Options options);
  EventLoops() : EventLoops(Options()) {}
  ~EventLoops();
  EventLoops(const EventLoops&) = delete;
  EventLoops& operator=(const EventLoops&) = delete;

  size_t size() const;
  EventLoop& loop(size_t i);
  // The next loop in turn.
  EventLoop& Next();
  base::Env& env();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sb::net
