// SPDX-License-Identifier: Apache-2.0
#include "runner.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include "base/env.h"

namespace sb::load {

struct Runner::ScenarioRun {
  ScenarioRun(const Scenario& plan, ScenarioState& of) : scenario(plan), state(of), loops(plan) {}

  const Scenario& scenario;
  ScenarioState& state;
  VuSchedule loops;
  uint32_t workers = 0;   // with mutex_
  // Arrival rates: users that wait for work, and work that waits for a user; with mutex_.
  uint32_t idle = 0;
  uint32_t offered = 0;
  bool warming = false;   // a user is being added
  bool closed = false;
  bool warned = false;    // of its control thread
  base::CondVar work;
};

struct Runner::Worker {
  ScenarioRun* run = nullptr;
  uint32_t index = 0;  // within the scenario
  std::unique_ptr<User> user;
  IsolateGroup* group = nullptr;
  pthread_t thread{};
};

namespace {

void* RunWork(void* work) {
  const std::unique_ptr<std::function<void()>> owned(static_cast<std::function<void()>*>(work));
  (*owned)();
  return nullptr;
}

bool IsArrival(const Scenario& scenario) {
  return scenario.kind >= ExecutorKind::kConstantArrivalRate;
}

}  // namespace

pthread_t StartUserThread(std::function<void()> work) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kUserStackBytes);
  pthread_t thread{};
  auto owned = std::make_unique<std::function<void()>>(std::move(work));
  const int failed = pthread_create(&thread, &attributes, RunWork, owned.get());
  pthread_attr_destroy(&attributes);
  SB_CHECK(failed == 0);
  (void)owned.release();
  return thread;
}

Runner::Runner(TestState& test, IsolateGroup& first_group)
    : test_(test), first_group_(first_group) {
  for (const auto& state : test_.scenarios) {
    runs_.push_back(std::make_unique<ScenarioRun>(*state->scenario, *state));
  }
}

Runner::~Runner() = default;

base::Status Runner::ReadThresholds() {
  if (test_.options.no_thresholds) return base::OkStatus();
  for (const auto& [spelled, specs] : test_.options.thresholds) {
    const auto slot = test_.registry.DeclareSub(spelled);
    if (!slot.ok()) {
      return base::InvalidArgument("threshold on '" + spelled +
                                   "': " + std::string(slot.status().message()));
    }
    ThresholdSet set{spelled, *slot, {}};
    const Metric& metric = test_.registry.metric(test_.registry.slot(*slot).metric);
    for (const ThresholdSpec& spec : specs) {
      SB_ASSIGN_OR_RETURN(Threshold threshold, ParseThreshold(spec.source, metric.type));
      threshold.abort_on_fail = spec.abort_on_fail;
      threshold.delay_abort = spec.delay_abort;
      set.thresholds.push_back(std::move(threshold));
    }
    thresholds_.push_back(std::move(set));
  }
  return base::OkStatus();
}

IsolateGroup& Runner::GroupForNext() {
  // At least one isolate per core, and none with too many users.
  const auto cores = uint32_t(std::max(1L, sysconf(_SC_NPROCESSORS_ONLN)));
  if (groups_.size() < cores) {
    groups_.push_back(std::make_unique<IsolateGroup>(test_.registry, test_.keep_series));
    return *groups_.back();
  }
  const size_t used = workers_.size();
  if (used < size_t(cores) * kUsersPerIsolate) return *groups_[used % cores];
  if (in_last_group_ == 0 || in_last_group_ == kUsersPerIsolate) {
    groups_.push_back(std::make_unique<IsolateGroup>(test_.registry, test_.keep_series));
    in_last_group_ = 0;
  }
  in_last_group_++;
  return *groups_.back();
}

Runner::Worker* Runner::AddWorker(ScenarioRun& run) {
  auto worker = std::make_unique<Worker>();
  worker->run = &run;
  worker->index = run.workers++;
  worker->group = &GroupForNext();
  worker->user = std::make_unique<User>(test_, *worker->group, uint32_t(workers_.size() + 1),
                                        &run.state);
  worker->user->SetSetupData(setup_json_);
  workers_.push_back(std::move(worker));
  Worker* added = workers_.back().get();
  working_++;
  added->thread = StartUserThread([this, added] { Work(*added); });
  return added;
}

