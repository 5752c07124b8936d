// SPDX-License-Identifier: Apache-2.0
//
// The reference's timed dispatch scenarios, on a simulated clock: the same notifications within the
// same windows, and nothing else.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>

#include "alert/manager/manager.h"
#include "alert/manager/testing/conformance.h"
#include "alert/manager/testing/hook_notifier.h"
#include "base/testing/simulated_env.h"

namespace sb::alert {
namespace {

using config::Node;

constexpr double kTick = 0.05;
constexpr double kTimeSlack = 0.2;

double NumberOf(const std::string& text) {
  return std::stod(text);
}

class Scenario {
 public:
  explicit Scenario(const Node& row) : row_(row), env_(42), zero_(env_.clock().Now()) {}

  bool Run(std::string* why) {
    Open();
    if (const Node* hooks = row_.Find("hooks"); hooks != nullptr) {
      for (const Node::Entry& entry : hooks->entries) {
        recorder_.refusals[entry.key->text] = {At(NumberOf(TextOf(*entry.value, "fail_until"))),
                                               std::stoi(TextOf(*entry.value, "status"))};
      }
    }
    size_t next = 0;
    const Node& steps = *row_.Find("steps");
    const double until = NumberOf(TextOf(row_, "until"));
    for (double now = 0; now <= until; now += kTick) {
      env_.manual_clock().Set(base::ToMs(At(now)));
      while (next < steps.items.size() && NumberOf(TextOf(*steps.items[next], "at")) <= now) {
        Step(*steps.items[next++]);
      }
      manager_->Tick();
    }
    return Check(why);
  }

 private:
  base::TimestampNs At(double seconds) const {
    return zero_ + base::DurationNs(static_cast<int64_t>(std::llround(seconds * 1e9)));
  }

  void Open() {
    Manager::Options options;
    options.env = &env_;
    options.folder = "/alerts";
    options.make_notifier = recorder_.Factory(&env_);
    if (const Node* args = row_.Find("args"); args != nullptr) {
      options.start_delay = base::Seconds(5);  // the only argument that scenarios have
    }
    auto manager = Manager::Open(options);
    ASSERT_TRUE(manager.ok()) << manager.status().ToString();
    manager_ = std::move(manager).value();
    Apply();
  }

  void Apply() {
    std::string text = TextOf(row_, "config");
    for (const char* hook : {"w", "x", "y"}) {
      const std::string mark = "@" + std::string(hook) + "@";
      for (size_t at = text.find(mark); at != std::string::npos; at = text.find(mark)) {
        text.replace(at, mark.size(), "http://hook.example/" + std::string(hook));
      }
    }
    const auto config = ParseManagerConfig(text, "scenario.yml", {});
    ASSERT_TRUE(config.ok()) << config.status().ToString();
    auto prepared = manager_->Prepare(*config);
    ASSERT_TRUE(prepared.ok());
    manager_->Commit(*prepared);
  }

  void Step(const Node& step) {
    if (const Node* push = step.Find("push"); push != nullptr) {
      std::vector<notify::PostedAlert> alerts;
      for (const config::NodePtr& item : push->items) {
        notify::PostedAlert alert;
        alert.labels = LabelsOf(item->Find("labels"));
        alert.annotations = LabelsOf(item->Find("annotations"));
        if (const Node* start = item->Find("start"); start != nullptr) {
          alert.starts_at = At(NumberOf(start->text));
        }
        if (const Node* end = item->Find("end"); end != nullptr) {
          alert.ends_at = At(NumberOf(end->text));
        }
        alerts.push_back(std::move(alert));
      }
      EXPECT_TRUE(manager_->Put(std::move(alerts)).ok());
    } else if (const Node* name = step.Find("silence"); name != nullptr) {
      Silence silence;
      silence.starts_at = At(NumberOf(TextOf(step, "start")));
      silence.ends_at = At(NumberOf(TextOf(step, "end")));
      AlertMatchers set;
      for (const config::NodePtr& matcher : step.Find("matchers")->items) {
        set.push_back(*AlertMatcher::Create(MatcherOp::kEqual, matcher->items[0]->text,
                                            matcher->items[2]->text));
      }
      silence.matcher_sets.push_back(std::move(set));
      silences_[name->text] = *manager_->SetSilence(std::move(silence));
    } else if (const Node* expired = step.Find("expire"); expired != nullptr) {
      EXPECT_TRUE(manager_->ExpireSilence(silences_[expired->text]).ok());
    } else if (step.Find("reload") != nullptr) {
      Apply();
    } else if (step.Find("restart") != nullptr) {
      manager_.reset();
      Open();
    }
  }

