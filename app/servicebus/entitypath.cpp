#include "app/servicebus/entitypath.h"

namespace signalbox::servicebus {

namespace {

constexpr QLatin1String deadLetterSuffix("/$DeadLetterQueue");
constexpr QLatin1String transferSuffix("/$Transfer/$DeadLetterQueue");

} // namespace

QString EntityPath::address() const {
    switch (subQueue) {
    case SubQueue::DeadLetter:
        return entity + deadLetterSuffix;
    case SubQueue::TransferDeadLetter:
        return entity + transferSuffix;
    case SubQueue::None:
        break;
    }
    return entity;
}

QString EntityPath::management() const {
    return address() + QStringLiteral("/$management");
}

EntityPath entityPath(const QString& name) {
    if (name.endsWith(transferSuffix, Qt::CaseInsensitive))
        return {name.chopped(transferSuffix.size()), SubQueue::TransferDeadLetter};
    if (name.endsWith(deadLetterSuffix, Qt::CaseInsensitive))
        return {name.chopped(deadLetterSuffix.size()), SubQueue::DeadLetter};
    return {name, SubQueue::None};
}

} // namespace signalbox::servicebus