base::Status Runner::Prepare() {
  base::MutexLock lock(mutex_);
  uint32_t wanted = 0;
  for (auto& run : runs_) {
    const uint32_t vus = IsArrival(run->scenario) ? run->scenario.vus : run->scenario.VusMax();
    for (uint32_t i = 0; i < vus; i++) AddWorker(*run);
    wanted += vus;
  }
  while (ready_ < wanted && init_error_.ok()) changed_.Wait(mutex_);
  return init_error_;
}

bool Runner::WaitUntil(Nanos moment) {
  base::MutexLock lock(mutex_);
  for (Nanos now = NowNs(); now < moment && !test_.stopping; now = NowNs()) {
    changed_.WaitFor(mutex_, std::chrono::nanoseconds(moment - now));
  }
  return !test_.stopping;
}

void Runner::Work(Worker& worker) {
  const base::Status status = worker.user->Init();
  bool run = status.ok();
  {
    base::MutexLock lock(mutex_);
    ready_++;
    if (!status.ok() && init_error_.ok()) init_error_ = status;
    if (status.ok()) worker.run->state.initialized++;
    worker.run->warming = false;
    changed_.NotifyAll();
    if (IsArrival(worker.run->scenario)) {
      // Free from here on: the first moment of an arrival rate comes at once after the start.
      if (run) worker.run->idle++;
    } else {
      while (run && !started_ && !test_.stopping) changed_.Wait(mutex_);
    }
  }
  if (run) {
    if (IsArrival(worker.run->scenario)) {
      Serve(worker);
    } else if (WaitUntil(worker.run->state.begin)) {
      Loop(worker);
    }
  }
  base::MutexLock lock(mutex_);
  working_--;
  changed_.NotifyAll();
}

void Runner::Loop(Worker& worker) {
  ScenarioRun& run = *worker.run;
  const Nanos begin = run.state.begin;
  bool active = false;  // between two iterations too
  const auto set_active = [&](bool now_active) {
    if (now_active && !active) run.state.active++;
    if (!now_active && active) run.state.active--;
    active = now_active;
  };
  while (!test_.stopping) {
    const Decision next = run.loops.Next(worker.index, NowNs() - begin);
    set_active(next.kind == Decision::Kind::kRun);
    if (next.kind == Decision::Kind::kDone) break;
    if (next.kind == Decision::Kind::kRun) {
      RunOnce(worker, begin + next.deadline);
    } else if (!WaitUntil(begin + next.at)) {
      break;
    }
  }
  set_active(false);
}

void Runner::Serve(Worker& worker) {
  ScenarioRun& run = *worker.run;
  for (bool counted = true;; counted = false) {
    {
      base::MutexLock lock(mutex_);
      if (!counted) run.idle++;
      while (run.offered == 0 && !run.closed && !test_.stopping) run.work.Wait(mutex_);
      run.idle--;
      if (run.offered == 0 || test_.stopping) return;
      run.offered--;
    }
    run.state.active++;
    RunOnce(worker, run.state.begin + run.scenario.RegularDuration() +
                        run.scenario.graceful_stop);
    run.state.active--;
  }
}

// A moment of an arrival rate: a free user takes it, or it is dropped and a user is added.
void Runner::Offer(ScenarioRun& run) {
  bool exhausted = false;
  {
    base::MutexLock lock(mutex_);
    if (run.idle > run.offered) {
      run.offered++;
      run.work.NotifyOne();
      return;
    }
    if (!run.warming && run.workers < run.scenario.max_vus) {
      run.warming = true;
      AddWorker(run);
    }
    exhausted = run.workers >= run.scenario.max_vus;
  }
  std::string key;
  for (const auto& [name, value] : test_.options.tags) AppendTag(name, value, &key);
  AppendTag("scenario", run.scenario.name, &key);
  for (const auto& [name, value] : run.scenario.tags) AppendTag(name, value, &key);
  first_group_.results().Record(key, {{kDroppedIterations, 1}});
  run.state.dropped++;
  if (exhausted && !run.warned) {
    run.warned = true;
    test_.console.Write("warning",
                        fmt::format("Insufficient VUs, reached {} active VUs and cannot "
                                    "initialize more executor={} scenario={}",
                                    run.scenario.max_vus, ExecutorName(run.scenario.kind),
                                    run.scenario.name),
                        "");
  }
}

