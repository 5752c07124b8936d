// SPDX-License-Identifier: Apache-2.0
#include <random>

#include "json_text.h"
#include "number_text.h"
#include "shop.h"

namespace techmart {

namespace {

// Most reservations are quick, some have to look further.
std::chrono::milliseconds Latency(bool is_slow) {
  thread_local std::mt19937 random{
      std::random_device{}()};  // tidy: random because the demo rolls dice
  const double ms = std::gamma_distribution<double>(2, 4)(random);
  return std::chrono::milliseconds(static_cast<int64_t>(ms) + (is_slow ? 1500 : 0));
}

}  // namespace

void AddInventoryRoutes(Service& service, Shop& shop) {
  const auto reserved = service.meter().CreateCounter("inventory.reservations");
  service.Post("/reserve", "/reserve", [&service, &shop, reserved](Request& request) {
    if (shop.faults.IsOn(Fault::kDependencyDown)) {
      service.logger().Error("warehouse does not answer", {{"warehouse", "hamburg"}});
      reserved.Add(1, {{"result", "down"}});
      request.Fail(503, "warehouse does not answer");
      return;
    }
    {
      signalbox::ActiveSpan span(service.tracer(), "look up warehouse");
      const auto latency = Latency(shop.faults.IsOn(Fault::kSlowInventory));
      span->Set("warehouse", "hamburg").Set("latency_ms", latency.count());
      std::this_thread::sleep_for(latency);
    }
    const std::string product = JsonField(request.body(), "product");
    const std::string quantity = JsonField(request.body(), "quantity");
    const auto rows = shop.db.Query(
        service, "UPDATE product SET stock = stock - ? WHERE id = ? AND stock >= ? RETURNING stock",
        {quantity, product, quantity});
    if (rows.empty()) {
      reserved.Add(1, {{"result", "sold_out"}});
      request.Fail(409, "sold out: product " + product);
      return;
    }
    reserved.Add(1, {{"result", "reserved"}});
    request.span().Set("product.id", NumberOf(product)).Set("stock.left", NumberOf(rows[0][0]));
    request.Json("{\"left\":" + rows[0][0] + "}");
  });
}

}  // namespace techmart
