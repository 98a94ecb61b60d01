#include "tests/support/fakebroker.h"

#include "models/messaging/deliverycount.h"
#include "tests/support/fakebrokerlinks.h"

namespace signalbox {

Trouble FakeWorld::next(const QByteArray& call) {
    const std::lock_guard lock(mutex_);
    const int number = ++calls_;
    if (dead_)
        return Trouble::DieBefore;
    const Trouble trouble = script ? script(call, number) : Trouble::None;
    if (trouble == Trouble::DieBefore || trouble == Trouble::DieMidway || trouble == Trouble::DieAfter)
        dead_ = true;
    return trouble;
}

FakeBroker::FakeBroker(std::shared_ptr<FakeWorld> world, unsigned seed)
    : world_(std::move(world))
    , random_(seed) {}

FakeBroker::~FakeBroker() = default;

void FakeBroker::declare(const QByteArray& queue) {
    const std::lock_guard lock(mutex_);
    queues_.try_emplace(queue);
}

void FakeBroker::bind(const QByteArray& exchange, const QByteArray& key, const QByteArray& queue) {
    const std::lock_guard lock(mutex_);
    queues_.try_emplace(queue);
    exchanges_.insert(exchange);
    bindings_[{exchange, key}].insert(queue);
}

void FakeBroker::put(const QByteArray& queue, Message message) {
    {
        const std::lock_guard lock(mutex_);
        const std::uint64_t place = nextPlace_++;
        queues_[queue][place] = {place, std::move(message), false};
    }
    arrived_.notify_all();
}

std::vector<Message> FakeBroker::contents(const QByteArray& queue) const {
    const std::lock_guard lock(mutex_);
    std::vector<Message> all;
    if (const auto found = queues_.find(queue); found != queues_.end()) {
        for (const auto& [place, stored] : found->second)
            all.push_back(stored.message);
    }
    return all;
}

int FakeBroker::held(const QByteArray& queue) const {
    const std::lock_guard lock(mutex_);
    int count = 0;
    if (const auto found = queues_.find(queue); found != queues_.end()) {
        for (const auto& [place, stored] : found->second)
            count += stored.held ? 1 : 0;
    }
    return count;
}

std::map<QByteArray, int> FakeBroker::bodies(const QByteArray& queue) const {
    std::map<QByteArray, int> counts;
    for (const Message& message : contents(queue))
        ++counts[message.body];
    return counts;
}

std::set<QByteArray> FakeBroker::queuesFor(const QByteArray& exchange, const QByteArray& key) const {
    if (exchange.isEmpty())
        return queues_.contains(key) ? std::set<QByteArray>{key} : std::set<QByteArray>{};
    const auto found = bindings_.find({exchange, key});
    return found == bindings_.end() ? std::set<QByteArray>{} : found->second;
}

void FakeBroker::giveBack(const QByteArray& queue, std::uint64_t place) {
    const auto stored = queues_[queue].find(place);
    if (stored == queues_[queue].end())
        return;
    Message& message = stored->second.message;
    stored->second.held = false;
    message.redelivered = true;
    const auto limit = deliveryLimits.find(queue);
    if (limit == deliveryLimits.end())
        return;
    const int count = deliveryCount(message) + 1;
    if (count > limit->second) {
        queues_[queue].erase(stored);
        return;
    }
    if (!message.properties.headers)
        message.properties.headers.emplace();
    std::erase_if(*message.properties.headers,
                  [](const Header& header) { return header.name == "x-delivery-count"; });
    message.properties.headers->push_back({"x-delivery-count", HeaderValue::int64(count)});
}

void FakeBroker::breakLink(Link& link) {
    if (!link.open)
        return;
    link.open = false;
    // Settles the broker may not have read before the link broke: all up to some point were.
    std::size_t lost = 0;
    while (lost < link.unanswered.size() && std::bernoulli_distribution(ackLossRate)(random_))
        ++lost;
    const std::size_t done = link.unanswered.size() - lost;
    auto& queue = queues_[link.queue];
    for (std::size_t i = 0; i < done; ++i)
        queue.erase(link.unanswered[i]);
    for (std::size_t i = done; i < link.unanswered.size(); ++i)
        link.tags[link.nextTag++] = link.unanswered[i];
    link.unanswered.clear();
    for (const auto& [tag, place] : link.tags)
        giveBack(link.queue, place);
    link.tags.clear();
    link.answers.clear();
    arrived_.notify_all();
}

void FakeBroker::setBlocked(bool blocked) {
    const std::lock_guard lock(mutex_);
    blocked_ = blocked;
}

void FakeBroker::breakLinks() {
    const std::lock_guard lock(mutex_);
    for (Link* link : links_) {
        link->wasBroken = link->open;
        breakLink(*link);
    }
}

QStringList FakeBroker::violations() const {
    const std::lock_guard lock(mutex_);
    return violations_;
}

std::unique_ptr<MessageSource> FakeBroker::makeSource(const QByteArray& queue, int window, bool isStream) {
    return std::make_unique<FakeSource>(*this, queue, window, isStream);
}

std::unique_ptr<MessageTarget> FakeBroker::makeTarget() {
    return std::make_unique<FakeTarget>(*this);
}

} // namespace signalbox
