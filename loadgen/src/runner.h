// SPDX-License-Identifier: Apache-2.0
//
// Runs the scenarios of a test: one thread per virtual user, one per arrival-rate scenario, and the
// caller's for the clock, the thresholds and the progress.
//
//   Runner runner(test, first_group);
//   SB_RETURN_IF_ERROR(runner.Prepare());    // initialises all users
//   runner.Run(setup_json, tick);            // until the test is over
//
// The end comes when every scenario is done, when a threshold with abortOnFail is crossed, when the
// script aborts, or on the first SIGINT (the second one ends the process).
#pragma once

#include <pthread.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "executor.h"
#include "isolate_group.h"
#include "test_state.h"
#include "threshold.h"
#include "user.h"

namespace sb::load {

// Runs `work` on a thread with a stack that is large enough for a user.
pthread_t StartUserThread(std::function<void()> work);

// The thresholds of one metric or sub-metric.
struct ThresholdSet {
  std::string metric;  // as spelled
  uint32_t slot = 0;
  std::vector<Threshold> thresholds;
};

class Runner {
 public:
  Runner(TestState& test, IsolateGroup& first_group);
  ~Runner();

  // kInvalidArgument for thresholds that do not fit their metrics.
  base::Status ReadThresholds();
  base::Status Prepare();
  // `tick` is called ten times a second.
  void Run(const std::string& setup_json, const std::function<void()>& tick);
  // Ends the test: no new iterations, running ones are interrupted at `moment`.
  void Stop(Nanos moment);

  // Everything so far, one sink per slot of the registry.
  std::vector<Sink> MergedSinks() const;
  // Evaluates all; true when one is crossed.
  bool EvaluateThresholds();
  bool threshold_aborted() const { return threshold_aborted_; }
  const std::vector<ThresholdSet>& thresholds() const { return thresholds_; }
  std::vector<IsolateGroup*> groups() const;
  std::vector<SlowRequest> Slowest() const;
  double seconds() const;
  // The lines below the messages on a terminal.
  std::string ProgressText() const;

 private:
  struct ScenarioRun;
  struct Worker;

  Worker* AddWorker(ScenarioRun& run) SB_REQUIRES(mutex_);
  IsolateGroup& GroupForNext() SB_REQUIRES(mutex_);
  void Work(Worker& worker);
  void Loop(Worker& worker);
  void Serve(Worker& worker);
  void RunArrivals(ScenarioRun& run);
  void Offer(ScenarioRun& run);
  void RunOnce(Worker& worker, Nanos deadline);
  // False when the test is to stop.
  bool WaitUntil(Nanos moment);
  void Sample();
  void Watch(Nanos now);
  bool AbortsByThreshold();

  TestState& test_;
  IsolateGroup& first_group_;
  std::vector<ThresholdSet> thresholds_;
  mutable base::Mutex mutex_;
  base::CondVar changed_;
  std::vector<std::unique_ptr<IsolateGroup>> groups_ SB_GUARDED_BY(mutex_);
  uint32_t in_last_group_ SB_GUARDED_BY(mutex_) = 0;
  std::vector<std::unique_ptr<Worker>> workers_ SB_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<ScenarioRun>> runs_;
  uint32_t ready_ SB_GUARDED_BY(mutex_) = 0;
  bool started_ SB_GUARDED_BY(mutex_) = false;
  std::string setup_json_ SB_GUARDED_BY(mutex_);
  base::Status init_error_ SB_GUARDED_BY(mutex_);
  uint32_t working_ SB_GUARDED_BY(mutex_) = 0;  // threads that are not done
  bool threshold_aborted_ = false;
  Nanos ended_ = 0;
  Nanos watched_ = 0;
};

}  // namespace sb::load
