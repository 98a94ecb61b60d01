// Asks a server for JSON over HTTP: basic authentication, TLS with system or given CA and client certificate,
// bounded time and size, no redirects (they could carry the password elsewhere). Lives on one thread; futures
// complete there.
#pragma once

#include "models/base/result.h"
#include "models/base/secret.h"

#include <QFuture>
#include <QList>
#include <QNetworkAccessManager>
#include <QObject>
#include <QPair>
#include <QSslConfiguration>
#include <QUrl>

class QNetworkReply;

namespace signalbox::http {

struct Settings {
    QUrl base; // http://host:15672 or with a path in front
    QString user;
    Secret password;
    QString caFile; // empty = system store
    QString certificateFile;
    QString keyFile;
    QString serverName; // checked instead of the URL's host; empty = the host
    bool verify = true;
    int timeoutMs = 15000;
    qint64 mostBytes = 256LL << 20;
};

struct Answer {
    int status = 0;
    QByteArray body;
};

using Query = QList<QPair<QString, QString>>;

class Client final : public QObject {
    Q_OBJECT
public:
    explicit Client(Settings settings, QObject* parent = nullptr);

    // `path` is already percent-encoded ("/api/queues/%2F"). Errors: CannotConnect (network, TLS, time-out),
    // NotAuthenticated (401), NotAllowed (403), NotFound (404), Unsupported (any other refusal), Corrupt
    // (too large), Invalid (a TLS file cannot be used).
    QFuture<Result<Answer>> get(const QByteArray& path, const Query& query = {});

private:
    Result<void> prepareTls();
    Result<Answer> judge(QNetworkReply& reply, const QStringList& tlsFaults) const;
    QString endpoint() const;

    Settings settings_;
    QNetworkAccessManager network_;
    QSslConfiguration tls_;
    Result<void> ready_;
};

QByteArray percentEncoded(const QString& segment);

} // namespace signalbox::http
