// How the peer says no: an AMQP condition and words, the same over AMQP and HTTP. Any thread.
#pragma once

#include <QByteArray>
#include <QDateTime>
#include <QUuid>
#include <tl/expected.hpp>

namespace signalbox::sbpeer {

struct Refusal {
    QByteArray condition; // e.g. "amqp:not-found"
    QByteArray description;
    bool operator==(const Refusal&) const = default;
};

// The description as the service words it, with what its support asks for.
inline QByteArray tracked(const Refusal& refusal) {
    return refusal.description + " TrackingId:" + QUuid::createUuid().toByteArray(QUuid::WithoutBraces) +
           "_G0, SystemTracker:signalbox:peer, Timestamp:" +
           QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toLatin1();
}

template<typename T>
using Outcome = tl::expected<T, Refusal>;

inline tl::unexpected<Refusal> refuse(const char* condition, const QByteArray& description) {
    return tl::unexpected<Refusal>(Refusal{condition, description});
}

} // namespace signalbox::sbpeer
