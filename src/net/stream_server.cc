// SPDX-License-Identifier: Apache-2.0
#include "net/stream_server.h"

#include <utility>

#include "base/log.h"
#include "base/mutex.h"
#include "net/event_loop_impl.h"
#include "net/listener.h"
#include "net/server_state.h"
#include "net/tls_engine.h"

namespace sb::net {
namespace {

// How many connections still have something for their handler.
class Drain {
 public:
  void Enter() {
    const base::MutexLock lock(mutex_);
    ++count_;
  }
  void Leave() {
    const base::MutexLock lock(mutex_);
    if (--count_ == 0) {
      empty_.NotifyAll();
    }
  }
  void Wait() {
    const base::MutexLock lock(mutex_);
    while (count_ != 0) {
      empty_.Wait(mutex_);
    }
  }

 private:
  base::Mutex mutex_;
  base::CondVar empty_;
  size_t count_ SB_GUARDED_BY(mutex_) = 0;
};

// What the loop and the pool share of one connection.
class Pipe : public std::enable_shared_from_this<Pipe> {
 public:
  Pipe(std::unique_ptr<StreamHandler> handler, Executor executor, std::shared_ptr<Drain> drain)
      : handler_(std::move(handler)), executor_(std::move(executor)), drain_(std::move(drain)) {
    drain_->Enter();
  }
  ~Pipe() { drain_->Leave(); }

  void Push(std::string_view bytes) {
    {
      const base::MutexLock lock(mutex_);
      pending_.append(bytes);
    }
    Schedule();
  }
  void End() {
    {
      const base::MutexLock lock(mutex_);
      is_ended_ = true;
    }
    Schedule();
  }
  bool IsFull() const {
    const base::MutexLock lock(mutex_);
    return pending_.size() >= StreamServer::kBufferedMax;
  }
  // A full pool refuses; the connection's tick tries again, and at its end this thread does the
  // work.
  void Schedule() {
    bool is_ended = false;
    {
      const base::MutexLock lock(mutex_);
      is_ended = is_ended_;
      if (is_running_ || is_done_ || (pending_.empty() && !is_ended_)) {
        return;
      }
      is_running_ = true;
    }
    if (executor_([self = shared_from_this()] { self->Run(); })) {
      return;
    }
    if (is_ended) {
      Run();
      return;
    }
    const base::MutexLock lock(mutex_);
    is_running_ = false;
  }

 private:
  void Run() {
    for (;;) {
      std::string bytes;
      {
        const base::MutexLock lock(mutex_);
        bytes.swap(pending_);
        if (bytes.empty()) {
          is_running_ = false;
          if (!is_ended_ || is_done_) {
            return;
          }
          is_done_ = true;
        }
      }
      if (bytes.empty()) {
        handler_->OnEnd();
        return;
      }
      handler_->OnBytes(bytes);
    }
  }

  const std::unique_ptr<StreamHandler> handler_;
  const Executor executor_;
  const std::shared_ptr<Drain> drain_;
  mutable base::Mutex mutex_;
  std::string pending_ SB_GUARDED_BY(mutex_);
  bool is_running_ SB_GUARDED_BY(mutex_) = false;
  bool is_ended_ SB_GUARDED_BY(mutex_) = false;
  bool is_done_ SB_GUARDED_BY(mutex_) = false;
};

class StreamSession final : public Session {
 public:
  StreamSession(Transport& transport, std::shared_ptr<Pipe> pipe)
      : transport_(transport), pipe_(std::move(pipe)) {}
  ~StreamSession() override { pipe_->End(); }

  void OnData(std::string_view bytes) override {
    pipe_->Push(bytes);
    if (!is_paused_ && pipe_->IsFull()) {
      is_paused_ = true;
      transport_.PauseReading(true);
    }
  }
  void OnEof() override { transport_.CloseAfterFlush(); }
  void OnSent() override {}
  void OnClosed() override { pipe_->End(); }
  void OnTick(int64_t /*now_ns*/) override {
    pipe_->Schedule();
    if (is_paused_ && !pipe_->IsFull()) {
      is_paused_ = false;
      transport_.PauseReading(false);
    }
  }
  void OnDrain() override { transport_.CloseAfterFlush(); }

 private:
  Transport& transport_;
  const std::shared_ptr<Pipe> pipe_;
  bool is_paused_ = false;
};

HttpServerOptions ListenOptions(StreamServerOptions options) {
  HttpServerOptions out;
  out.name = std::move(options.name);
  out.address = std::move(options.address);
  out.tls = std::move(options.tls);
  out.enable_http2 = false;
  out.max_connections = options.max_connections;
  return out;
}

}  // namespace

struct StreamServer::Impl {
  Impl(EventLoops& event_loops, StreamServerOptions options)
      : loops(event_loops),
        state(std::make_shared<ServerState>(ListenOptions(std::move(options)), Router())) {}

  EventLoops& loops;
  const std::shared_ptr<ServerState> state;
  const std::shared_ptr<Drain> drain = std::make_shared<Drain>();
  std::shared_ptr<Listener> listener;
};

StreamServer::StreamServer(EventLoops& loops, StreamServerOptions options,
                           HandlerFactory make_handler) {
  const Executor executor = options.executor;
  impl_ = std::make_unique<Impl>(loops, std::move(options));
  impl_->state->make_session = [executor, make_handler = std::move(make_handler),
                                drain = impl_->drain](Transport& transport) {
    return std::make_unique<StreamSession>(
        transport, std::make_shared<Pipe>(make_handler(transport.peer().address), executor, drain));
  };
}

StreamServer::~StreamServer() {
  Stop();
}

base::Status StreamServer::Start() {
  const HttpServerOptions& options = impl_->state->options;
  if (options.tls.has_value()) {
    SB_ASSIGN_OR_RETURN(auto tls,
                        TlsContext::CreateServer(*options.tls, false, impl_->loops.env().files()));
    impl_->state->set_tls(std::move(tls));
  }
  auto listener = std::make_shared<Listener>(impl_->loops, impl_->state);
  SB_RETURN_IF_ERROR(listener->Bind(options.address));
  impl_->listener = std::move(listener);
  impl_->listener->Start();
  SB_LOG(kInfo, "listening", {"server", options.name}, {"address", bound_address()});
  return base::OkStatus();
}

void StreamServer::Stop() {
  if (impl_->listener == nullptr) {
    return;
  }
  impl_->listener->Close();
  impl_->listener->DrainAll(0);
  impl_->listener = nullptr;
  impl_->drain->Wait();
}

std::string StreamServer::bound_address() const {
  if (impl_->listener == nullptr) {
    return "";
  }
  const auto endpoint = impl_->listener->endpoint();
  const std::string host = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? "[" + host + "]" : host) + ":" +
         std::to_string(endpoint.port());
}

}  // namespace sb::net
