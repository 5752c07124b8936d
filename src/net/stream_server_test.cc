// SPDX-License-Identifier: Apache-2.0
#include "net/stream_server.h"

#include <gtest/gtest.h>

#include <chrono>

#include "base/mutex.h"
#include "base/task_runner.h"
#include "net/testing/test_server.h"

namespace sb::net {
namespace {

// What all connections brought, and how many ended.
struct Received {
  base::Mutex mutex;
  base::CondVar changed;
  std::string bytes;
  int ends = 0;

  bool WaitForEnds(int count) {
    const base::MutexLock lock(mutex);
    for (int i = 0; i < 200 && ends < count; ++i) {
      changed.WaitFor(mutex, std::chrono::milliseconds(50));
    }
    return ends >= count;
  }
};

class Recorder : public StreamHandler {
 public:
  explicit Recorder(Received* to) : to_(to) {}
  void OnBytes(std::string_view bytes) override {
    const base::MutexLock lock(to_->mutex);
    to_->bytes.append(bytes);
  }
  void OnEnd() override {
    const base::MutexLock lock(to_->mutex);
    ++to_->ends;
    to_->changed.NotifyAll();
  }

 private:
  Received* const to_;
};

class StreamServerTest : public testing::Test {
 protected:
  StreamServerTest() {
    StreamServerOptions options;
    options.executor = [this](std::function<void()> task) { return pool_.Post(task).ok(); };
    server_ = std::make_unique<StreamServer>(loops_, options, [this](const std::string&) {
      return std::make_unique<Recorder>(&received_);
    });
    EXPECT_TRUE(server_->Start().ok());
  }
  uint16_t port() const {
    const std::string address = server_->bound_address();
    return static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  }

  Received received_;
  EventLoops loops_;
  base::ThreadPool pool_{{.name = "test", .threads = 2}};
  std::unique_ptr<StreamServer> server_;
};

TEST_F(StreamServerTest, HandsOverEveryByteInOrder) {
  std::string sent;
  for (int i = 0; i < 300'000; ++i) {
    sent += std::to_string(i) + "\n";
  }
  RawSocket socket(port());
  ASSERT_TRUE(socket.Send(sent));
  socket.Close();
  ASSERT_TRUE(received_.WaitForEnds(1));
  EXPECT_EQ(received_.bytes, sent);
}

TEST_F(StreamServerTest, StopEndsEveryHandler) {
  RawSocket one(port());
  RawSocket two(port());
  ASSERT_TRUE(one.Send("a"));
  ASSERT_TRUE(two.Send("b"));
  for (int i = 0; i < 200; ++i) {
    const base::MutexLock lock(received_.mutex);
    if (received_.bytes.size() == 2) {
      break;
    }
    received_.changed.WaitFor(received_.mutex, std::chrono::milliseconds(20));
  }
  server_->Stop();
  EXPECT_EQ(received_.ends, 2);
}

}  // namespace
}  // namespace sb::net
