#include "app/servicebus/sessiongrant.h"

#include "app/servicebus/amqpvalue.h"

namespace signalbox::servicebus {

namespace {

constexpr const char* sessionFilter = "com.microsoft:session-filter";
constexpr qint64 ticksPerMs = 10000;
constexpr qint64 epochMs = 62135596800000;   // from the year 1 to 1970
constexpr qint64 latestMs = 253402300799999; // end of the year 9999
constexpr const char* lockedUntilKey = "com.microsoft:locked-until-utc";

// The value of a filter may come described, as the filters of AMQP are.
const HeaderValue& plainValue(const HeaderValue& value) {
    const HeaderValue::Array* parts = value.kind == ValueKind::Described ? value.asArray() : nullptr;
    return parts && parts->size() == 2 ? parts->back() : value;
}

} // namespace

void askForSession(pn_link_t* link, const std::optional<QString>& id) {
    const HeaderValue wanted = id ? HeaderValue::string(id->toUtf8()) : HeaderValue();
    writeEntries(pn_terminus_filter(pn_link_source(link)), {{sessionFilter, wanted}}, Keys::Symbol);
}

std::optional<SessionGrant> grantedSession(pn_link_t* link) {
    const auto tableIn = [](pn_data_t* data) {
        if (!data)
            return HeaderTable();
        pn_data_rewind(data);
        return pn_data_next(data) ? readEntries(data) : HeaderTable();
    };
    return grantOf(tableIn(pn_terminus_filter(pn_link_remote_source(link))),
                   tableIn(pn_link_remote_properties(link)));
}

std::optional<SessionGrant> grantOf(const HeaderTable& filters, const HeaderTable& properties) {
    const HeaderValue* granted = findHeader(filters, sessionFilter);
    const QByteArray* id = granted ? plainValue(*granted).asBytes() : nullptr;
    if (!id)
        return std::nullopt;
    SessionGrant grant{QString::fromUtf8(*id), 0};
    std::int64_t ticks = 0;
    const HeaderValue* until = findHeader(properties, lockedUntilKey);
    if (until && headerInteger(*until, &ticks))
        grant.lockedUntil = millisecondsOfTicks(ticks);
    return grant;
}

qint64 millisecondsOfTicks(qint64 ticks) {
    const qint64 ms = ticks / ticksPerMs - epochMs;
    return ms > 0 && ms <= latestMs ? ms : 0;
}

} // namespace signalbox::servicebus
