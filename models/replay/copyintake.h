// Takes a run's messages from the saved copies in the journal: restore and import. There is nothing to
// settle.
#pragma once

#include "models/replay/intake.h"

namespace signalbox {

class CopyIntake final : public Intake {
public:
    CopyIntake(ReplayJournal& journal, QString run, RunItems& items)
        : journal_(journal)
        , run_(std::move(run))
        , items_(items) {}

    bool isUp() const override { return true; }
    bool isDue() const override { return false; }
    const Error& downReason() const override { return none_; }
    PortLink::Time nextTry() const override { return {}; }
    Result<void> open() override { return {}; }
    Result<void> take(int max, int waitMs, Taken& out) override;
    bool isDone() const override { return next_ >= items_.total(); }
    bool isExhausted() const override { return isDone(); }
    Result<bool> settle(std::span<const std::uint32_t>) override { return true; }
    Result<bool> sync() override { return true; }
    void dropAwaited(const RunItem&) override {}
    void release() override {}
    void close() override {}

private:
    ReplayJournal& journal_;
    QString run_;
    RunItems& items_;
    qint64 next_ = 0;
    Error none_;
};

} // namespace signalbox
