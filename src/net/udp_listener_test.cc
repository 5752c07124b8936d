// SPDX-License-Identifier: Apache-2.0
#include "net/udp_listener.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <optional>
#include <set>

#include "base/mutex.h"
#include "base/task_runner.h"

namespace sb::net {
namespace {

class UdpListenerTest : public ::testing::Test {
 protected:
  UdpListenerTest() : client_(socket(AF_INET, SOCK_DGRAM, 0)) {}
  ~UdpListenerTest() override { close(client_); }

  UdpListenerOptions Options() {
    UdpListenerOptions options;
    options.executor = [this](std::function<void()> task) {
      return pool_.Post(std::move(task)).ok();
    };
    options.on_dropped = [this](size_t n) { Note(&dropped_, n); };
    return options;
  }
  void Note(size_t* count, size_t n) {
    const base::MutexLock lock(mutex_);
    *count += n;
    changed_.NotifyAll();
  }
  void Send(const UdpListener& listener, const std::string& bytes) {
    const std::string address = listener.bound_address();
    sockaddr_in to = {};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    EXPECT_EQ(sendto(client_, bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&to),
                     sizeof(to)),
              static_cast<ssize_t>(bytes.size()));
  }

  const int client_;
  base::Mutex mutex_;
  base::CondVar changed_;
  size_t dropped_ = 0;
  size_t handled_ = 0;
  EventLoops loops_;
  base::ThreadPool pool_{{.name = "test", .threads = 1, .queue_max = 100}};
};

TEST_F(UdpListenerTest, EveryDatagramReachesTheHandlerWhole) {
  std::multiset<size_t> sizes;
  UdpListener listener(loops_, Options(), [&](std::string_view datagram) {
    const base::MutexLock lock(mutex_);
    sizes.insert(datagram.size());
    changed_.NotifyAll();
  });
  ASSERT_TRUE(listener.Start().ok());
  for (const size_t size : {0, 1, 1500, 60'000}) {
    Send(listener, std::string(size, 'x'));
  }
  const base::MutexLock lock(mutex_);
  while (sizes.size() < 4) {
    changed_.Wait(mutex_);
  }
  EXPECT_EQ(sizes, (std::multiset<size_t>{0, 1, 1500, 60'000}));
}

TEST_F(UdpListenerTest, BeyondTheQueueDatagramsAreDroppedAndCounted) {
  base::Mutex gate;
  UdpListenerOptions options = Options();
  options.queue_max = 3;
  std::optional<base::MutexLock> closed(std::in_place, gate);
  UdpListener listener(loops_, std::move(options), [&](std::string_view) {
    {
      const base::MutexLock wait(gate);
    }
    Note(&handled_, 1);
  });
  ASSERT_TRUE(listener.Start().ok());
  for (int i = 0; i < 10; ++i) {
    Send(listener, "x");
  }
  {
    const base::MutexLock lock(mutex_);
    while (dropped_ < 7) {
      changed_.Wait(mutex_);
    }
    EXPECT_EQ(dropped_, 7U);
  }
  closed.reset();
  listener.Stop();
  const base::MutexLock lock(mutex_);
  EXPECT_EQ(handled_, 3U);
}

TEST_F(UdpListenerTest, AnAddressThatIsTakenOrNoneIsRefused) {
  UdpListener first(loops_, Options(), [](std::string_view) {});
  ASSERT_TRUE(first.Start().ok());
  UdpListenerOptions options = Options();
  options.address = first.bound_address();
  UdpListener second(loops_, std::move(options), [](std::string_view) {});
  EXPECT_EQ(second.Start().code(), base::StatusCode::kUnavailable);
  options = Options();
  options.address = "localhost";
  UdpListener third(loops_, std::move(options), [](std::string_view) {});
  EXPECT_EQ(third.Start().code(), base::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace sb::net
