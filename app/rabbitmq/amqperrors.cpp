#include "app/rabbitmq/amqperrors.h"

#include "app/rabbitmq/amqpvalues.h"

#include <QRegularExpression>

namespace signalbox::rabbitmq {

namespace {

// "ACCESS_REFUSED - write access to exchange 'x' in vhost '/' refused for user 'u'" and its older wording
// "access to exchange 'x' in vhost '/' refused for user 'u'".
Error accessRefused(const AmqpDoing& doing, const QString& text) {
    static const QRegularExpression right(
        QStringLiteral("(?:(configure|read|write) )?access to (queue|exchange|topic) '([^']*)'"));
    if (text.contains(QLatin1String("in exclusive use")))
        return {
            ErrorKind::Conflict,
            QStringLiteral("Could not %1: another consumer has the queue for itself (exclusive). Stop that "
                           "consumer first.")
                .arg(doing.what),
            text};
    const QRegularExpressionMatch match = right.match(text);
    if (!match.hasMatch())
        return {ErrorKind::NotAllowed, QStringLiteral("Could not %1: the broker refused it.").arg(doing.what),
                text};
    QString needed = match.captured(1);
    if (needed.isEmpty())
        needed =
            match.captured(2) == QLatin1String("exchange") ? QStringLiteral("write") : QStringLiteral("read");
    const QString name = match.captured(3).isEmpty() ? QStringLiteral("(default)") : match.captured(3);
    return {ErrorKind::NotAllowed,
            QStringLiteral(
                "Could not %1: the user %2 lacks the \"%3\" permission on the %4 %5 in the virtual host "
                "%6. An administrator gives it with rabbitmqctl set_permissions.")
                .arg(doing.what, doing.user, needed, match.captured(2), name, doing.virtualHost),
            text};
}

QString libraryText(int status) {
    return QString::fromUtf8(amqp_error_string2(status));
}

} // namespace

Error closeError(const AmqpDoing& doing, int code, const QString& text) {
    const QString said = QStringLiteral("%1 (%2, from %3)").arg(text).arg(code).arg(doing.endpoint);
    switch (code) {
    case AMQP_ACCESS_REFUSED: {
        Error error = accessRefused(doing, text);
        error.detail = said;
        return error;
    }
    case AMQP_NOT_FOUND:
        return {ErrorKind::NotFound,
                QStringLiteral("Could not %1: it does not exist in the virtual host %2.")
                    .arg(doing.what, doing.virtualHost),
                said};
    case AMQP_RESOURCE_LOCKED:
        return {ErrorKind::Conflict,
                QStringLiteral("Could not %1: the queue belongs to another connection alone (exclusive).")
                    .arg(doing.what),
                said};
    case AMQP_PRECONDITION_FAILED:
        if (text.contains(QLatin1String("acknowledgement on channel")))
            return {ErrorKind::Lost,
                    QStringLiteral(
                        "The broker took the held messages back: they were held longer than its consumer "
                        "time-out."),
                    said};
        return {ErrorKind::Invalid,
                QStringLiteral("Could not %1: the broker found it invalid.").arg(doing.what), said};
    case AMQP_NOT_IMPLEMENTED:
        return {ErrorKind::Unsupported,
                QStringLiteral("Could not %1: the broker cannot do that with this kind of queue.")
                    .arg(doing.what),
                said};
    case AMQP_NOT_ALLOWED:
        return {ErrorKind::NotAllowed, QStringLiteral("Could not %1: the broker forbids it.").arg(doing.what),
                said};
    default: // 320 connection forced, 541 internal error, 506 resource error, ...
        return {ErrorKind::Lost,
                QStringLiteral("The broker ended the link while Signalbox wanted to %1.").arg(doing.what),
                said};
    }
}

Error statusError(const AmqpDoing& doing, int status) {
    const QString said = QStringLiteral("%1 (%2)").arg(libraryText(status), doing.endpoint);
    switch (status) {
    case AMQP_STATUS_TIMEOUT:
        return {ErrorKind::Lost,
                QStringLiteral("The broker did not answer in time when asked to %1.").arg(doing.what), said};
    case AMQP_STATUS_HEARTBEAT_TIMEOUT:
        return {ErrorKind::Lost,
                QStringLiteral("The link to %1 is dead: no heartbeat came.").arg(doing.endpoint), said};
    case AMQP_STATUS_TABLE_TOO_BIG:
        return {ErrorKind::Invalid,
                QStringLiteral("Could not %1: the headers are larger than one frame of the broker.")
                    .arg(doing.what),
                said};
    case AMQP_STATUS_BAD_AMQP_DATA:
    case AMQP_STATUS_UNKNOWN_CLASS:
    case AMQP_STATUS_UNKNOWN_METHOD:
        return {ErrorKind::Corrupt,
                QStringLiteral("Could not %1: the answer of %2 is not valid AMQP.")
                    .arg(doing.what, doing.endpoint),
                said};
    default:
        return {ErrorKind::Lost, QStringLiteral("The link to %1 broke.").arg(doing.endpoint), said};
    }
}

int closeCode(const amqp_method_t& method, QString* text) {
    if (method.id == AMQP_CHANNEL_CLOSE_METHOD) {
        const auto* close = static_cast<const amqp_channel_close_t*>(method.decoded);
        *text = QString::fromUtf8(fromAmqp(close->reply_text));
        return close->reply_code;
    }
    if (method.id == AMQP_CONNECTION_CLOSE_METHOD) {
        const auto* close = static_cast<const amqp_connection_close_t*>(method.decoded);
        *text = QString::fromUtf8(fromAmqp(close->reply_text));
        return close->reply_code;
    }
    return 0;
}

Error replyError(const AmqpDoing& doing, const amqp_rpc_reply_t& reply) {
    if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION) {
        QString text;
        if (const int code = closeCode(reply.reply, &text))
            return closeError(doing, code, text);
    }
    return statusError(doing, reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION
                                  ? reply.library_error
                                  : AMQP_STATUS_CONNECTION_CLOSED);
}

QString endpointOf(const ConnectionProfile& profile) {
    const QString host = profile.host.contains(QLatin1Char(':'))
                             ? QLatin1Char('[') + profile.host + QLatin1Char(']')
                             : profile.host;
    return host + QLatin1Char(':') + QString::number(profile.port);
}

} // namespace signalbox::rabbitmq
