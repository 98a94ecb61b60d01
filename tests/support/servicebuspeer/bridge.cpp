#include "tests/support/servicebuspeer/bridge.h"

#include <algorithm>

namespace signalbox::sbpeer {

Value fromData(pn_data_t* data) {
    if (data == nullptr || pn_data_size(data) == 0) {
        return {};
    }
    const auto size = pn_data_encoded_size(data);
    QByteArray bytes(std::max<qsizetype>(size, 0), '\0');
    if (pn_data_encode(data, bytes.data(), static_cast<std::size_t>(bytes.size())) < 0) {
        return {};
    }
    qsizetype position = 0;
    return decode(bytes, &position).value_or(Value());
}

void intoData(pn_data_t* data, const Value& value) {
    const QByteArray bytes = encode(value);
    pn_data_clear(data);
    pn_data_decode(data, bytes.constData(), static_cast<std::size_t>(bytes.size()));
    pn_data_rewind(data);
}

void setCondition(pn_condition_t* condition, const Refusal& refusal) {
    pn_condition_set_name(condition, refusal.condition.constData());
    pn_condition_set_description(condition, tracked(refusal).constData());
}

QByteArray swapGuid(const QByteArray& sixteen) {
    QByteArray swapped = sixteen;
    if (swapped.size() == 16) {
        std::reverse(swapped.begin(), swapped.begin() + 4);
        std::reverse(swapped.begin() + 4, swapped.begin() + 6);
        std::reverse(swapped.begin() + 6, swapped.begin() + 8);
    }
    return swapped;
}

void sendBytes(pn_link_t* link, const QByteArray& tag, const QByteArray& bytes, bool settled) {
    pn_delivery_t* delivery =
        pn_delivery(link, pn_dtag(tag.constData(), static_cast<std::size_t>(tag.size())));
    pn_link_send(link, bytes.constData(), static_cast<std::size_t>(bytes.size()));
    pn_link_advance(link);
    if (settled) {
        pn_delivery_settle(delivery);
    }
}

} // namespace signalbox::sbpeer