void Runner::RunArrivals(ScenarioRun& run) {
  ArrivalSchedule arrivals(run.scenario);
  while (const auto at = arrivals.Next()) {
    if (!WaitUntil(run.state.begin + *at)) break;
    Offer(run);
  }
  WaitUntil(run.state.begin + run.scenario.RegularDuration());
  base::MutexLock lock(mutex_);
  run.closed = true;
  run.work.NotifyAll();
  working_--;
  changed_.NotifyAll();
}

void Runner::RunOnce(Worker& worker, Nanos deadline) {
  ScenarioState& state = worker.run->state;
  const Nanos begin = NowNs();
  const CallOutcome outcome = worker.user->Iterate(worker.run->scenario.exec, deadline);
  const Nanos spent = NowNs() - begin;
  if (outcome.kind == CallOutcome::Kind::kInterrupted) {
    state.interrupted++;
  } else {
    state.completed++;
    worker.group->results().Record(
        worker.user->BaseKey(),
        {{kIterationDuration, double(spent) / double(kMilli)}, {kIterations, 1}});
  }
  if (outcome.kind == CallOutcome::Kind::kThrew) {
    test_.console.Write("error", outcome.error, "stacktrace");
  }
  const Nanos rest = test_.options.min_iteration_duration - spent;
  if (rest > 0) WaitUntil(std::min(NowNs() + rest, deadline));
}

void Runner::Stop(Nanos moment) {
  base::MutexLock lock(mutex_);
  test_.stopping = true;
  for (auto& worker : workers_) worker->user->RequestStop(moment);
  for (auto& run : runs_) run->work.NotifyAll();
  changed_.NotifyAll();
}

// Once a second, as k6 does.
void Runner::Sample() {
  double active = 0;
  for (const auto& run : runs_) active += run->state.active;
  double made = 0;
  {
    base::MutexLock lock(mutex_);
    made = double(workers_.size());
  }
  std::string key;
  for (const auto& [name, value] : test_.options.tags) AppendTag(name, value, &key);
  first_group_.results().Record(key, {{kVus, active}, {kVusMax, made}});
}

// A script that computes does not look at its deadline: V8 is asked to stop it.
void Runner::Watch(Nanos now) {
  if (now - watched_ < kSecond) return;
  watched_ = now;
  base::MutexLock lock(mutex_);
  for (const auto& group : groups_) {
    const bool late = std::ranges::any_of(workers_, [&](const auto& worker) {
      return worker->group == group.get() && worker->user->PastDeadline(now - 200 * kMilli);
    });
    if (!late) continue;
    group->isolate()->RequestInterrupt(
        [](v8::Isolate*, void*) {
          if (User::Current() != nullptr) User::Current()->EndIfStopped();
        },
        nullptr);
  }
}

void Runner::Run(const std::string& setup_json, const std::function<void()>& tick) {
  std::vector<pthread_t> controls;
  {
    base::MutexLock lock(mutex_);
    test_.begin = NowNs();
    test_.begin_wall_ms = double(base::Env::Real().clock().NowMs().Value());
    setup_json_ = setup_json;
    for (auto& worker : workers_) worker->user->SetSetupData(setup_json);
    for (auto& run : runs_) {
      run->state.begin = test_.begin + run->scenario.start_time;
      if (!IsArrival(run->scenario)) continue;
      working_++;
      controls.push_back(StartUserThread([this, &run = *run] {
        if (WaitUntil(run.state.begin)) {
          RunArrivals(run);
        } else {
          base::MutexLock guard(mutex_);
          run.closed = true;
          run.work.NotifyAll();
          working_--;
          changed_.NotifyAll();
        }
      }));
    }
    started_ = true;
    changed_.NotifyAll();
  }
  Nanos sampled = test_.begin;
  Nanos judged = test_.begin;
  for (;;) {
    {
      base::MutexLock lock(mutex_);
      if (working_ == 0) break;
      changed_.WaitFor(mutex_, std::chrono::nanoseconds(100 * kMilli));
      if (working_ == 0) break;
    }
    const Nanos now = NowNs();
    tick();
    Watch(now);
    if (test_.aborted) Stop(now);
    if (now - sampled >= kSecond) {
      sampled += kSecond;
      Sample();
    }
    if (now - judged >= 2 * kSecond) {
      judged += 2 * kSecond;
      if (AbortsByThreshold()) Stop(NowNs());
    }
  }
  ended_ = NowNs();
  for (const pthread_t thread : controls) pthread_join(thread, nullptr);
  for (auto& worker : workers_) pthread_join(worker->thread, nullptr);
}

