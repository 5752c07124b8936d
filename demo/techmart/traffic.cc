// SPDX-License-Identifier: Apache-2.0
#include <httplib.h>

#include <random>

#include "shop.h"

namespace techmart {

namespace {

// What customers do, by weight.
struct Habit {
  const char* path;
  double weight;
};
constexpr Habit kHabits[] = {
    {"/shop/browse", 30},        {"/shop/product-view", 28}, {"/shop/search", 18},
    {"/shop/checkout", 12},      {"/shop/review", 4},        {"/shop/order-status", 4},
    {"/shop/product-upload", 2}, {"/shop/job-status", 2},
};

}  // namespace

Traffic::Traffic(const Shop& shop, double per_second)
    : base_(shop.shop), chat_(shop.chat), per_second_(per_second) {
  thread_ = std::thread([this] { Run(); });
}

Traffic::~Traffic() {
  is_stopping_ = true;
  thread_.join();
}

void Traffic::Run() {
  std::mt19937 random{std::random_device{}()};  // tidy: random because the demo rolls dice
  std::vector<double> weights;
  for (const Habit& habit : kHabits) {
    weights.push_back(habit.weight);
  }
  std::discrete_distribution<size_t> choice(weights.begin(), weights.end());
  std::exponential_distribution<double> gap(per_second_);
  std::uniform_int_distribution<int> product(1, 15);
  httplib::Client shop(base_);
  httplib::Client chat(chat_);
  shop.set_read_timeout(15);
  shop.set_keep_alive(true);
  chat.set_keep_alive(true);
  while (!is_stopping_) {
    const std::string query = "?product=" + std::to_string(product(random)) +
                              "&q=" + (product(random) % 2 == 0 ? "lamp" : "signal") +
                              "&order=" + std::to_string(product(random)) +
                              "&job=" + std::to_string(product(random));
    shop.Post((kHabits[choice(random)].path + query).c_str());
    if (product(random) <= 3) {
      chat.Get(product(random) == 1 ? "/chat?name=new-visitor" : "/chat?name=ada");
    }
    const double wait = std::min(gap(random), 2.0);
    std::this_thread::sleep_for(std::chrono::duration<double>(wait));
  }
}

}  // namespace techmart
