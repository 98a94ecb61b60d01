#include "app/servicebus/connectionstring.h"

#include <QMap>
#include <QUrl>

namespace signalbox::servicebus {

namespace {

constexpr int tlsPort = 5671;
constexpr int plainPort = 5672;
constexpr int httpsPort = 443;
constexpr int developmentHttpPort = 5300;
constexpr qsizetype longestText =
    16 * 1024; // real ones have 200 bytes; a token within may have some thousand

struct Part {
    QString name; // as it was written
    QByteArray value;
};
using Parts = QMap<QString, Part>; // by the key in lower case

tl::unexpected<Error> invalid(const QString& what) {
    return failure(ErrorKind::Invalid, QStringLiteral("The connection string is not valid: %1").arg(what));
}

Result<Parts> partsOf(const QByteArray& text) {
    Parts parts;
    int number = 0;
    for (const QByteArray& piece : text.split(';')) {
        ++number;
        const QByteArray part = piece.trimmed();
        if (part.isEmpty())
            continue;
        const auto sign = part.indexOf('='); // values may hold more of them
        if (sign <= 0)
            return invalid(QStringLiteral("its part %1 is not of the form Key=Value.").arg(number));
        const QString name = QString::fromUtf8(part.left(sign).trimmed());
        const QString key = name.toLower();
        if (parts.contains(key))
            return invalid(QStringLiteral("%1 is given twice.").arg(name));
        parts.insert(key, {name, part.mid(sign + 1).trimmed()});
    }
    return parts;
}

QByteArray take(Parts& parts, const char* key) {
    return parts.take(QLatin1String(key)).value;
}

Result<void> readEndpoint(const QByteArray& given, ConnectionString& made) {
    if (given.isEmpty())
        return invalid(QStringLiteral("it has no Endpoint=sb://NAMESPACE.servicebus.windows.net/."));
    const QUrl url(QString::fromUtf8(given), QUrl::StrictMode);
    static const QStringList schemes{QStringLiteral("sb"), QStringLiteral("amqps"), QStringLiteral("https"),
                                     QStringLiteral("amqp"), QStringLiteral("http")};
    if (!url.isValid() || !schemes.contains(url.scheme()) || url.host().isEmpty())
        return invalid(QStringLiteral("Endpoint should be sb://NAMESPACE.servicebus.windows.net/."));
    if (!url.userInfo().isEmpty())
        return invalid(QStringLiteral("Endpoint holds a user name; the key belongs into SharedAccessKey."));
    made.host = url.host().toLower();
    made.amqpPort = made.development ? url.port(plainPort) : tlsPort;
    made.managementPort = made.development ? developmentHttpPort : httpsPort;
    if (!made.development && url.port() > 0 && url.port() != tlsPort && url.port() != httpsPort)
        made.notes << QStringLiteral("The port of Endpoint is ignored: Service Bus has fixed ports.");
    if (url.path().size() > 1)
        made.notes << QStringLiteral("The path of Endpoint is ignored; one entity is named by EntityPath.");
    return {};
}

Result<void> readRights(Parts& parts, ConnectionString& made) {
    made.keyName = QString::fromUtf8(take(parts, "sharedaccesskeyname"));
    made.key = Secret(take(parts, "sharedaccesskey"));
    made.signature = Secret(take(parts, "sharedaccesssignature"));
    if (made.keyName.isEmpty() != made.key.isEmpty())
        return invalid(made.key.isEmpty()
                           ? QStringLiteral("SharedAccessKeyName is there, SharedAccessKey is not.")
                           : QStringLiteral("SharedAccessKey is there, SharedAccessKeyName is not."));
    if (!made.key.isEmpty() && !made.signature.isEmpty())
        return invalid(QStringLiteral("it has a key and a SharedAccessSignature; one of them only."));
    return {};
}

Result<bool> readFlag(const QByteArray& word, const char* name) {
    const QByteArray lower = word.toLower();
    if (lower.isEmpty() || lower == "false")
        return false;
    if (lower == "true")
        return true;
    return invalid(QStringLiteral("%1 is true or false.").arg(QLatin1String(name)));
}

} // namespace

Result<ConnectionString> parseConnectionString(const Secret& text) {
    if (text.reveal().size() > longestText)
        return invalid(QStringLiteral("it is longer than %1 bytes.").arg(longestText));
    auto parts = partsOf(text.reveal());
    if (!parts)
        return failure(std::move(parts.error()));
    ConnectionString made;
    const auto development = readFlag(take(*parts, "usedevelopmentemulator"), "UseDevelopmentEmulator");
    if (!development)
        return failure(development.error());
    made.development = *development;
    if (auto read = readEndpoint(take(*parts, "endpoint"), made); !read)
        return failure(std::move(read.error()));
    if (auto read = readRights(*parts, made); !read)
        return failure(std::move(read.error()));
    const QByteArray transport = take(*parts, "transporttype").toLower();
    if (transport == "amqpwebsockets")
        made.transport = ConnectionString::Transport::WebSocket;
    else if (!transport.isEmpty() && transport != "amqp")
        made.notes << QStringLiteral("TransportType is ignored: Amqp and AmqpWebSockets are known.");
    if (made.development && made.transport == ConnectionString::Transport::WebSocket) {
        made.transport = ConnectionString::Transport::Amqp;
        made.notes << QStringLiteral("TransportType is ignored: a development endpoint speaks plain AMQP.");
    }
    made.entityPath = QString::fromUtf8(take(*parts, "entitypath"));
    while (made.entityPath.startsWith(QLatin1Char('/')))
        made.entityPath.remove(0, 1);
    while (made.entityPath.endsWith(QLatin1Char('/')))
        made.entityPath.chop(1);
    for (const Part& part : std::as_const(*parts))
        made.notes << QStringLiteral("%1 is not known and ignored.").arg(part.name);
    return made;
}

} // namespace signalbox::servicebus