double Runner::seconds() const {
  return double((ended_ != 0 ? ended_ : NowNs()) - test_.begin) / double(kSecond);
}

std::vector<IsolateGroup*> Runner::groups() const {
  base::MutexLock lock(mutex_);
  std::vector<IsolateGroup*> all = {&first_group_};
  for (const auto& group : groups_) all.push_back(group.get());
  return all;
}

std::vector<Sink> Runner::MergedSinks() const {
  std::vector<Sink> sinks;
  for (uint32_t i = 0; i < test_.registry.slot_count(); i++) {
    sinks.emplace_back(test_.registry.metric(test_.registry.slot(i).metric).type);
  }
  for (IsolateGroup* group : groups()) group->results().MergeInto(&sinks);
  return sinks;
}

std::vector<SlowRequest> Runner::Slowest() const {
  std::vector<SlowRequest> all;
  for (IsolateGroup* group : groups()) {
    const auto some = group->results().Slowest();
    all.insert(all.end(), some.begin(), some.end());
  }
  std::ranges::sort(all, [](const auto& a, const auto& b) { return a.ms > b.ms; });
  if (all.size() > Results::kSlowMax) all.resize(Results::kSlowMax);
  return all;
}

bool Runner::EvaluateThresholds() {
  bool crossed = false;
  std::vector<Sink> sinks = MergedSinks();
  for (ThresholdSet& set : thresholds_) {
    for (Threshold& threshold : set.thresholds) {
      threshold.Evaluate(sinks[set.slot], seconds());
      crossed |= threshold.failed;
    }
  }
  return crossed;
}

bool Runner::AbortsByThreshold() {
  if (thresholds_.empty()) return false;
  EvaluateThresholds();
  for (const ThresholdSet& set : thresholds_) {
    for (const Threshold& threshold : set.thresholds) {
      if (!threshold.failed || !threshold.abort_on_fail ||
          NowNs() - test_.begin < threshold.delay_abort) {
        continue;
      }
      threshold_aborted_ = true;
      test_.console.Write("error",
                          "thresholds on metrics '" + set.metric +
                              "' were crossed; at least one has abortOnFail enabled, stopping "
                              "test prematurely",
                          "");
      return true;
    }
  }
  return false;
}

std::string Runner::ProgressText() const {
  uint64_t complete = 0, interrupted = 0;
  uint32_t active = 0, made = 0;
  std::string lines;
  for (const auto& run : runs_) {
    const ScenarioState& state = run->state;
    const Scenario& plan = run->scenario;
    complete += state.completed;
    interrupted += state.interrupted;
    active += state.active;
    made += state.initialized;
    const Nanos at = std::clamp<Nanos>(NowNs() - state.begin, 0, plan.RegularDuration());
    double done = double(at) / double(std::max<Nanos>(plan.RegularDuration(), 1));
    if (plan.kind == ExecutorKind::kSharedIterations) {
      done = std::max(done, double(state.completed) / double(plan.iterations));
    } else if (plan.kind == ExecutorKind::kPerVuIterations) {
      done = std::max(done, double(state.completed) / double(plan.iterations * plan.vus));
    }
    const auto filled = size_t(std::clamp(done, 0.0, 1.0) * 38);
    lines += fmt::format("{:<10} [{}{}] {:>3.0f}%  {} VUs  {}/{}\n", plan.name,
                         std::string(filled, '='), std::string(38 - filled, '-'), done * 100,
                         state.active.load(), DurationText(at / kSecond * kSecond),
                         DurationText(plan.RegularDuration()));
  }
  return fmt::format("running ({:.1f}s), {}/{} VUs, {} complete and {} interrupted iterations\n",
                     seconds(), active, made, complete, interrupted) +
         lines;
}

}  // namespace sb::load
