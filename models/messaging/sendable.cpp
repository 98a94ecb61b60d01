#include "models/messaging/sendable.h"

#include <algorithm>
#include <cmath>

namespace signalbox {

namespace {

bool holdsNoNumber(const HeaderValue& value) {
    if (const auto* number = std::get_if<double>(&value.data))
        return !std::isfinite(*number);
    if (const auto* entries = value.asArray())
        return std::any_of(entries->begin(), entries->end(), holdsNoNumber);
    if (const auto* table = value.asTable())
        return std::any_of(table->begin(), table->end(),
                           [](const Header& entry) { return holdsNoNumber(entry.value); });
    return false;
}

} // namespace

std::optional<QByteArray> headerWithoutNumber(const HeaderTable& headers) {
    const auto found = std::find_if(headers.begin(), headers.end(),
                                    [](const Header& header) { return holdsNoNumber(header.value); });
    return found == headers.end() ? std::nullopt : std::optional(found->name);
}

} // namespace signalbox
