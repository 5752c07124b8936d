// SPDX-License-Identifier: Apache-2.0
#include <random>

#include "json_text.h"
#include "shop.h"

namespace techmart {

namespace {

// The nine steps of an answer, and how long each takes about, in milliseconds.
struct Step {
  const char* name;
  double mean_ms;
};
constexpr Step kSteps[] = {
    {"validate_input", 0.5}, {"authenticate_user", 2}, {"load_history", 4},
    {"moderate_message", 3}, {"detect_language", 1},   {"generate_reply", 18},
    {"store_message", 4},    {"notify_recipients", 2}, {"render_response", 0.7},
};

std::chrono::microseconds Around(double mean_ms) {
  thread_local std::mt19937 random{
      std::random_device{}()};  // tidy: random because the demo rolls dice
  const double ms = std::gamma_distribution<double>(3, mean_ms / 3)(random);
  return std::chrono::microseconds(static_cast<int64_t>(ms * 1000));
}

}  // namespace

void AddChatRoutes(Service& service, Shop&) {
  const auto registrations = service.meter().CreateCounter("user.registrations");
  const auto messages = service.meter().CreateCounter("chat.messages");
  service.Get("/chat", "/chat", [&service, registrations, messages](Request& request) {
    const std::string name = request.Query("name");
    if (name.empty()) {
      request.Fail(400, "say who you are: /chat?name=…");
      return;
    }
    for (const Step& step : kSteps) {
      signalbox::ActiveSpan span(service.tracer(), step.name);
      span->Set("chat.user", name).Set("chat.step", step.name);
      std::this_thread::sleep_for(Around(step.mean_ms));
    }
    if (name.starts_with("new-")) {
      registrations.Add(1, {{"source", "chat"}});
    }
    messages.Add(1, {{"direction", "in"}});
    service.logger().Info("chat answered", {{"chat.user", name}});
    request.Json("{\"reply\":" + JsonText("Hello " + name) + "}");
  });
}

}  // namespace techmart
