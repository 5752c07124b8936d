// SPDX-License-Identifier: Apache-2.0
//
// EventSubscriptions is the list of callbacks behind EventReader::Subscribe, for every store that
// implements it.
//
//   return subscriptions_.Add(std::move(callback));
//   …
//   subscriptions_.Tell(batch);        // on the writer's thread, after the batch was stored
//
// A callback must not end its own subscription.
//
// Threads: safe for concurrent use. A subscription that is being told delays its end.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>

#include "base/mutex.h"
#include "store/interface/event_store.h"

namespace sb::store {

class EventSubscriptions {
 public:
  using Callback = std::function<void(const EventBatch&)>;

  EventSubscriptions();
  ~EventSubscriptions();
  std::unique_ptr<EventReader::Subscription> Add(Callback callback);
  void Tell(const EventBatch& batch) const;

 private:
  struct List {
    base::SharedMutex mutex;
    uint64_t next SB_GUARDED_BY(mutex) = 0;
    std::map<uint64_t, Callback> callbacks SB_GUARDED_BY(mutex);
  };
  class Held;
  std::shared_ptr<List> list_;
};

}  // namespace sb::store
