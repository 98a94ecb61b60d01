// Questions to one entity's $management on a connection that others use, too: the link is opened when it is
// first needed, and again after the service has detached an idle one. Blocking, for one thread.
#pragma once

#include "app/servicebus/entitypath.h"
#include "app/servicebus/namespacewire.h"

#include <span>

namespace signalbox::servicebus {

class EntityManagement {
public:
    EntityManagement(NamespaceWire& wire, EntityPath path)
        : wire_(wire)
        , path_(std::move(path)) {}

    const EntityPath& path() const { return path_; }
    // Any status is an answer; see RequestLink.
    Result<Response> ask(const Request& request);
    // Any status but those of success is an error. Asks again, a few times, after the pauses that a busy
    // service wants.
    Result<Response> demand(const Request& request, const QString& doing);
    void close();

private:
    Result<void> open();

    NamespaceWire& wire_;
    const EntityPath path_;
    std::shared_ptr<AmqpConnection> connection_; // outlives the link
    std::unique_ptr<RequestLink> link_;
};

// "com.microsoft:<name>" with this body.
Request managementRequest(QByteArrayView name, HeaderTable body);
HeaderValue numberArray(std::span<const qint64> numbers);
HeaderValue tokenArray(std::span<const QByteArray> tokens);

} // namespace signalbox::servicebus
