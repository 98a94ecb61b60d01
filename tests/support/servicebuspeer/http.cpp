#include "tests/support/servicebuspeer/http.h"

#include <QTimer>
#include <QUrl>
#include <memory>

namespace signalbox::sbpeer {

namespace {

// One whole request from the front of `buffer`; nothing yet when it is incomplete.
std::optional<HttpRequest> takeRequest(QByteArray& buffer) {
    const auto end = buffer.indexOf("\r\n\r\n");
    if (end < 0) {
        return std::nullopt;
    }
    HttpRequest request;
    const QList<QByteArray> lines = buffer.left(end).split('\n');
    for (const QByteArray& line : lines.mid(1)) {
        const auto colon = line.indexOf(':');
        request.headers[line.left(colon).trimmed().toLower()] = line.mid(colon + 1).trimmed();
    }
    const auto length = request.header("content-length").toLongLong();
    if (buffer.size() < end + 4 + length) {
        return std::nullopt;
    }
    request.body = buffer.mid(end + 4, length);
    buffer.remove(0, end + 4 + length);
    const QList<QByteArray> words = lines.constFirst().trimmed().split(' ');
    request.method = words.value(0);
    const QByteArray target = words.value(1);
    const auto mark = target.indexOf('?');
    request.path = target.mid(1, mark < 0 ? -1 : mark - 1);
    QByteArray query = mark < 0 ? QByteArray() : target.mid(mark + 1);
    query.replace("%24", "$"); // QUrlQuery would keep it in a name
    request.query = QUrlQuery(QString::fromLatin1(query));
    return request;
}

void respond(QTcpSocket* socket, const HttpResponse& response) {
    QByteArray head = "HTTP/1.1 " + QByteArray::number(response.status) + " -\r\n";
    if (!response.type.isEmpty()) {
        head += "Content-Type: " + response.type + "\r\n";
    }
    if (!response.retryAfter.isEmpty()) {
        head += "Retry-After: " + response.retryAfter + "\r\n";
    }
    head += "Content-Length: " + QByteArray::number(response.body.size()) + "\r\n\r\n";
    socket->write(head + response.body);
}

} // namespace

void serveHttp(QTcpSocket* socket, HttpHandler handler, std::function<int(const HttpRequest&)> delayMs) {
    QObject::connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
    auto buffer = std::make_shared<QByteArray>();
    QObject::connect(socket, &QTcpSocket::readyRead, socket, [=] {
        *buffer += socket->readAll();
        while (const auto request = takeRequest(*buffer)) {
            const HttpResponse response = handler(*request);
            if (const int delay = delayMs(*request); delay > 0) {
                QTimer::singleShot(delay, socket, [=] { respond(socket, response); });
            } else {
                respond(socket, response);
            }
        }
    });
}

} // namespace signalbox::sbpeer
