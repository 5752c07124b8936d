// SPDX-License-Identifier: Apache-2.0
#include "api/ui/batch_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.h"

namespace sb::api {

namespace {

constexpr size_t kBatchBodyBytesMax = 1 << 20;
// Streams are compressed and flushed piece by piece; text/* is what the server compresses.
constexpr char kContentType[] = "text/x-signalbox-batch";
// Drains on the threads of queries: those of the web serve what never waits for a reader.
constexpr char kDrainPool[] = "query";

// The frames of one reply: written by whichever drain runs, by one at a time.
class Batch final : public std::enable_shared_from_this<Batch> {
 public:
  Batch(std::shared_ptr<net::ResponseWriter> writer, size_t count, const net::Executor* drains)
      : writer_(std::move(writer)), drains_(drains), left_(count) {}

  void Add(size_t index, const net::HttpResponse& response) SB_EXCLUDES(mutex_) {
    {
      const base::MutexLock lock(mutex_);
      frames_ += fmt::format("{} {} {} {}\n", index, response.status, response.body.size(),
                             response.headers.Get("Content-Type"));
      frames_ += response.body;
      --left_;
      if (is_draining_) {
        return;
      }
      is_draining_ = true;
    }
    if (drains_ == nullptr || !(*drains_)([self = shared_from_this()] { self->Drain(); })) {
      // The next answer tries again; after the last one the reply is cut.
      const base::MutexLock lock(mutex_);
      is_draining_ = false;
    }
  }

  void Track(std::weak_ptr<InnerCall> call) SB_EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    calls_.push_back(std::move(call));
  }

  void Cancel() SB_EXCLUDES(mutex_) {
    std::vector<std::weak_ptr<InnerCall>> calls;
    {
      const base::MutexLock lock(mutex_);
      calls.swap(calls_);
    }
    for (const std::weak_ptr<InnerCall>& weak : calls) {
      if (const std::shared_ptr<InnerCall> call = weak.lock()) {
        call->Cancel();
      }
    }
  }

 private:
  void Drain() SB_EXCLUDES(mutex_) {
    while (true) {
      std::string frames;
      bool is_last = false;
      {
        const base::MutexLock lock(mutex_);
        if (frames_.empty()) {
          is_draining_ = false;
          return;
        }
        frames.swap(frames_);
        is_last = left_ == 0;
      }
      if (!is_started_) {
        is_started_ = true;
        net::HttpResponse head(200, std::move(frames), kContentType);
        head.headers.Set("Cache-Control", "no-store");
        writer_->Start(std::move(head));
      } else {
        writer_->Write(frames);
      }
      if (is_last) {
        writer_->Finish();
        return;
      }
      writer_->Flush();
    }
  }

  const std::shared_ptr<net::ResponseWriter> writer_;
  const net::Executor* const drains_;
  bool is_started_ = false;  // of the drain that runs
  base::Mutex mutex_;
  std::string frames_ SB_GUARDED_BY(mutex_);
  size_t left_ SB_GUARDED_BY(mutex_);
  bool is_draining_ SB_GUARDED_BY(mutex_) = false;
  std::vector<std::weak_ptr<InnerCall>> calls_ SB_GUARDED_BY(mutex_);
};

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

void AnswerBatch(const InnerCalls& calls, const net::HttpRequest& request,
                 net::ResponseWriter& writer) {
  const std::vector<std::string_view> targets = Lines(request.body);
  if (targets.empty() || targets.size() > kBatchTargetsMax) {
    writer.Send(net::PlainTextResponse(
        400, fmt::format("a batch has 1 to {} lines, one target each", kBatchTargetsMax)));
    return;
  }
  const auto batch =
      std::make_shared<Batch>(writer.Detach(), targets.size(), calls.ExecutorOf(kDrainPool));
  writer.OnCancel([weak = std::weak_ptr<Batch>(batch)] {
    if (const std::shared_ptr<Batch> running = weak.lock()) {
      running->Cancel();
    }
  });
  for (size_t i = 0; i < targets.size(); ++i) {
    batch->Track(calls.Get(request, std::string(targets[i]),
                           [batch, i](net::HttpResponse reply) { batch->Add(i, reply); }));
  }
  if (writer.IsCancelled()) {
    batch->Cancel();  // what was begun after the peer had gone
  }
}

}  // namespace

void AddBatchRoute(const InnerCalls& calls, net::Router* router) {
  net::RouteOptions options;
  options.max_body_bytes = kBatchBodyBytesMax;
  router->Handle(
      "POST", "/api/signalbox/v1/batch",
      [&calls](const net::HttpRequest& request, net::ResponseWriter& writer) {
        AnswerBatch(calls, request, writer);
      },
      std::move(options));
}

}  // namespace sb::api
