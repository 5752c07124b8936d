// SPDX-License-Identifier: Apache-2.0
#include "ingest/remote_out/tee_appender.h"

#include <utility>
#include <vector>

namespace sb::remote_out {
namespace {

class TeeAppender final : public store::Appender {
 public:
  TeeAppender(std::unique_ptr<store::Appender> inner, std::shared_ptr<QueueLog> log)
      : inner_(std::move(inner)), log_(std::move(log)) {}

  base::Result<store::SeriesRef> Resolve(const model::LabelSet& labels) override {
    return inner_->Resolve(labels);
  }

  base::Status Append(store::SeriesRef ref, const model::Sample& sample) override {
    SB_RETURN_IF_ERROR(inner_->Append(ref, sample));
    batch_.samples.emplace_back(ref, sample);
    return base::OkStatus();
  }

  void AppendFloats(std::span<const store::RefSample> batch,
                    std::vector<base::Status>* errors) override {
    errors->clear();
    inner_->AppendFloats(batch, errors);
    for (size_t i = 0; i < batch.size(); ++i) {
      if (i < errors->size() && !(*errors)[i].ok()) {
        continue;
      }
      batch_.samples.emplace_back(
          batch[i].ref, model::Sample{.time_ms = batch[i].time_ms, .value = batch[i].value});
    }
  }

  base::Status AppendExemplar(store::SeriesRef ref, const model::Exemplar& exemplar) override {
    SB_RETURN_IF_ERROR(inner_->AppendExemplar(ref, exemplar));
    batch_.exemplars.emplace_back(ref, exemplar);
    return base::OkStatus();
  }

  base::Status SetMetadata(store::SeriesRef ref, const model::MetricMetadata& metadata) override {
    return inner_->SetMetadata(ref, metadata);
  }

  base::Status Commit() override {
    log_->Append(batch_);
    batch_.Clear();
    return inner_->Commit();
  }

  void Rollback() override {
    batch_.Clear();
    inner_->Rollback();
  }

 private:
  const std::unique_ptr<store::Appender> inner_;
  const std::shared_ptr<QueueLog> log_;
  QueueBatch batch_;
};

}  // namespace

std::unique_ptr<store::Appender> NewTeeAppender(std::unique_ptr<store::Appender> inner,
                                                std::shared_ptr<QueueLog> log) {
  return std::make_unique<TeeAppender>(std::move(inner), std::move(log));
}

}  // namespace sb::remote_out
