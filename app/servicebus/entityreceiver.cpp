#include "app/servicebus/entityreceiver.h"

namespace signalbox::servicebus {

namespace {

// What the service says to a receiver without a session, where there are sessions; and in other cases too.
bool mayMeanSessions(const Error& error, const EntityPath& path) {
    return path.subQueue == SubQueue::None && error.kind == ErrorKind::NotAllowed &&
           error.detail.startsWith(QLatin1String("amqp:not-allowed"));
}

} // namespace

EntityReceiver::EntityReceiver(NamespaceWire& wire, EntityPath path, bool sharesSession)
    : path_(std::move(path))
    , plain_(wire, path_, sharesSession)
    , sessions_(wire, path_, sharesSession) {}

Result<void> EntityReceiver::open() {
    if (hasSessions_)
        return sessions_.open();
    auto opened = plain_.open();
    if (opened || !mayMeanSessions(opened.error(), path_))
        return opened;
    plain_.close();
    auto bySession = sessions_.open();
    if (bySession) {
        hasSessions_ = true;
        return {};
    }
    const ErrorKind kind = bySession.error().kind;
    const bool isSure = opened.error().detail.contains(QLatin1String("session"), Qt::CaseInsensitive);
    if (kind == ErrorKind::NotAllowed || (kind == ErrorKind::Unsupported && !isSure))
        return opened; // no session is to be had either: what was said first is the reason
    return bySession;
}

void EntityReceiver::close() {
    plain_.close();
    sessions_.close();
}

} // namespace signalbox::servicebus
