// Asks a server over HTTP: TLS with system or given CA and client certificate, bounded time and size, no
// redirects (they could carry the password elsewhere). Lives on one thread; futures complete there.
#pragma once

#include "app/http/tlsfiles.h"
#include "models/base/result.h"
#include "models/base/secret.h"

#include <QFuture>
#include <QList>
#include <QNetworkAccessManager>
#include <QObject>
#include <QPair>
#include <QUrl>

class QNetworkReply;

namespace signalbox::http {

struct Settings {
    QUrl base; // http://host:15672 or with a path in front
    QString user;
    Secret password;
    TlsSettings
        tls; // of an https address, whether enabled or not; a server name is checked instead of the host
    int timeoutMs = 15000;
    qint64 mostBytes = 256LL << 20;
};

struct Answer {
    int status = 0;
    QByteArray body;
    QByteArray retryAfter = {}; // header of that name: seconds or a date; empty: none
};

using Query = QList<QPair<QString, QString>>;

struct Request {
    QByteArray verb = "GET";
    QByteArray path; // already percent-encoded ("/api/queues/%2F")
    Query query;
    QList<QPair<QByteArray, QByteArray>> headers;
    Secret authorization; // value of the header of that name; empty = none
    QByteArray body;
};

class Client final : public QObject {
    Q_OBJECT
public:
    explicit Client(Settings settings, QObject* parent = nullptr);

    // Any status is an answer. Errors: CannotConnect (network, TLS, time-out), Corrupt (too large), Invalid
    // (a TLS file cannot be used).
    QFuture<Result<Answer>> send(const Request& request);
    // JSON with basic authentication. A status that is no success is an error too: NotAuthenticated (401),
    // NotAllowed (403), NotFound (404), Unsupported (any other).
    QFuture<Result<Answer>> get(const QByteArray& path, const Query& query = {});

private:
    Result<Answer> received(QNetworkReply& reply, const QStringList& tlsFaults) const;
    Result<Answer> judge(Answer answer, const QByteArray& path) const;
    QString endpoint() const;

    Settings settings_;
    QNetworkAccessManager network_;
    QSslConfiguration tls_;
    Result<void> ready_;
};

QByteArray percentEncoded(const QString& segment);

} // namespace signalbox::http
