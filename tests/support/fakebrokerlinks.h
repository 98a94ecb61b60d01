// The two ports of the broker in memory; see fakebroker.h.
#pragma once

#include "tests/support/fakebroker.h"

#include <deque>

namespace signalbox {

struct FakeBroker::Link {
    QByteArray queue;
    bool open = false;
    bool wasBroken = false; // the next call learns of it
    std::uint64_t nextTag = 1;
    std::map<std::uint64_t, std::uint64_t> tags; // tag -> place
    std::vector<std::uint64_t> unanswered;       // places settled, no answer of the broker since
    std::deque<PublishOutcome> answers;
    std::vector<PublishOutcome> lastWords; // told once after the link ended
};

class FakeSource final : public MessageSource {
public:
    FakeSource(FakeBroker& broker, QByteArray queue, int window, bool isStream);
    ~FakeSource() override;
    Result<void> open() override;
    Result<std::vector<Delivery>> receive(int max, int waitMs) override;
    Result<void> settle(std::span<const std::uint64_t> tags) override;
    Result<void> giveBack(std::span<const std::uint64_t> tags) override;
    Result<void> sync() override;
    Result<qint64> ready() override;
    Result<int> otherConsumers() override;
    void close() override;
    void interrupt() override { interrupted_ = true; }

private:
    std::optional<Error> enter(const QByteArray& call, Trouble* trouble);
    tl::unexpected<Error> lose(Trouble trouble);

    FakeBroker& broker_;
    FakeBroker::Link link_;
    int window_;
    bool isStream_; // settling removes nothing, each open() reads from the beginning
    std::atomic<bool> interrupted_{false};
};

class FakeTarget final : public MessageTarget {
public:
    explicit FakeTarget(FakeBroker& broker);
    ~FakeTarget() override;
    Result<void> open() override;
    Result<void> publish(std::span<const Outgoing> messages) override;
    Result<std::vector<PublishOutcome>> outcomes(int waitMs) override;
    bool blocked() const override;
    QString blockedReason() const override { return QStringLiteral("low on memory"); }
    QByteArray user() const override { return "operator"; }
    void close() override;
    void interrupt() override { interrupted_ = true; }

private:
    std::optional<Error> enter(const QByteArray& call, Trouble* trouble);
    tl::unexpected<Error> lose(Trouble trouble);

    FakeBroker& broker_;
    FakeBroker::Link link_;
    std::atomic<bool> interrupted_{false};
};

} // namespace signalbox
