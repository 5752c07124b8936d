// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <memory>
#include <random>
#include <stdexcept>

#include "json_text.h"
#include "number_text.h"
#include "shop.h"

namespace techmart {

namespace {

struct ApiState {
  ApiState(Service& with, Shop& of)
      : service(with),
        shop(of),
        orders(with.meter().CreateCounter("techmart.orders", {.description = "Orders by outcome"})),
        revenue(with.meter().CreateFloatCounter("techmart.revenue", {.unit = "EUR"})),
        transactions(
            with.meter().CreateCounter("transactions", {.description = "Payments by result"})),
        fraud(with.meter().CreateCounter("fraud.alerts", {.description = "Suspicious orders"})),
        cache(with.meter().CreateCounter("cache.requests", {.description = "Product cache"})),
        messages(with.meter().CreateCounter("queue.messages", {.description = "Messages sent"})),
        jobs(with.meter().CreateCounter("analytics.jobs", {.description = "Jobs by kind"})),
        leaked(with.meter().Observe(
            signalbox::ObservableKind::kGauge, "techmart.memory.held", {.unit = "By"},
            [this](signalbox::Observation& o) { o.Observe(static_cast<double>(held.load())); })) {}

  Service& service;
  Shop& shop;
  signalbox::Counter orders;
  signalbox::FloatCounter revenue;
  signalbox::Counter transactions;
  signalbox::Counter fraud;
  signalbox::Counter cache;
  signalbox::Counter messages;
  signalbox::Counter jobs;
  std::mutex mutex;
  std::vector<std::string> leak;
  std::atomic<size_t> held{0};
  std::mt19937 random{std::random_device{}()};  // tidy: random because the demo rolls dice
  signalbox::ObservableHandle leaked;