  bool SameTime(const Node& want, const char* key, base::TimestampNs got) const {
    const Node* time = want.Find(key);
    if (time == nullptr) {
      return true;
    }
    const double off = static_cast<double>((got - At(NumberOf(time->text))).Value()) / 1e9;
    return std::abs(off) <= kTimeSlack;
  }

  bool SameAlert(const Node& want, const notify::Alert& got) const {
    const bool resolved = want.Find("end") != nullptr;
    return LabelsOf(want.Find("labels")) == got.labels && resolved == (got.ends_at.Value() != 0) &&
           SameTime(want, "start", got.starts_at) && SameTime(want, "end", got.ends_at) &&
           (want.Find("annotations") == nullptr ||
            LabelsOf(want.Find("annotations")) == got.annotations);
  }

  bool Fits(const Node& want, const HookCall& call) const {
    const Node& window = *want.Find("between");
    const Node& alerts = *want.Find("alerts");
    if (call.hook != TextOf(want, "hook") || call.at < At(NumberOf(window.items[0]->text)) ||
        call.at > At(NumberOf(window.items[1]->text)) ||
        call.message.alerts.size() != alerts.items.size()) {
      return false;
    }
    for (const config::NodePtr& item : alerts.items) {
      bool found = false;
      for (const notify::Alert& got : call.message.alerts) {
        found = found || SameAlert(*item, got);
      }
      if (!found) {
        return false;
      }
    }
    return true;
  }

  bool Check(std::string* why) {
    std::vector<HookCall> left = recorder_.calls;
    bool good = true;
    for (const config::NodePtr& want : row_.Find("expect")->items) {
      bool found = false;
      for (size_t i = 0; i < left.size() && !found; ++i) {
        if (Fits(*want, left[i])) {
          left.erase(left.begin() + static_cast<std::ptrdiff_t>(i));
          found = true;
        }
      }
      good = good && found;
      *why += found ? "" : "\nmissing: line " + std::to_string(want->position.line);
    }
    for (const HookCall& call : left) {
      good = false;
      *why += "\nnot expected: " + call.hook + " at " +
              std::to_string(static_cast<double>((call.at - zero_).Value()) / 1e9);
    }
    if (const Node* attempts = row_.Find("attempts"); attempts != nullptr) {
      for (const Node::Entry& entry : attempts->entries) {
        good = good && std::to_string(recorder_.attempts[entry.key->text]) == entry.value->text;
      }
    }
    return good;
  }

  const Node& row_;
  base::SimulatedEnv env_;
  const base::TimestampNs zero_;
  HookRecorder recorder_;
  std::unique_ptr<Manager> manager_;
  std::map<std::string, std::string> silences_;
};

TEST(ScenarioConformanceTest, NotifiesWhenTheReferenceNotifies) {
  if (ConformanceFolder().empty()) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const config::NodePtr rows = ReadConformanceYaml("scenarios.yaml");
  size_t good = 0;
  for (const config::NodePtr& row : rows->items) {
    std::string why;
    const bool ok = Scenario(*row).Run(&why);
    good += ok ? 1 : 0;
    EXPECT_TRUE(ok) << TextOf(*row, "name") << why;
  }
  std::printf("conformance: alertmanager/scenarios %zu of %zu\n", good, rows->items.size());
}

}  // namespace
}  // namespace sb::alert
