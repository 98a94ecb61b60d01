#include "app/azure/armdiscovery.h"

#include "app/http/accesstoken.h"
#include "models/base/answerer.h"
#include "models/base/background.h"
#include "models/base/whendone.h"

#include <QDateTime>
#include <QHostAddress>
#include <QSet>

#include <algorithm>

namespace signalbox::azure {

namespace {

constexpr int mostPages = 2000; // of one search; more is a service that never ends
constexpr qint64 mostBytes = 16LL << 20;
constexpr const char* subscriptionsVersion = "2022-12-01";
constexpr const char* namespacesVersion = "2021-11-01";

bool isLoopback(const QString& host) {
    return host == QLatin1String("localhost") || QHostAddress(host).isLoopback();
}

Result<void> checkEndpoint(const QUrl& endpoint) {
    const bool isFine = endpoint.isValid() && !endpoint.host().isEmpty() && endpoint.userInfo().isEmpty() &&
                        (endpoint.scheme() == QLatin1String("https") ||
                         (endpoint.scheme() == QLatin1String("http") && isLoopback(endpoint.host())));
    if (isFine)
        return {};
    return failure(ErrorKind::Invalid,
                   QStringLiteral("The Resource Manager's address has to be https, for the token goes there: "
                                  "\"%1\" is not.")
                       .arg(endpoint.toString(QUrl::RemoveUserInfo | QUrl::RemoveQuery)));
}

Result<void> checkToken(const Secret& token) {
    if (!http::canBeAccessToken(token))
        return failure(ErrorKind::Invalid,
                       QStringLiteral("That is no access token. Get one with: az account get-access-token "
                                      "--resource https://management.azure.com/ --query accessToken -o tsv"));
    const auto expires = http::expiryOfAccessToken(token);
    if (expires && *expires <= QDateTime::currentSecsSinceEpoch())
        return failure(ErrorKind::NotAuthenticated,
                       QStringLiteral("The access token for Azure has expired at %1. Get a new one.")
                           .arg(http::expiryText(*expires)));
    return {};
}

Error refusalOf(const http::Answer& answer, const QString& what) {
    const QString detail = QStringLiteral("HTTP %1: %2")
                               .arg(answer.status)
                               .arg(QString::fromUtf8(answer.body.left(300)).simplified());
    switch (answer.status) {
    case 401:
        return {ErrorKind::NotAuthenticated,
                QStringLiteral("Azure's Resource Manager refused the access token. It has to be one for the "
                               "Resource Manager (not for Service Bus), and of this cloud."),
                detail};
    case 403:
        return {ErrorKind::NotAllowed,
                QStringLiteral("Azure does not allow to list %1; it needs the role Reader.").arg(what),
                detail};
    case 429:
    case 503:
        return {ErrorKind::Busy,
                QStringLiteral("Azure's Resource Manager asks for a pause. Try again in a few minutes."),
                detail};
    default:
        return {ErrorKind::Unsupported,
                QStringLiteral("Azure's Resource Manager answered with an error for %1.").arg(what), detail};
    }
}

Error strangeLink() {
    return {
        ErrorKind::Corrupt,
        QStringLiteral("The next page of the answer lies at another address. It was not asked for, for the "
                       "access token would go there."),
        {}};
}

} // namespace

struct ArmDiscovery::Search {
    Search(const QUrl& url, const Secret& bearer, const http::Patience& patience)
        : endpoint(url)
        , token(bearer)
        , client(settingsOf(url), patience) {}
    static http::Settings settingsOf(const QUrl& url) {
        http::Settings settings;
        settings.base = url;
        settings.mostBytes = mostBytes;
        return settings;
    }
    const QUrl endpoint;
    const Secret token;
    http::PatientClient client;
    Answerer<NamespaceFindings> answerer;
    NamespaceFindings found;
    std::deque<Subscription> open;
    QString asking;        // what is asked for, in words
    QSet<QByteArray> seen; // pages that were asked for

