// Questions and answers over a pair of links to one node of the service ("$cbs", "orders/$management").
// Blocking, on the connection's thread. Source: OASIS AMQP Management (working draft), Azure's
// "Request/response operations".
#pragma once

#include "app/servicebus/amqpconnection.h"
#include "models/messaging/amqpreader.h"

#include <optional>

namespace signalbox::servicebus {

struct Request {
    HeaderTable properties; // application properties: operation, type ...
    HeaderValue body;       // an amqp-value: a table (map) or text
};

struct Response {
    int status = 0; // as of HTTP
    QString description;
    QByteArray condition;
    QByteArray body; // one value, encoded: an answer may hold hundreds of messages

    bool isSuccess() const { return status >= 200 && status <= 299; }
    // A field of the answered map; Void: there is none.
    HeaderValue field(QByteArrayView name) const;
    // The same without a look into it; empty: there is none.
    QByteArrayView encodedField(QByteArrayView name) const { return amqpEntry(body, name); }
};

// The status as an error where it is none of success.
Result<Response> successOf(Result<Response> response, const QString& doing);
// What a status other than those of success means.
Error statusError(const Response& response, const QString& doing);

class RequestLink final : public LinkEvents {
public:
    RequestLink(AmqpConnection& connection, QString node);
    ~RequestLink() override;

    // NotFound, NotAllowed: the service refuses the node.
    Result<void> open();
    bool isOpen() const;
    // Any status is an answer. Lost: the link or the connection is over; Busy: no answer in time.
    Result<Response> ask(const Request& request, int waitMs);
    // The same in two steps, for who has something to do meanwhile. Each begin() needs its finish().
    Result<void> begin(const Request& request, int waitMs);
    Result<Response> finish(int waitMs);
    // With successOf().
    Result<Response> demand(const Request& request, const QString& doing, int waitMs);

    void delivered(pn_delivery_t* delivery) override;

private:
    Error goneError() const;
    Error lateError() const;

    AmqpConnection& connection_;
    const QString node_;
    QByteArray replyTo_;
    pn_link_t* sender_ = nullptr;
    pn_link_t* receiver_ = nullptr;
    QByteArray incoming_; // of the transfer that is coming in
    std::uint64_t lastId_ = 0;
    std::uint64_t awaited_ = 0;
    std::optional<Response> answer_;
};

} // namespace signalbox::servicebus
