// SPDX-License-Identifier: Apache-2.0
#include "store/interface/event_subscriptions.h"

#include <utility>

namespace sb::store {

class EventSubscriptions::Held final : public EventReader::Subscription {
 public:
  Held(std::shared_ptr<List> list, uint64_t id) : list_(std::move(list)), id_(id) {}
  ~Held() override {
    base::WriterLock lock(list_->mutex);
    list_->callbacks.erase(id_);
  }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

 private:
  std::shared_ptr<List> list_;
  uint64_t id_;
};

EventSubscriptions::EventSubscriptions() : list_(std::make_shared<List>()) {}
EventSubscriptions::~EventSubscriptions() = default;

std::unique_ptr<EventReader::Subscription> EventSubscriptions::Add(Callback callback) {
  base::WriterLock lock(list_->mutex);
  const uint64_t id = list_->next++;
  list_->callbacks.emplace(id, std::move(callback));
  return std::make_unique<Held>(list_, id);
}

void EventSubscriptions::Tell(const EventBatch& batch) const {
  base::ReaderLock lock(list_->mutex);
  for (const auto& [id, callback] : list_->callbacks) {
    callback(batch);
  }
}

}  // namespace sb::store