    void fail(Error error) const { answerer.answer(failure(std::move(error))); }
    void finish() {
        std::sort(found.namespaces.begin(), found.namespaces.end(),
                  [](const FoundNamespace& a, const FoundNamespace& b) { return a.name < b.name; });
        answerer.answer(std::move(found));
    }
    void noteOdd(int count) {
        if (count > 0)
            found.missing << QStringLiteral("%1 of %2 could not be read.").arg(count).arg(asking);
    }
};

ArmDiscovery::ArmDiscovery(http::Patience patience, QObject* parent)
    : QObject(parent)
    , patience_(patience) {}

QFuture<Result<NamespaceFindings>> ArmDiscovery::find(const QUrl& endpoint, const Secret& token) {
    auto fine = checkEndpoint(endpoint);
    if (fine)
        fine = checkToken(token);
    if (!fine)
        return readyFuture<Result<NamespaceFindings>>(failure(std::move(fine.error())));
    QUrl base = endpoint;
    base.setPath({});
    base.setQuery(QString());
    base.setFragment({});
    const auto search = std::make_shared<Search>(base, token, patience_);
    search->asking = QStringLiteral("the subscriptions");
    askSubscriptions(search, {"/subscriptions",
                              {{QStringLiteral("api-version"), QString::fromLatin1(subscriptionsVersion)}}});
    return search->answerer.future();
}

QFuture<Result<QByteArray>> ArmDiscovery::get(Search& search, const NextPage& page) {
    QByteArray key = page.path;
    for (const auto& [name, value] : page.query)
        key += '&' + name.toUtf8() + '=' + value.toUtf8();
    if (search.seen.contains(key) || search.seen.size() >= mostPages)
        return readyFuture<Result<QByteArray>>(
            failure(ErrorKind::Corrupt, QStringLiteral("Azure's answer does not come to an end.")));
    search.seen.insert(key);
    http::Request request;
    request.path = page.path;
    request.query = page.query;
    request.headers = {{"Accept", "application/json"}};
    request.authorization = Secret("Bearer " + search.token.reveal());
    const Answerer<QByteArray> answerer;
    whenDone(search.client.send(request), this,
             [answerer, what = search.asking](Result<http::Answer> answer) {
                 if (!answer)
                     answerer.answer(failure(std::move(answer.error())));
                 else if (answer->status != 200)
                     answerer.answer(failure(refusalOf(*answer, what)));
                 else
                     answerer.answer(std::move(answer->body));
             });
    return answerer.future();
}

void ArmDiscovery::askSubscriptions(const std::shared_ptr<Search>& search, const NextPage& page) {
    whenDone(get(*search, page), this, [this, search](const Result<QByteArray>& body) {
        auto read = body ? readSubscriptions(*body) : Result<Page<Subscription>>(failure(body.error()));
        if (!read) {
            search->fail(std::move(read.error()));
            return;
        }
        search->noteOdd(read->oddOnes);
        for (Subscription& each : read->items) {
            if (each.isUsable)
                search->open.push_back(std::move(each));
            else
                search->found.missing << QStringLiteral("The subscription %1 is not active.").arg(each.name);
        }
        if (read->next.isEmpty()) {
            askNamespaces(search);
            return;
        }
        if (const auto next = nextPage(search->endpoint, read->next))
            askSubscriptions(search, *next);
        else
            search->fail(strangeLink());
    });
}

// Of the next subscription, if there is one more.
void ArmDiscovery::askNamespaces(const std::shared_ptr<Search>& search) {
    if (search->open.empty()) {
        search->finish();
        return;
    }
    ++search->found.subscriptions;
    search->asking = QStringLiteral("the namespaces of subscription %1").arg(search->open.front().name);
    askNamespaces(search, {"/subscriptions/" + search->open.front().id.toLatin1() +
                               "/providers/Microsoft.ServiceBus/namespaces",
                           {{QStringLiteral("api-version"), QString::fromLatin1(namespacesVersion)}}});
}

void ArmDiscovery::askNamespaces(const std::shared_ptr<Search>& search, const NextPage& page) {
    whenDone(get(*search, page), this, [this, search](const Result<QByteArray>& body) {
        const QString subscription = search->open.front().name;
        auto read =
            body ? readNamespaces(*body, subscription) : Result<Page<FoundNamespace>>(failure(body.error()));
        if (!read &&
            (read.error().kind == ErrorKind::NotAllowed || read.error().kind == ErrorKind::Unsupported)) {
            // The others may be open to us.
            search->found.missing << read.error().summary;
            search->open.pop_front();
            askNamespaces(search);
            return;
        }
        if (!read) {
            search->fail(std::move(read.error()));
            return;
        }
        search->noteOdd(read->oddOnes);
        std::move(read->items.begin(), read->items.end(), std::back_inserter(search->found.namespaces));
        if (read->next.isEmpty()) {
            search->open.pop_front();
            askNamespaces(search);
            return;
        }
        if (const auto next = nextPage(search->endpoint, read->next))
            askNamespaces(search, *next);
        else
            search->fail(strangeLink());
    });
}

} // namespace signalbox::azure
