#include "models/messaging/entityadmin.h"

#include <algorithm>

namespace signalbox {

qint64 EntityFacts::messages() const {
    qint64 all = -1;
    for (const qint64 count : {active, deadLetters, scheduled, transfer, transferDeadLetters}) {
        if (count >= 0)
            all = std::max<qint64>(all, 0) + count;
    }
    return all;
}

QString entityKindWord(BusEntity::Kind kind) {
    switch (kind) {
    case BusEntity::Kind::Topic:
        return QStringLiteral("topic");
    case BusEntity::Kind::Subscription:
        return QStringLiteral("subscription");
    case BusEntity::Kind::Queue:
        break;
    }
    return QStringLiteral("queue");
}

QString entityStatusWord(BusEntity::Status status) {
    switch (status) {
    case BusEntity::Status::Disabled:
        return QStringLiteral("disabled");
    case BusEntity::Status::SendDisabled:
        return QStringLiteral("send-disabled");
    case BusEntity::Status::ReceiveDisabled:
        return QStringLiteral("receive-disabled");
    case BusEntity::Status::Active:
        break;
    }
    return QStringLiteral("active");
}

std::optional<BusEntity::Status> entityStatusOfWord(const QString& word) {
    const QString plain = QString(word).remove(QLatin1Char('-'));
    for (const auto status : {BusEntity::Status::Active, BusEntity::Status::Disabled,
                              BusEntity::Status::SendDisabled, BusEntity::Status::ReceiveDisabled}) {
        if (plain.compare(entityStatusWord(status).remove(QLatin1Char('-')), Qt::CaseInsensitive) == 0)
            return status;
    }
    return std::nullopt;
}

} // namespace signalbox
