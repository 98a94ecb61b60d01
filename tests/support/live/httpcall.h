// One HTTP call with basic authentication to a server on this machine, without an event loop. Any thread.
#pragma once

#include "models/base/result.h"

#include <QByteArray>
#include <QString>

namespace signalbox::live {

struct HttpReply {
    int status = 0;
    QByteArray body;
};

struct HttpServer {
    int port = 0;
    QString user, password;
};

// `path` is sent as it is: encode it. A status of 400 and more is a reply, not an error.
Result<HttpReply> httpCall(const HttpServer& server, const QByteArray& method, const QByteArray& path,
                           const QByteArray& body = {});

} // namespace signalbox::live
