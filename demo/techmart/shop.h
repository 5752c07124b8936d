// SPDX-License-Identifier: Apache-2.0
//
// The parts of the shop. Each adds its routes to its service; Worker takes messages on a thread of
// its own.
#pragma once

#include <atomic>
#include <thread>

#include "cache.h"
#include "database.h"
#include "faults.h"
#include "message_queue.h"
#include "service.h"

namespace techmart {

struct Shop {
  Database& db;
  MessageQueue& queue;
  Cache& cache;
  Faults& faults;
  std::string api;  // base addresses of the services
  std::string inventory;
  std::string shop;
  std::string chat;
};

// /api/products, /api/search, /api/reviews, /api/orders, /api/admin/upload, /api/jobs.
void AddApiRoutes(Service& service, Shop& shop);
// /reserve: takes stock, with a latency of its own.
void AddInventoryRoutes(Service& service, Shop& shop);
// The shop's pages and the eight journeys under /shop/…, the faults, and the inbox of alerts.
void AddFrontendRoutes(Service& service, Shop& shop);
// /chat?name=, with nine spans of its own.
void AddChatRoutes(Service& service, Shop& shop);

// Inserts uploaded products in batches, and settles orders; continues the traces of the senders.
class Worker {
 public:
  Worker(Service& service, Shop& shop);
  ~Worker();

 private:
  void Run();
  void Handle(const Message& message);

  Service& service_;
  Shop& shop_;
  signalbox::Counter handled_;
  signalbox::Histogram age_;
  signalbox::ObservableHandle waiting_;
  std::atomic<bool> is_stopping_{false};
  std::thread thread_;
};

// Customers: runs the journeys through the frontend, about `per_second` of them.
class Traffic {
 public:
  Traffic(const Shop& shop, double per_second);
  ~Traffic();

 private:
  void Run();
  std::string base_;
  std::string chat_;
  double per_second_;
  std::atomic<bool> is_stopping_{false};
  std::thread thread_;
};

}  // namespace techmart
