// SPDX-License-Identifier: Apache-2.0
#include "json_text.h"
#include "number_text.h"
#include "shop.h"

namespace techmart {

Worker::Worker(Service& service, Shop& shop)
    : service_(service),
      shop_(shop),
      handled_(
          service.meter().CreateCounter("worker.messages", {.description = "Messages handled"})),
      age_(service.meter().CreateHistogram("worker.message.age", {.unit = "s"})),
      waiting_(service.meter().Observe(
          signalbox::ObservableKind::kGauge, "worker.lag", {.unit = "{message}"},
          [this](signalbox::Observation& o) {
            for (const char* topic : {"orders", "uploads"}) {
              o.Observe(static_cast<double>(shop_.queue.Waiting(service_, topic)),
                        {{"topic", topic}});
            }
          })) {
  thread_ = std::thread([this] { Run(); });
}

Worker::~Worker() {
  is_stopping_ = true;
  thread_.join();
}

void Worker::Run() {
  while (!is_stopping_) {
    for (const char* topic : {"orders", "uploads"}) {
      Message message;
      try {
        if (!is_stopping_ && shop_.queue.Receive(service_, topic, &message)) {
          Handle(message);
        }
      } catch (const std::exception& error) {
        // The message is still there and will come again.
        service_.logger().Error("message not handled", {{"topic", topic}, {"error", error.what()}});
      }
      if (shop_.faults.IsOn(Fault::kConsumerLag)) {
        for (int i = 0; i < 30 && !is_stopping_; ++i) {
          std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
      }
    }
  }
}

void Worker::Handle(const Message& message) {
  const signalbox::ProcessSpan span(shop_.queue.ClientOf(service_),
                                    {.destination = message.topic,
                                     .group = kWorkerGroup,
                                     .partition = message.partition,
                                     .id = message.id,
                                     .offset = message.offset},
                                    [&](std::string_view name) {
                                      const auto found = message.headers.find(std::string(name));
                                      return found == message.headers.end() ? std::string()
                                                                            : found->second;
                                    });
  age_.Record(message.age_seconds, {{"topic", message.topic}});
  if (message.topic == "orders") {
    shop_.db.Query(service_, "UPDATE orders SET state = 'settled' WHERE id = ?",
                   {JsonField(message.body, "order")});
  } else {
    const int64_t items = NumberOf(JsonField(message.body, "items"));
    signalbox::ActiveSpan batch(service_.tracer(), "insert batch");
    batch->Set("batch.items", items);
    std::this_thread::sleep_for(std::chrono::milliseconds(5 + items / 20));
    shop_.db.Query(service_, "UPDATE job SET state = 'done' WHERE id = ?",
                   {JsonField(message.body, "job")});
  }
  shop_.queue.Acknowledge(service_, message);
  handled_.Add(1, {{"topic", message.topic}});
  service_.logger().Info(
      "message handled",
      {{"topic", message.topic}, {"message.id", message.id}, {"age_s", message.age_seconds}});
}

}  // namespace techmart