  bool Chance(double share) {
    const std::lock_guard lock(mutex);
    return std::uniform_real_distribution<double>(0, 1)(random) < share;
  }
};

constexpr size_t kLeakBytes = 64 << 10;
constexpr size_t kLeakMax = 256 << 20;

void MaybeLeak(ApiState& state) {
  const std::lock_guard lock(state.mutex);
  if (state.shop.faults.IsOn(Fault::kMemoryLeak)) {
    if (state.held + kLeakBytes <= kLeakMax) {
      state.leak.emplace_back(kLeakBytes, 'x');
      state.held += kLeakBytes;
    }
  } else if (state.held > 0) {
    state.leak.clear();
    state.held = 0;
  }
}

std::string ProductJson(const Database::Row& row) {
  return "{\"id\":" + row[0] + ",\"name\":" + JsonText(row[1]) +
         ",\"category\":" + JsonText(row[2]) + ",\"price\":" + row[3] + "}";
}

std::string ListJson(const std::vector<Database::Row>& rows) {
  std::string json = "[";
  for (const Database::Row& row : rows) {
    json.append(json.size() > 1 ? "," : "").append(ProductJson(row));
  }
  return json + "]";
}

// The product as JSON; "" if there is none.
std::string CachedProduct(ApiState& state, const std::string& id) {
  signalbox::ActiveSpan span(state.service.tracer(), "cache get",
                             {.attributes = {{"cache.key", "product:" + id}}});
  if (!state.shop.faults.IsOn(Fault::kCacheFailure)) {
    if (const auto found = state.shop.cache.Get(state.service, "product:" + id)) {
      state.cache.Add(1, {{"result", "hit"}});
      span->Set("cache.hit", true);
      return *found;
    }
  }
  state.cache.Add(1, {{"result", "miss"}});
  span->Set("cache.hit", false);
  const auto rows = state.shop.db.Query(
      state.service, "SELECT id, name, category, price FROM product WHERE id = ?", {id});
  if (rows.empty()) {
    return "";
  }
  const std::string json = ProductJson(rows[0]);
  state.shop.cache.Put(state.service, "product:" + id, json);
  return json;
}

void HandleProduct(ApiState& state, Request& request) {
  MaybeLeak(state);
  if (state.shop.faults.IsOn(Fault::kErrorBurst) && state.Chance(1.0 / 3)) {
    throw std::runtime_error("product page template is broken");
  }
  const std::string product = CachedProduct(state, request.Part(1));
  if (product.empty()) {
    request.Fail(404, "no product " + request.Part(1));
    return;
  }
  request.span().Set("product.id", NumberOf(request.Part(1)));
  request.Json(product);
}

void Burn(std::chrono::milliseconds length) {
  const auto end = std::chrono::steady_clock::now() + length;
  volatile double sink = 0;
  while (std::chrono::steady_clock::now() < end) {
    for (int i = 0; i < 1000; ++i) {
      sink = sink + 1.0 / (i + 1);
    }
  }
}

void HandleSearch(ApiState& state, Request& request) {
  MaybeLeak(state);
  if (state.shop.faults.IsOn(Fault::kCpuBurn)) {
    Burn(std::chrono::milliseconds(150));
  }
  const std::string words = request.Query("q");
  request.span().Set("search.words", words);
  const auto rows = state.shop.db.Query(state.service,
                                        "SELECT id, name, category, price FROM product WHERE "
                                        "lower(name) LIKE '%' || lower(?) || '%' LIMIT 20",
                                        {words});
  request.span().Set("search.hits", static_cast<int64_t>(rows.size()));
  request.Json(ListJson(rows));
}

void Charge(ApiState& state, double total) {
  signalbox::ActiveSpan span(state.service.tracer(), "charge payment",
                             {.kind = signalbox::SpanKind::kClient,
                              .attributes = {{"payment.provider", "railpay"},
                                             {"payment.amount", total},
                                             {"server.address", "railpay"}}});
  std::this_thread::sleep_for(std::chrono::milliseconds(8));
  if (state.shop.faults.IsOn(Fault::kPaymentFailure) && state.Chance(0.5)) {
    state.transactions.Add(1, {{"result", "declined"}});
    span->RecordError("card declined by railpay", "PaymentDeclined");
    throw std::runtime_error("payment declined");
  }
  state.transactions.Add(1, {{"result", "approved"}});
}

void HandleOrder(ApiState& state, Request& request) {
  const std::string product = JsonField(request.body(), "product");
  const int64_t quantity = std::max<int64_t>(1, NumberOf(JsonField(request.body(), "quantity")));
  const std::string json = CachedProduct(state, product);
  if (json.empty()) {
    state.orders.Add(1, {{"outcome", "unknown_product"}});
    request.Fail(404, "no product " + product);
    return;
  }
  const double total = FractionOf(JsonField(json, "price")) * static_cast<double>(quantity);
  request.span().Set("order.total", total).Set("order.quantity", quantity);
  if (total > 250) {
    state.fraud.Add(1, {{"rule", "large_order"}});
    state.service.logger().Warn("large order looked at", {{"order.total", total}});
  }
  const CallResult reserved = state.service.Call(
      "POST", state.shop.inventory, "/reserve",
      "{\"product\":\"" + product + "\",\"quantity\":" + std::to_string(quantity) + "}");
  if (!reserved.ok()) {
    state.orders.Add(1, {{"outcome", "no_stock"}});
    request.Fail(reserved.status == 409 ? 409 : 503, "stock could not be reserved");
    return;
  }
  try {
    Charge(state, total);
  } catch (const std::exception& error) {
    state.orders.Add(1, {{"outcome", "payment_failed"}});
    state.service.logger().Error("order lost", {{"reason", error.what()}, {"product", product}});
    request.Fail(502, error.what());
    return;
  }
  const auto rows = state.shop.db.Query(
      state.service,
      "INSERT INTO orders(product_id, quantity, total, state) VALUES(?, ?, ?, 'paid') RETURNING id",
      {product, std::to_string(quantity), std::to_string(total)});
  state.shop.queue.Send(state.service, "orders", "{\"order\":\"" + rows[0][0] + "\"}");
  state.messages.Add(1, {{"topic", "orders"}});
  state.orders.Add(1, {{"outcome", "placed"}});
  state.revenue.Add(total);
  state.service.logger().Info("order placed", {{"order.id", rows[0][0]}, {"order.total", total}});
  request.Json("{\"order\":" + rows[0][0] + ",\"total\":" + std::to_string(total) + "}", 201);
}

void HandleUpload(ApiState& state, Request& request) {
  const int64_t items = std::clamp<int64_t>(NumberOf(JsonField(request.body(), "items")), 1, 1000);
  const auto rows = state.shop.db.Query(
      state.service, "INSERT INTO job(state, items) VALUES('waiting', ?) RETURNING id",
      {std::to_string(items)});
  state.shop.queue.Send(state.service, "uploads",
                        "{\"job\":\"" + rows[0][0] + "\",\"items\":" + std::to_string(items) + "}");
  state.messages.Add(1, {{"topic", "uploads"}});
  state.jobs.Add(1, {{"kind", "upload"}});
  request.span().Set("job.id", NumberOf(rows[0][0]));
  request.Json("{\"job\":" + rows[0][0] + "}", 202);
}

void AddReading(const std::shared_ptr<ApiState>& state) {
  Service& service = state->service;
  service.Get("/api/products", "/api/products", [state](Request& request) {
    request.Json(ListJson(state->shop.db.Query(
        state->service, "SELECT id, name, category, price FROM product ORDER BY id LIMIT 50")));
  });
  service.Get("/api/products/([0-9]+)", "/api/products/{id}",
              [state](Request& request) { HandleProduct(*state, request); });
  service.Get("/api/search", "/api/search",
              [state](Request& request) { HandleSearch(*state, request); });
  service.Get("/api/products/([0-9]+)/reviews", "/api/products/{id}/reviews",
              [state](Request& request) {
                const auto rows = state->shop.db.Query(
                    state->service,
                    "SELECT count(*), coalesce(avg(stars), 0) FROM review WHERE product_id = ?",
                    {request.Part(1)});
                request.Json("{\"count\":" + rows[0][0] + ",\"stars\":" + rows[0][1] + "}");
              });
  service.Get("/api/orders/([0-9]+)", "/api/orders/{id}", [state](Request& request) {
    const auto rows = state->shop.db.Query(
        state->service, "SELECT id, state FROM orders WHERE id = ?", {request.Part(1)});
    if (rows.empty()) {
      request.Fail(404, "no order " + request.Part(1));
      return;
    }
    request.Json("{\"order\":" + rows[0][0] + ",\"state\":" + JsonText(rows[0][1]) + "}");
  });
  service.Get("/api/jobs/([0-9]+)", "/api/jobs/{id}", [state](Request& request) {
    const auto rows = state->shop.db.Query(
        state->service, "SELECT id, state, items FROM job WHERE id = ?", {request.Part(1)});
    if (rows.empty()) {
      request.Fail(404, "no job " + request.Part(1));
      return;
    }
    request.Json("{\"job\":" + rows[0][0] + ",\"state\":" + JsonText(rows[0][1]) +
                 ",\"items\":" + rows[0][2] + "}");
  });
}

}  // namespace

void AddApiRoutes(Service& service, Shop& shop) {
  const auto state = std::make_shared<ApiState>(service, shop);
  AddReading(state);
  service.Post("/api/products/([0-9]+)/reviews", "/api/products/{id}/reviews",
               [state](Request& request) {
                 const std::string stars = JsonField(request.body(), "stars");
                 if (NumberOf(stars) < 1 || NumberOf(stars) > 5) {
                   request.Fail(400, "stars must be 1 to 5");
                   return;
                 }
                 state->shop.db.Query(state->service, "INSERT INTO review VALUES(?, ?, ?)",
                                      {request.Part(1), stars, JsonField(request.body(), "text")});
                 request.Json("{\"ok\":true}", 201);
               });
  service.Post("/api/orders", "/api/orders",
               [state](Request& request) { HandleOrder(*state, request); });
  service.Post("/api/admin/upload", "/api/admin/upload",
               [state](Request& request) { HandleUpload(*state, request); });
}

}  // namespace techmart
