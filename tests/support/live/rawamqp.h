// Declares, publishes, counts and takes on a real broker without any code of the product: the independent
// judge of the live tests. Blocking; belongs to the thread that uses it. Every queue and exchange is durable.
#pragma once

#include "models/messaging/message.h"
#include "tests/support/live/rawconnection.h"

#include <functional>
#include <optional>
#include <set>
#include <vector>

namespace signalbox::live {

class RawAmqp {
public:
    static Result<std::unique_ptr<RawAmqp>> open(const RawLogin& login);

    Result<void> declareQueue(const QString& name, const HeaderTable& arguments = {});
    Result<void> deleteQueue(const QString& name);
    Result<void> declareExchange(const QString& name, const QString& type, const HeaderTable& arguments = {});
    Result<void> bindQueue(const QString& queue, const QString& exchange, const QString& key,
                           const HeaderTable& arguments = {});
    Result<void> purge(const QString& queue);
    // Messages ready in the queue, as the broker counts them now.
    Result<qint64> count(const QString& queue);

    // To message.exchange with message.routingKey, mandatory, properties as they are; returns when all are
    // confirmed. NotFound: a message came back as unroutable. Busy: no confirm within the patience.
    Result<void> publish(const Message& message);
    Result<void> publish(const std::vector<Message>& messages);
    Result<void> publish(qint64 count, const std::function<Message(qint64)>& make);
    // The same through the default exchange.
    Result<void> publishTo(const QString& queue, Message message);
    // Unroutable messages are not an error, but the alternate exchange's or nobody's business.
    void setMandatory(bool mandatory) { mandatory_ = mandatory; }
    void setPatience(int milliseconds) { patienceMs_ = milliseconds; }

    // Takes messages away, oldest first, until the queue is empty or `most` are taken.
    Result<std::vector<Message>> drain(const QString& queue, qint64 most = -1);
    // The same messages, put back afterwards (and so marked redelivered).
    Result<std::vector<Message>> peek(const QString& queue, qint64 most = -1);

private:
    explicit RawAmqp(std::unique_ptr<RawConnection> connection)
        : connection_(std::move(connection)) {}
    Result<void> send(const Message& message);
    Result<void> readAnswers(bool wait);
    Result<void> readReturn();
    Result<void> useConfirms();
    struct Got {
        std::uint64_t tag;
        Message message;
    };
    Result<std::optional<Got>> get(const QString& queue);

    std::unique_ptr<RawConnection> connection_;
    bool mandatory_ = true;
    int patienceMs_ = 30000;
    int confirmGeneration_ = 0;
    std::uint64_t sent_ = 0;
    std::set<std::uint64_t> open_; // published, not confirmed
    std::optional<Error> refused_;
};

} // namespace signalbox::live
