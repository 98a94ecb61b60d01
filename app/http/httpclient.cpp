#include "app/http/httpclient.h"

#include "models/base/answerer.h"
#include "models/base/background.h"
#include "models/base/lognames.h"
#include "models/base/whendone.h"

#include <QNetworkReply>
#include <QUrlQuery>
#include <spdlog/spdlog.h>

namespace signalbox::http {

namespace {

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
    if (settings_.base.scheme() != QLatin1String("https"))
        return;
    if (auto made = tlsConfiguration(settings_.tls))
        tls_ = std::move(*made);
    else
        ready_ = failure(std::move(made.error()));
}

QString Client::endpoint() const {
    return settings_.base.toString(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment |
                                   QUrl::StripTrailingSlash);
}

QFuture<Result<Answer>> Client::get(const QByteArray& path, const Query& query) {
    Request request;
    request.path = path;
    request.query = query;
    request.headers = {{"Accept", "application/json"}};
    if (!settings_.user.isEmpty())
        request.authorization =
            Secret("Basic " + (settings_.user.toUtf8() + ':' + settings_.password.reveal()).toBase64());
    Answerer<Answer> answerer;
    whenDone(send(request), this, [this, answerer, path](Result<Answer> answer) {
        answerer.answer(answer ? judge(std::move(*answer), path) : std::move(answer));
    });
    return answerer.future();
}

QFuture<Result<Answer>> Client::send(const Request& asked) {
    if (!ready_)
        return readyFuture<Result<Answer>>(failure(ready_.error()));
    QUrl url = settings_.base;
    QString prefix = url.path(QUrl::FullyEncoded);
    while (prefix.endsWith(QLatin1Char('/')))
        prefix.chop(1);
    // StrictMode keeps "%2F" (the default virtual host) as it is.
    url.setPath(prefix + QString::fromLatin1(asked.path), QUrl::StrictMode);
    QUrlQuery items;
    for (const auto& [name, value] : asked.query)
        items.addQueryItem(name, QString::fromLatin1(QUrl::toPercentEncoding(value)));
    if (!asked.query.isEmpty())
        url.setQuery(items);
    url.setUserInfo({});
    QNetworkRequest request(url);
    for (const auto& [name, value] : asked.headers)
        request.setRawHeader(name, value);
    if (!asked.authorization.isEmpty())
        request.setRawHeader("Authorization", asked.authorization.reveal());
    if (url.scheme() == QLatin1String("https")) {
        request.setSslConfiguration(tls_);
        if (!settings_.tls.serverName.isEmpty())
            request.setPeerVerifyName(settings_.tls.serverName);
    }
    QNetworkReply* reply = network_.sendCustomRequest(request, asked.verb, asked.body);
    auto faults = std::make_shared<QStringList>();
    connect(reply, &QNetworkReply::sslErrors, this, [this, reply, faults](const QList<QSslError>& errors) {
        for (const QSslError& error : errors)
            *faults << error.errorString();
        if (!settings_.tls.verify)
            reply->ignoreSslErrors();
    });
    connect(reply, &QNetworkReply::downloadProgress, this, [this, reply](qint64 got, qint64) {
        if (got > settings_.mostBytes)
            reply->abort();
    });
    auto promise = std::make_shared<QPromise<Result<Answer>>>();
    promise->start();
    connect(reply, &QNetworkReply::finished, this, [this, reply, promise, faults] {
        promise->addResult(received(*reply, *faults));
        promise->finish();
        reply->deleteLater();
    });
    return promise->future();
}

Result<Answer> Client::received(QNetworkReply& reply, const QStringList& tlsFaults) const {
    const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const QString said = QStringLiteral("HTTP %1 from %2%3").arg(status).arg(endpoint(), reply.url().path());
    if (auto log = spdlog::get(lognames::http); log && (status < 200 || status > 299))
        log->debug("{} {}", status,
                   reply.url().toString(QUrl::RemoveUserInfo | QUrl::RemoveQuery).toStdString());
    const bool success = status >= 200 && status <= 299;
    if (reply.bytesAvailable() > settings_.mostBytes ||
        (reply.error() == QNetworkReply::OperationCanceledError && success))
        return failure(
            ErrorKind::Corrupt,
            QStringLiteral("The answer of %1 is too large or did not come to an end.").arg(endpoint()), said);
    if (success ? reply.error() == QNetworkReply::NoError : status != 0)
        return Answer{status, reply.readAll(), reply.rawHeader("Retry-After")};
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

Result<Answer> Client::judge(Answer answer, const QByteArray& path) const {
    if (answer.status >= 200 && answer.status <= 299)
        return answer;
    const QString said = QStringLiteral("HTTP %1 from %2%3")
                             .arg(answer.status)
                             .arg(endpoint(), QString::fromUtf8(QByteArray::fromPercentEncoding(path)));
    const QString words = wordsOf(answer.body);
    const QString detail = words.isEmpty() ? said : said + QStringLiteral(": ") + words;
    switch (answer.status) {
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
}

QByteArray percentEncoded(const QString& segment) {
    return QUrl::toPercentEncoding(segment);
}

} // namespace signalbox::http
