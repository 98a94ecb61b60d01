#include "models/messaging/messagefile.h"

#include "models/messaging/messagecodec.h"

#include <algorithm>

namespace signalbox {

QByteArray readMessageLine(QIODevice& device) {
    constexpr qint64 piece = 64 << 10;
    QByteArray line;
    while (line.size() < longestMessageLine && !line.endsWith('\n')) {
        const QByteArray part = device.readLine(std::min(piece, longestMessageLine - line.size()));
        if (part.isEmpty())
            break;
        line += part;
    }
    return line;
}

Result<Message> messageOfLine(const QByteArray& line, Carrier carrier) {
    auto message = fromJsonLine(line);
    if (!message)
        return message;
    if (const auto why = unsendableBy(carrier, message->properties))
        return failure(ErrorKind::Invalid, QStringLiteral("The message cannot be sent: %1.").arg(*why));
    return message;
}

Result<void> eachMessage(QIODevice& file, Carrier carrier, const std::function<Result<void>()>& goOn,
                         const std::function<Result<void>(Message&&)>& use) {
    for (qint64 number = 1; !file.atEnd(); ++number) {
        if (auto wanted = goOn(); !wanted)
            return wanted;
        const QByteArray line = readMessageLine(file).trimmed();
        if (line.isEmpty())
            continue;
        auto message = messageOfLine(line, carrier);
        if (!message)
            return failure(message.error().kind,
                           QStringLiteral("Line %1: %2").arg(number).arg(message.error().summary),
                           message.error().detail);
        if (!message->bodyComplete)
            return failure(
                ErrorKind::Invalid,
                QStringLiteral("Line %1 holds a cut body, and a cut body is never sent.").arg(number));
        if (auto used = use(std::move(*message)); !used)
            return used;
    }
    return {};
}

} // namespace signalbox
