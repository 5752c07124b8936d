// SPDX-License-Identifier: Apache-2.0
#include <cctype>
#include <deque>
#include <functional>
#include <random>

#include "json_text.h"
#include "number_text.h"
#include "shop.h"
#include "shop_page.h"
#include "signalbox/journey.h"

namespace techmart {

namespace {

using signalbox::Criticality;

struct Journey {
  const char* name;
  Criticality criticality;
  // The answer of the last call of the journey.
  std::function<CallResult(Service&, const Shop&, Request&)> walk;
};

std::string ProductOf(Request& request) {
  return std::to_string(std::clamp<int64_t>(NumberOf(request.Query("product", "1")), 0, 1'000'000));
}

CallResult Get(Service& service, const Shop& shop, const std::string& path) {
  return service.Call("GET", shop.api, path);
}

CallResult WalkCheckout(Service& service, const Shop& shop, Request& request) {
  const std::string product = ProductOf(request);
  const CallResult page = Get(service, shop, "/api/products/" + product);
  if (!page.ok()) {
    return page;
  }
  return service.Call("POST", shop.api, "/api/orders",
                      "{\"product\":\"" + product + "\",\"quantity\":" +
                          std::to_string(NumberOf(request.Query("quantity", "1"))) + "}");
}

CallResult WalkBrowse(Service& service, const Shop& shop, Request&) {
  return Get(service, shop, "/api/products");
}

CallResult WalkSearch(Service& service, const Shop& shop, Request& request) {
  std::string words = request.Query("q", "lamp");
  // Letters and digits need no escapes, and nothing else is ever searched for.
  std::erase_if(words, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; });
  return Get(service, shop, "/api/search?q=" + words);
}

CallResult WalkProduct(Service& service, const Shop& shop, Request& request) {
  const std::string product = ProductOf(request);
  const CallResult page = Get(service, shop, "/api/products/" + product);
  return page.ok() ? Get(service, shop, "/api/products/" + product + "/reviews") : page;
}

CallResult WalkReview(Service& service, const Shop& shop, Request& request) {
  return service.Call("POST", shop.api, "/api/products/" + ProductOf(request) + "/reviews",
                      "{\"stars\":" + request.Query("stars", "5") + ",\"text\":\"Works.\"}");
}

CallResult WalkOrderStatus(Service& service, const Shop& shop, Request& request) {
  return Get(service, shop, "/api/orders/" + std::to_string(NumberOf(request.Query("order", "1"))));
}

CallResult WalkUpload(Service& service, const Shop& shop, Request& request) {
  return service.Call("POST", shop.api, "/api/admin/upload",
                      "{\"items\":" + std::to_string(NumberOf(request.Query("items", "50"))) + "}");
}

CallResult WalkJob(Service& service, const Shop& shop, Request& request) {
  return Get(service, shop, "/api/jobs/" + std::to_string(NumberOf(request.Query("job", "1"))));
}

const Journey kJourneys[] = {
    {"checkout", Criticality::kCritical, WalkCheckout},
    {"browse", Criticality::kCritical, WalkBrowse},
    {"search", Criticality::kCritical, WalkSearch},
    {"product-view", Criticality::kCritical, WalkProduct},
    {"review", Criticality::kOrdinary, WalkReview},
    {"order-status", Criticality::kOrdinary, WalkOrderStatus},
    {"product-upload", Criticality::kOrdinary, WalkUpload},
    {"job-status", Criticality::kOrdinary, WalkJob},
};

// What came to the webhook, the newest first.
class Inbox {
 public:
  void Add(std::string body) {
    const std::lock_guard lock(mutex_);
    messages_.push_front(std::move(body));
    if (messages_.size() > 50) {
      messages_.pop_back();
    }
  }
  std::string Json() const {
    const std::lock_guard lock(mutex_);
    std::string json = "[";
    for (const std::string& message : messages_) {
      json.append(json.size() > 1 ? "," : "").append(message);
    }
    return json + "]";
  }

 private:
  mutable std::mutex mutex_;
  std::deque<std::string> messages_;
};

void AddJourneys(Service& service, Shop& shop) {
  const auto finished = service.meter().CreateCounter("journeys", {.description = "Journeys"});
  for (const Journey& journey : kJourneys) {
    const auto handle = [&service, &shop, &journey, finished](Request& request) {
      const CallResult result = signalbox::WithJourney(
          service.tracer(), journey.name,
          [&] {
            CallResult walked = journey.walk(service, shop, request);
            if (walked.status == 0 || walked.status >= 500) {
              throw std::runtime_error(std::string(journey.name) + " failed with status " +
                                       std::to_string(walked.status));
            }
            return walked;
          },
          journey.criticality);
      finished.Add(1, {{"journey", journey.name}, {"ok", result.ok()}});
      request.Json(result.body.empty() ? "{}" : result.body, result.status);
    };
    service.Post("/shop/" + std::string(journey.name), "/shop/" + std::string(journey.name),
                 handle);
  }
}

}  // namespace

void AddFrontendRoutes(Service& service, Shop& shop) {
  AddJourneys(service, shop);
  service.Get("/", "/", [](Request& request) { request.Page(std::string(ShopPage())); });
  service.Post("/ask", "/ask", [&service, &shop](Request& request) {
    std::string name = request.Query("name");
    // Letters and digits need no escapes in an address.
    std::erase_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; });
    const CallResult result = service.Call("GET", shop.chat, "/chat?name=" + name);
    request.Json(result.body.empty() ? "{}" : result.body,
                 result.status == 0 ? 502 : result.status);
  });
  service.Get("/faults", "/faults",
              [&shop](Request& request) { request.Json(shop.faults.Json()); });
  service.Post("/faults/([a-z-]+)", "/faults/{name}", [&service, &shop](Request& request) {
    const bool is_on = request.Query("on") == "true";
    if (!shop.faults.Set(request.Part(1), is_on)) {
      request.Fail(404, "no fault is called " + request.Part(1));
      return;
    }
    service.logger().Warn("fault switched", {{"fault", request.Part(1)}, {"on", is_on}});
    request.Json(shop.faults.Json());
  });
  const auto inbox = std::make_shared<Inbox>();
  service.Post("/alerts", "/alerts", [inbox](Request& request) {
    inbox->Add(request.body().empty() ? "{}" : request.body());
    request.Json("{\"ok\":true}");
  });
  service.Get("/alerts", "/alerts", [inbox](Request& request) { request.Json(inbox->Json()); });
}

}  // namespace techmart
