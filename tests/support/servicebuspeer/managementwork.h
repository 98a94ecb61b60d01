// The $management node of an entity. Lives on the peer's thread.
#pragma once

#include "tests/support/servicebuspeer/settlement.h"
#include "tests/support/servicebuspeer/wire.h"

namespace signalbox::sbpeer {

class ManagementWork : public SinkWork {
public:
    ManagementWork(Connection& connection, pn_link_t* link, QByteArray address, const Place& place)
        : SinkWork(connection, link)
        , address_(std::move(address))
        , place_(place) {}

protected:
    void onMessage(pn_delivery_t* delivery, const QByteArray& bytes) override;

private:
    // A status and a body; a refusal becomes the status that goes with it.
    struct Answer {
        int status = 200;
        Value body;
        QByteArray condition;
    };
    using Result = Outcome<Answer>;
    struct Request {
        const Value& body;
        quint64 owner;          // of the associated link; 0: none
        QByteArray transaction; // of the request's transfer
    };
    Result perform(const QByteArray& operation, const Request& request);

    Result peek(const Request& request);
    Result renewLock(const Request& request);
    Result receiveByNumber(const Request& request);
    Result updateDisposition(const Request& request);
    Result schedule(const Request& request);
    Result cancelScheduled(const Request& request);
    Result batchDelete(const Request& request);
    Result listSessions(const Request& request);
    Result renewSession(const Request& request);
    Result getSessionState(const Request& request);
    Result setSessionState(const Request& request);
    Result enumerateRules(const Request& request);
    Result addRule(const Request& request);
    Result removeRule(const Request& request);

    MessageStore& store() { return *place_.store(); }
    QByteArray address_;
    Place place_;
};

} // namespace signalbox::sbpeer
