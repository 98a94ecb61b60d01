#include "tests/support/live/httpcall.h"

#include <QTcpSocket>

namespace signalbox::live {

namespace {
constexpr int patienceMs = 60000;
}

Result<HttpReply> httpCall(const HttpServer& server, const QByteArray& method, const QByteArray& path,
                           const QByteArray& body) {
    QTcpSocket socket;
    socket.connectToHost(QStringLiteral("127.0.0.1"), static_cast<quint16>(server.port));
    const auto lost = [&](const char* step) {
        return failure(ErrorKind::CannotConnect,
                       QStringLiteral("The management API on port %1 did not answer.").arg(server.port),
                       QString::fromUtf8(step) + QStringLiteral(": ") + socket.errorString());
    };
    if (!socket.waitForConnected(patienceMs))
        return lost("connect");
    const QByteArray login = (server.user + QLatin1Char(':') + server.password).toUtf8().toBase64();
    // HTTP/1.0: one reply, not in chunks, then the end.
    socket.write(method + ' ' + path + " HTTP/1.0\r\nHost: 127.0.0.1\r\nAuthorization: Basic " + login +
                 "\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) +
                 "\r\n\r\n" + body);
    QByteArray reply;
    while (socket.state() == QAbstractSocket::ConnectedState) {
        if (!socket.waitForReadyRead(patienceMs) && socket.error() != QAbstractSocket::RemoteHostClosedError)
            return lost("read");
        reply += socket.readAll();
    }
    reply += socket.readAll();
    const qsizetype end = reply.indexOf("\r\n\r\n");
    const QList<QByteArray> first = reply.left(reply.indexOf('\r')).split(' ');
    if (end < 0 || first.size() < 2)
        return lost("no HTTP reply");
    constexpr qsizetype blankLine = 4;
    return HttpReply{first[1].toInt(), reply.mid(end + blankLine)};
}

} // namespace signalbox::live
