// How the peer says no: an AMQP condition and words, the same over AMQP and HTTP. Any thread.
#pragma once

#include <QByteArray>
#include <tl/expected.hpp>

namespace signalbox::sbpeer {

struct Refusal {
    QByteArray condition; // e.g. "amqp:not-found"
    QByteArray description;
    bool operator==(const Refusal&) const = default;
};

template<typename T>
using Outcome = tl::expected<T, Refusal>;

inline tl::unexpected<Refusal> refuse(const char* condition, const QByteArray& description) {
    return tl::unexpected<Refusal>(Refusal{condition, description});
}

} // namespace signalbox::sbpeer
