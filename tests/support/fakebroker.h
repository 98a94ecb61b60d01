// A broker in memory with queues, bindings, confirms and returns, whose links break where a script says so.
// Thread-safe. It keeps the rules that a replay leans on: messages held by a broken or closed source come
// back to their place, marked as redelivered; a settle counts only once the broker has answered something
// after it.
#pragma once

#include "models/messaging/messagesource.h"
#include "models/messaging/messagetarget.h"

#include <QStringList>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>

namespace signalbox {

enum class Trouble {
    None,
    LostBefore, // nothing of the call was done
    LostMidway, // half of it was done
    LostAfter,  // all of it was done, but nobody heard
    DieBefore,  // the same with the whole process
    DieMidway,
    DieAfter,
};

// Shared by fake broker and fake journal: what goes wrong at which call, and whether the process is dead.
class FakeWorld {
public:
    // Asked on each call with its name ("publish", "settle", "saveCopies" ...) and its number.
    std::function<Trouble(const QByteArray& call, int number)> script;

    bool isDead() const { return dead_; }
    void revive() { dead_ = false; }
    Trouble next(const QByteArray& call);
    int calls() const { return calls_; }

private:
    std::atomic<bool> dead_{false};
    std::atomic<int> calls_{0};
    std::mutex mutex_;
};

class FakeBroker {
public:
    explicit FakeBroker(std::shared_ptr<FakeWorld> world, unsigned seed = 1);
    ~FakeBroker();

    void declare(const QByteArray& queue);
    void bind(const QByteArray& exchange, const QByteArray& key, const QByteArray& queue);
    void put(const QByteArray& queue, Message message);
    // Everything in it, also what a source holds right now.
    std::vector<Message> contents(const QByteArray& queue) const;
    int held(const QByteArray& queue) const;
    std::map<QByteArray, int> bodies(const QByteArray& queue) const; // body -> how often

    std::unique_ptr<MessageSource> makeSource(const QByteArray& queue, int window = 0, bool isStream = false);
    std::unique_ptr<MessageTarget> makeTarget();

    void setBlocked(bool blocked);
    void breakLinks();              // as a broker restart would
    QStringList violations() const; // what no well-behaved client does: unknown tags, calls on a closed link
    int sourceOpens() const { return sourceOpens_; }

    std::atomic<bool> confirmsAtOnce{true}; // false: answers trickle in, some calls give none
    std::atomic<bool> withholdConfirms{false};
    // Queues that count how often a message comes back, and drop one that does once more than that.
    std::map<QByteArray, int> deliveryLimits;
    double ackLossRate = 0; // how many settles without an answer after them die with the link
    std::function<std::optional<PublishOutcome::Kind>(const Outgoing&)> verdict;
    // A right that is missing: the link ends at the first such message, and confirms under way are lost.
    std::function<bool(const Outgoing&)> forbids;
    std::set<QByteArray> missing;     // exchanges: the link ends in the same way
    std::function<Error()> openError; // when set and kind is not Internal: open() fails with it
    std::function<void()> onReceive;  // e.g. new arrivals while a run reads

private:
    friend class FakeSource;
    friend class FakeTarget;
    struct Stored {
        std::uint64_t place = 0;
        Message message;
        bool held = false;
    };
    struct Link;
    void breakLink(Link& link);
    void giveBack(const QByteArray& queue, std::uint64_t place);
    std::set<QByteArray> queuesFor(const QByteArray& exchange, const QByteArray& key) const;
    void violation(const QString& text) { violations_ << text; }

    std::shared_ptr<FakeWorld> world_;
    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    std::map<QByteArray, std::map<std::uint64_t, Stored>> queues_;
    std::map<std::pair<QByteArray, QByteArray>, std::set<QByteArray>> bindings_;
    std::set<QByteArray> exchanges_;
    std::set<Link*> links_;
    std::uint64_t nextPlace_ = 1;
    bool blocked_ = false;
    int sourceOpens_ = 0;
    QStringList violations_;
    std::mt19937 random_;
};

} // namespace signalbox
