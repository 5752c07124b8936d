// SPDX-License-Identifier: Apache-2.0
#include "query/engine/query_desk.h"

#include <gtest/gtest.h>

#include <map>
#include <utility>

#include "base/testing/simulated_env.h"

namespace sb::query {
namespace {

class Client : public QueryClient {
 public:
  void Answer(const QueryAnswer& answer) override { answers.push_back(answer.body); }
  void WhenGone(std::function<void()> gone) override { leave = std::move(gone); }
  std::vector<std::string> answers;
  std::function<void()> leave;
};

// Queries run when the test lets them: a task of `post` is kept until RunPosted(). The first query,
// which runs at once, calls `while_running` from within.
class QueryDeskTest : public testing::Test {
 protected:
  QueryDeskTest() : desk_(Options(), clock_) {}

  QueryDesk::Options Options() {
    QueryDesk::Options options;
    options.running_max = 1;
    options.waiting_max = 2;
    options.budget = &budget_;
    options.post = [this](std::function<void()> task) {
      posted_.push_back(std::move(task));
      return true;
    };
    return options;
  }

  QueryOrder Order(const std::string& text, std::string share_key = "") {
    QueryOrder order;
    order.traits.text = text;
    order.share_key = std::move(share_key);
    order.limits.timeout_ms = 1'000;
    order.run = [this, text](QueryContext& context, int64_t) {
      ++runs_[text];
      if (const auto hook = std::exchange(while_running_, nullptr); hook != nullptr) {
        hook(context);
      }
      return QueryAnswer{200, "answer of " + text};
    };
    order.refuse = [](const base::Status& why) {
      return QueryAnswer{503, std::string(why.message())};
    };
    return order;
  }

  std::shared_ptr<Client> Submit(const std::string& text, std::string share_key = "") {
    auto client = std::make_shared<Client>();
    desk_.Submit(Order(text, std::move(share_key)), client);
    return client;
  }

  void RunPosted() {
    for (size_t i = 0; i < posted_.size(); ++i) {
      const auto task = std::move(posted_[i]);
      task();
    }
    posted_.clear();
  }

  base::SimulatedClock clock_;
  MemoryBudget budget_{1'000};
  std::vector<std::function<void()>> posted_;
  std::map<std::string, int> runs_;
  std::function<void(QueryContext&)> while_running_;
  QueryDesk desk_;
};

using Texts = std::vector<std::string>;

TEST_F(QueryDeskTest, RunsAtOnceWhenNothingElseRuns) {
  EXPECT_EQ(Submit("a")->answers, Texts{"answer of a"});
  EXPECT_TRUE(desk_.Active().empty());
  EXPECT_EQ(desk_.counts().started, 1U);
}

TEST_F(QueryDeskTest, MoreThanMayRunWaitInOrderAndAreSeen) {
  std::shared_ptr<Client> second;
  std::shared_ptr<Client> third;
  while_running_ = [&](QueryContext& context) {
    const auto lease = context.LeaseBytes(64);
    second = Submit("b");
    third = Submit("c");
    const std::vector<ActiveQuery> active = desk_.Active();
    ASSERT_EQ(active.size(), 3U);
    EXPECT_TRUE(active[0].running);
    EXPECT_EQ(active[0].bytes, 64);
    EXPECT_FALSE(active[1].running);
    EXPECT_EQ(active[1].traits.text, "b");
  };
  Submit("a");
  EXPECT_TRUE(second->answers.empty());
  EXPECT_EQ(posted_.size(), 1U) << "one at a time";
  RunPosted();
  EXPECT_EQ(second->answers, Texts{"answer of b"});
  EXPECT_EQ(third->answers, Texts{"answer of c"});
}

TEST_F(QueryDeskTest, EqualQueriesThatWaitAreOne) {
  std::shared_ptr<Client> clients[3];
  while_running_ = [&](QueryContext&) {
    for (auto& client : clients) {
      client = Submit("same", "key");
    }
  };
  Submit("same", "key");
  RunPosted();
  EXPECT_EQ(runs_["same"], 2) << "one that runs already is not joined: it may not see new samples";
  for (const auto& client : clients) {
    EXPECT_EQ(client->answers, Texts{"answer of same"});
  }
  EXPECT_EQ(desk_.counts().shared, 2U);
}

TEST_F(QueryDeskTest, RefusesWhenTooManyWait) {
  std::shared_ptr<Client> last;
  while_running_ = [&](QueryContext&) {
    Submit("b");
    Submit("c");
    last = Submit("d");
  };
  Submit("a");
  ASSERT_EQ(last->answers.size(), 1U);
  EXPECT_EQ(last->answers[0],
            "2 queries are waiting already: ask again later, or raise query.concurrency");
  RunPosted();
}

TEST_F(QueryDeskTest, AQueryEndsOnlyWhenItsLastClientHasGone) {
  std::shared_ptr<Client> one;
  std::shared_ptr<Client> two;
  while_running_ = [&](QueryContext&) {
    one = Submit("b", "key");
    two = Submit("b", "key");
    one->leave();
  };
  Submit("a");
  RunPosted();
  EXPECT_EQ(two->answers, Texts{"answer of b"});

  while_running_ = [&](QueryContext& context) {
    one->leave();  // of an answered query: harmless
    EXPECT_TRUE(context.CheckAlive().ok());
    two = Submit("b", "key");
    two->leave();
  };
  Submit("a");
  RunPosted();
  EXPECT_EQ(two->answers, Texts{"query was canceled in query queue"});
}

TEST_F(QueryDeskTest, AQueryWhoseTimeIsOverInTheQueueIsNotRun) {
  std::shared_ptr<Client> late;
  while_running_ = [&](QueryContext&) {
    late = Submit("late");
    clock_.Advance(base::Seconds(2));
  };
  Submit("a");
  RunPosted();
  EXPECT_EQ(late->answers, Texts{"query timed out in query queue"});
  EXPECT_EQ(runs_["late"], 0);
}

TEST_F(QueryDeskTest, NoOtherStartsWhileMemoryIsShort) {
  QueryDesk::Options options = Options();
  options.running_max = 4;
  QueryDesk desk(options, clock_);
  const auto second = std::make_shared<Client>();
  while_running_ = [&](QueryContext&) {
    ASSERT_TRUE(budget_.Charge(600, MemoryBudget::Rank::kRule));
    desk.Submit(Order("b"), second);
    EXPECT_TRUE(second->answers.empty());
  };
  desk.Submit(Order("a"), std::make_shared<Client>());
  // Something always runs, or nothing would ever give memory back.
  RunPosted();
  EXPECT_EQ(second->answers, Texts{"answer of b"});
  budget_.Return(600);
}

TEST_F(QueryDeskTest, CancelEndsAQueryByItsId) {
  while_running_ = [&](QueryContext& context) {
    EXPECT_TRUE(desk_.Cancel(desk_.Active()[0].id));
    EXPECT_FALSE(context.CheckAlive().ok());
    EXPECT_FALSE(desk_.Cancel(12345));
  };
  Submit("a");
}

TEST_F(QueryDeskTest, CloseAnswersThoseThatWait) {
  std::shared_ptr<Client> waiting;
  while_running_ = [&](QueryContext&) {
    waiting = Submit("b");
    desk_.Close();
  };
  Submit("a");
  EXPECT_EQ(waiting->answers, Texts{"the server is stopping"});
  EXPECT_EQ(Submit("c")->answers, Texts{"the server is stopping"});
  EXPECT_TRUE(posted_.empty());
}

}  // namespace
}  // namespace sb::query
