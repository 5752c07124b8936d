// SPDX-License-Identifier: Apache-2.0
#include "cache.h"

#include <hiredis/hiredis.h>

#include <chrono>
#include <map>
#include <mutex>
#include <unordered_map>

#include "number_text.h"
#include "signalbox/instrumentation/hiredis.h"

namespace techmart {

namespace {

constexpr timeval kTimeout = {0, 300'000};
constexpr std::chrono::seconds kPause{1};

class InProcess final : public Cache {
 public:
  std::optional<std::string> Get(Service&, const std::string& key) override {
    const std::lock_guard lock(mutex_);
    const auto found = texts_.find(key);
    return found == texts_.end() ? std::nullopt : std::optional(found->second);
  }
  void Put(Service&, const std::string& key, const std::string& text) override {
    const std::lock_guard lock(mutex_);
    texts_[key] = text;
  }

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, std::string> texts_;
};

class Redis final : public Cache {
 public:
  explicit Redis(std::string url) : url_(std::move(url)) {}

  std::optional<std::string> Get(Service& service, const std::string& key) override {
    const std::lock_guard lock(mutex_);
    const Reply reply = Ask(service, {"GET", key});
    if (reply == nullptr || reply->type != REDIS_REPLY_STRING) {
      return std::nullopt;
    }
    return std::string(reply->str, reply->len);
  }
  void Put(Service& service, const std::string& key, const std::string& text) override {
    const std::lock_guard lock(mutex_);
    Ask(service, {"SET", key, text, "EX", "300"});
  }

 private:
  struct Free {
    void operator()(redisReply* reply) const { freeReplyObject(reply); }
    void operator()(redisContext* context) const { redisFree(context); }
  };
  using Reply = std::unique_ptr<redisReply, Free>;

  Reply Ask(Service& service, const std::vector<std::string_view>& words) {
    if (!Connected()) {
      return nullptr;
    }
    auto& client = clients_[&service];
    if (client == nullptr) {
      client = std::make_unique<signalbox::DatabaseClient>(
          signalbox::hiredis::ClientOf(service.sdk(), context_.get()));
    }
    Reply reply(signalbox::hiredis::Command(*client, context_.get(), words));
    if (reply == nullptr) {
      context_.reset();
    }
    return reply;
  }

  bool Connected() {
    const auto now = std::chrono::steady_clock::now();
    if (context_ != nullptr || now < next_try_) {
      return context_ != nullptr;
    }
    next_try_ = now + kPause;
    if (url_.starts_with("unix://")) {
      context_.reset(redisConnectUnixWithTimeout(url_.c_str() + 7, kTimeout));
    } else {
      const std::string place = url_.substr(url_.find("//") + 2);
      const std::string host = place.substr(0, place.find_first_of(":/"));
      const size_t colon = place.find(':');
      const int64_t port = colon == std::string::npos ? 6379 : NumberOf(place.substr(colon + 1));
      context_.reset(redisConnectWithTimeout(host.c_str(), static_cast<int>(port), kTimeout));
    }
    if (context_ != nullptr && context_->err != 0) {
      context_.reset();
    }
    return context_ != nullptr;
  }

  const std::string url_;
  std::mutex mutex_;
  std::unique_ptr<redisContext, Free> context_;
  std::chrono::steady_clock::time_point next_try_{};
  std::map<const Service*, std::unique_ptr<signalbox::DatabaseClient>> clients_;
};

}  // namespace

std::unique_ptr<Cache> MemoryCache() {
  return std::make_unique<InProcess>();
}

std::unique_ptr<Cache> RedisCache(const std::string& url) {
  return std::make_unique<Redis>(url);
}

}  // namespace techmart
