// A small HTTP/1.1 server on one socket: requests with a length, answers kept alive. Lives on the peer's
// thread.
#pragma once

#include <QTcpSocket>
#include <QUrlQuery>
#include <functional>
#include <map>

namespace signalbox::sbpeer {

struct HttpRequest {
    QByteArray method;
    QByteArray path; // without the slash at its start, still percent-encoded
    QUrlQuery query;
    std::map<QByteArray, QByteArray> headers; // by lower-case name
    QByteArray body;
    QByteArray header(const QByteArray& name) const {
        const auto found = headers.find(name);
        return found == headers.end() ? QByteArray() : found->second;
    }
};

struct HttpResponse {
    int status = 200;
    QByteArray type;
    QByteArray body;
    QByteArray retryAfter = {}; // header of that name; empty: none
};

using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

// Serves the socket until it is closed. `delayMs` is asked before each answer.
void serveHttp(QTcpSocket* socket, HttpHandler handler, std::function<int(const HttpRequest&)> delayMs);

} // namespace signalbox::sbpeer
