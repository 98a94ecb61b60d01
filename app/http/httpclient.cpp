#include "app/http/httpclient.h"

#include "models/base/background.h"
#include "models/base/lognames.h"

#include <QFile>
#include <QNetworkReply>
#include <QSslCertificate>
#include <QSslKey>
#include <QUrlQuery>
#include <spdlog/spdlog.h>

namespace signalbox::http {

namespace {

Error badFile(const QString& what, const QString& name) {
    return {ErrorKind::Invalid,
            QStringLiteral(
                "The %1 %2 cannot be used: it is missing, not readable or not a PEM file. Choose another in "
                "the connection's TLS settings.")
                .arg(what, name),
            {}};
}

QByteArray contentOf(const QString& name) {
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// A JSON error body of the management API: {"error":..,"reason":..}. Only its words are of use, and few of
// them.
QString wordsOf(const QByteArray& body) {
    return QString::fromUtf8(body.left(300)).simplified();
}

} // namespace

Client::Client(Settings settings, QObject* parent)
    : QObject(parent)
    , settings_(std::move(settings))
    , tls_(QSslConfiguration::defaultConfiguration()) {
    network_.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    network_.setTransferTimeout(settings_.timeoutMs);
    ready_ = prepareTls();
}

Result<void> Client::prepareTls() {
    if (settings_.base.scheme() != QLatin1String("https"))
        return {};
    tls_.setProtocol(QSsl::TlsV1_2OrLater);
    tls_.setPeerVerifyMode(settings_.verify ? QSslSocket::VerifyPeer : QSslSocket::VerifyNone);
    if (!settings_.caFile.isEmpty()) {
        const QList<QSslCertificate> trusted = QSslCertificate::fromData(contentOf(settings_.caFile));
        if (trusted.isEmpty())
            return failure(badFile(QStringLiteral("CA file"), settings_.caFile));
        tls_.setCaCertificates(trusted);
    }
    if (settings_.certificateFile.isEmpty())
        return {};
    const QList<QSslCertificate> own = QSslCertificate::fromData(contentOf(settings_.certificateFile));
    if (own.isEmpty())
        return failure(badFile(QStringLiteral("client certificate"), settings_.certificateFile));
    const QString keyFile = settings_.keyFile.isEmpty() ? settings_.certificateFile : settings_.keyFile;
    const QByteArray pem = contentOf(keyFile);
    QSslKey key(pem, QSsl::Rsa);
    if (key.isNull())
        key = QSslKey(pem, QSsl::Ec);
    if (key.isNull())
        return failure(badFile(QStringLiteral("client key"), keyFile));
    tls_.setLocalCertificateChain(own);
    tls_.setPrivateKey(key);
    return {};
}

QString Client::endpoint() const {
    return settings_.base.toString(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment |
                                   QUrl::StripTrailingSlash);
}

QFuture<Result<Answer>> Client::get(const QByteArray& path, const Query& query) {
    if (!ready_)
        return readyFuture<Result<Answer>>(failure(ready_.error()));
    QUrl url = settings_.base;
    QString prefix = url.path(QUrl::FullyEncoded);
    while (prefix.endsWith(QLatin1Char('/')))
        prefix.chop(1);
    // StrictMode keeps "%2F" (the default virtual host) as it is.
    url.setPath(prefix + QString::fromLatin1(path), QUrl::StrictMode);
    QUrlQuery items;
    for (const auto& [name, value] : query)
        items.addQueryItem(name, QString::fromLatin1(QUrl::toPercentEncoding(value)));
    if (!query.isEmpty())
        url.setQuery(items);
    url.setUserInfo({});
    QNetworkRequest request(url);
    request.setRawHeader("Accept", "application/json");
    if (!settings_.user.isEmpty())
        request.setRawHeader("Authorization",
                             "Basic " +
                                 (settings_.user.toUtf8() + ':' + settings_.password.reveal()).toBase64());
    if (url.scheme() == QLatin1String("https")) {
        request.setSslConfiguration(tls_);
        if (!settings_.serverName.isEmpty())
            request.setPeerVerifyName(settings_.serverName);
    }
    QNetworkReply* reply = network_.get(request);
    auto faults = std::make_shared<QStringList>();
    connect(reply, &QNetworkReply::sslErrors, this, [this, reply, faults](const QList<QSslError>& errors) {
        for (const QSslError& error : errors)
            *faults << error.errorString();
        if (!settings_.verify)
            reply->ignoreSslErrors();
    });
    connect(reply, &QNetworkReply::downloadProgress, this, [this, reply](qint64 got, qint64) {
        if (got > settings_.mostBytes)
            reply->abort();
    });
    auto promise = std::make_shared<QPromise<Result<Answer>>>();
    promise->start();
    connect(reply, &QNetworkReply::finished, this, [this, reply, promise, faults] {
        promise->addResult(judge(*reply, *faults));
        promise->finish();
        reply->deleteLater();
    });
    return promise->future();
}

Result<Answer> Client::judge(QNetworkReply& reply, const QStringList& tlsFaults) const {
    const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const QString said = QStringLiteral("HTTP %1 from %2%3").arg(status).arg(endpoint(), reply.url().path());
    if (auto log = spdlog::get(lognames::http); log && (status < 200 || status > 299))
        log->debug("{} {}", status,
                   reply.url().toString(QUrl::RemoveUserInfo | QUrl::RemoveQuery).toStdString());
    if (reply.bytesAvailable() > settings_.mostBytes ||
        (reply.error() == QNetworkReply::OperationCanceledError && status == 200))
        return failure(
            ErrorKind::Corrupt,
            QStringLiteral("The answer of %1 is too large or did not come to an end.").arg(endpoint()), said);
    if (status >= 200 && status <= 299 && reply.error() == QNetworkReply::NoError)
        return Answer{status, reply.readAll()};
    const QString words = wordsOf(reply.readAll());
    const QString detail = words.isEmpty() ? said : said + QStringLiteral(": ") + words;
    switch (status) {
    case 0:
        break;
    case 401:
        return failure(
            ErrorKind::NotAuthenticated,
            QStringLiteral("%1 refused the login of %2: wrong name or password, or the user lacks the tag "
                           "\"management\".")
                .arg(endpoint(), settings_.user),
            detail);
    case 403:
        return failure(ErrorKind::NotAllowed,
                       QStringLiteral("%1 does not allow that to %2.").arg(endpoint(), settings_.user),
                       detail);
    case 404:
        return failure(ErrorKind::NotFound, QStringLiteral("%1 does not know that.").arg(endpoint()), detail);
    default:
        return failure(ErrorKind::Unsupported,
                       QStringLiteral("%1 answered with an error. Is this the address of the management API?")
                           .arg(endpoint()),
                       detail);
    }
    if (!tlsFaults.isEmpty())
        return failure(
            ErrorKind::CannotConnect,
            QStringLiteral("The certificate of %1 is not trusted: %2. Give its CA file or server name in the "
                           "connection's TLS settings.")
                .arg(endpoint(), tlsFaults.first()),
            tlsFaults.join(QStringLiteral("; ")));
    const bool late = reply.error() == QNetworkReply::OperationCanceledError;
    return failure(ErrorKind::CannotConnect,
                   late ? QStringLiteral("%1 did not answer in time.").arg(endpoint())
                        : QStringLiteral("%1 does not answer.").arg(endpoint()),
                   reply.errorString());
}

QByteArray percentEncoded(const QString& segment) {
    return QUrl::toPercentEncoding(segment);
}

} // namespace signalbox::http
