#include "app/servicebus/namespaceadmin.h"

#include "app/servicebus/sastoken.h"
#include "models/base/answerer.h"
#include "models/base/background.h"
#include "models/base/whendone.h"

#include <algorithm>
#include <tuple>

namespace signalbox::servicebus {

namespace {

constexpr int pageSize = 100; // the most the service gives
constexpr int mostAtOnce = 6; // as many connections as the HTTP client has to one host
constexpr const char* apiVersion = "2021-05";

http::Settings settingsOf(const QString& url, const NamespaceAccess& access) {
    http::Settings settings;
    settings.base = QUrl(url, QUrl::StrictMode);
    settings.tls = access.endpoint.tls;
    return settings;
}

// "<Error><Code>401</Code><Detail>... TrackingId:...</Detail></Error>", or nothing of use.
QString wordsOf(const QByteArray& body) {
    if (const auto xml = parseXml(body); xml && !xml->childText(QStringLiteral("Detail")).isEmpty())
        return xml->childText(QStringLiteral("Detail"));
    return QString::fromUtf8(body.left(300)).simplified();
}

Error refusal(const http::Answer& answer, const QString& path) {
    const QString detail =
        QStringLiteral("HTTP %1 for /%2: %3").arg(answer.status).arg(path, wordsOf(answer.body));
    switch (answer.status) {
    case 401:
        return {
            ErrorKind::NotAuthenticated,
            QStringLiteral("The management API refused the credential. It needs the right Manage; where this "
                           "machine's clock is wrong, every credential is refused."),
            detail};
    case 403:
        return {ErrorKind::NotAllowed,
                QStringLiteral("The management API does not allow that with this credential."), detail};
    case 404:
        return {ErrorKind::NotFound, QStringLiteral("There is no /%1 in the namespace.").arg(path), detail};
    case 429:
    case 503:
        return {ErrorKind::Busy, QStringLiteral("The management API is busy and asks for a pause."), detail};
    default:
        return {ErrorKind::Unsupported,
                QStringLiteral("The management API answered with an error. Is its address right?"), detail};
    }
}

QByteArray encodedPath(const QString& path) {
    return '/' + QUrl::toPercentEncoding(path, "/$");
}

} // namespace

struct NamespaceAdmin::Feed {
    QString path;
    Entity::Kind kind = Entity::Kind::Queue;
    int skip = 0;
};

// What is still to be asked for, and what came.
struct NamespaceAdmin::Listing {
    Answerer<std::vector<Entity>> answerer;
    Depth depth = Depth::Entities;
    std::vector<Entity> all;
    std::deque<Feed> open{{QStringLiteral("$Resources/Queues"), Entity::Kind::Queue},
                          {QStringLiteral("$Resources/Topics"), Entity::Kind::Topic}};
    int underWay = 0;
    bool isAnswered = false;
};

NamespaceAdmin::NamespaceAdmin(const QString& url, NamespaceAccess access, QObject* parent)
    : QObject(parent)
    , access_(std::move(access))
    , tokens_(makeTokenSource(access_))
    , http_(settingsOf(url, access_)) {}

QFuture<Result<QByteArray>> NamespaceAdmin::get(const QString& path, const http::Query& query) {
    // The key of one entity is known there, not at the root of the namespace.
    auto token = tokens_->token(audienceOf(access_.hostname, access_.scope));
    if (!token)
        return readyFuture<Result<QByteArray>>(failure(std::move(token.error())));
    http::Request request;
    request.path = encodedPath(path);
    request.query = query;
    request.query.prepend({QStringLiteral("api-version"), QString::fromLatin1(apiVersion)});
    request.authorization =
        token->kind == Token::Kind::Jwt ? Secret("Bearer " + token->text.reveal()) : token->text;
    Answerer<QByteArray> answerer;
    whenDone(http_.send(request), this, [answerer, path](Result<http::Answer> answer) {
        if (!answer)
            answerer.answer(failure(std::move(answer.error())));
        else if (answer->status < 200 || answer->status > 299)
            answerer.answer(failure(refusal(*answer, path)));
        else
            answerer.answer(std::move(answer->body));
    });
    return answerer.future();
}

QFuture<Result<NamespaceInfo>> NamespaceAdmin::info() {
    Answerer<NamespaceInfo> answerer;
    whenDone(get(QStringLiteral("$namespaceinfo"), {}), this, [answerer](const Result<QByteArray>& body) {
        if (!body) {
            answerer.answer(failure(body.error()));
            return;
        }
        const auto entry = readEntry(*body, QStringLiteral("the namespace"));
        if (!entry)
            answerer.answer(failure(entry.error()));
        else
            answerer.answer(NamespaceInfo{entry->description.childText(QStringLiteral("Name")),
                                          entry->description.childText(QStringLiteral("MessagingSKU"))});
    });
    return answerer.future();
}

QFuture<Result<std::vector<Entity>>> NamespaceAdmin::page(const Feed& feed) {
    Answerer<std::vector<Entity>> answerer;
    const http::Query query{{QStringLiteral("$skip"), QString::number(feed.skip)},
                            {QStringLiteral("$top"), QString::number(pageSize)}};
    whenDone(get(feed.path, query), this, [answerer, feed](const Result<QByteArray>& body) {
        auto read = body ? readFeed(*body) : Result<AtomPage>(failure(body.error()));
        if (!read) {
            answerer.answer(failure(std::move(read.error())));
            return;
        }
        std::vector<Entity> entities;
        for (AtomEntry& entry : read->entries) {
            const bool isPart = feed.kind == Entity::Kind::Subscription || feed.kind == Entity::Kind::Rule;
            if (!isPart)
                entry.path = entry.name;
            else if (feed.kind == Entity::Kind::Rule || entry.path.isEmpty())
                entry.path = feed.path + QLatin1Char('/') + entry.name;
            entities.push_back({feed.kind, std::move(entry)});
        }
        answerer.answer(std::move(entities));
    });
    return answerer.future();
}

QFuture<Result<std::vector<Entity>>> NamespaceAdmin::firstOf(const QString& list, Entity::Kind kind) {
    return page({list, kind});
}

QFuture<Result<Entity>> NamespaceAdmin::entity(const QString& path) {
    Answerer<Entity> answerer;
    whenDone(get(path, {}), this, [answerer, path](const Result<QByteArray>& body) {
        if (!body) {
            answerer.answer(failure(body.error()));
            return;
        }
        auto entry = readEntry(*body, path);
        if (!entry) {
            answerer.answer(failure(std::move(entry.error())));
            return;
        }
        Entity entity;
        entity.kind = entry->description.name == QLatin1String("TopicDescription") ? Entity::Kind::Topic
                      : entry->description.name == QLatin1String("SubscriptionDescription")
                          ? Entity::Kind::Subscription
                          : Entity::Kind::Queue;
        entity.entry = std::move(*entry);
        entity.entry.path = path;
        answerer.answer(std::move(entity));
    });
    return answerer.future();
}

QFuture<Result<std::vector<Entity>>> NamespaceAdmin::entities(Depth depth) {
    auto listing = std::make_shared<Listing>();
    listing->depth = depth;
    next(listing);
    return listing->answerer.future();
}

void NamespaceAdmin::next(const std::shared_ptr<Listing>& listing) {
    while (!listing->isAnswered && !listing->open.empty() && listing->underWay < mostAtOnce) {
        const Feed feed = listing->open.front();
        listing->open.pop_front();
        ++listing->underWay;
        whenDone(page(feed), this, [this, listing, feed](Result<std::vector<Entity>> entities) {
            --listing->underWay;
            if (listing->isAnswered)
                return;
            if (!entities) {
                listing->isAnswered = true;
                listing->answerer.answer(failure(std::move(entities.error())));
                return;
            }
            take(*listing, feed, std::move(*entities));
            next(listing);
        });
    }
    if (listing->isAnswered || listing->underWay > 0)
        return;
    listing->isAnswered = true;
    std::sort(listing->all.begin(), listing->all.end(), [](const Entity& a, const Entity& b) {
        return std::tie(a.kind, a.entry.path) < std::tie(b.kind, b.entry.path);
    });
    listing->answerer.answer(std::move(listing->all));
}

void NamespaceAdmin::take(Listing& listing, const Feed& feed, std::vector<Entity>&& entities) {
    const auto came = static_cast<int>(entities.size());
    for (Entity& entity : entities) {
        if (feed.kind == Entity::Kind::Topic)
            listing.open.push_back(
                {entity.entry.name + QStringLiteral("/Subscriptions"), Entity::Kind::Subscription});
        if (feed.kind == Entity::Kind::Subscription && listing.depth == Depth::Rules)
            listing.open.push_back({entity.entry.path + QStringLiteral("/Rules"), Entity::Kind::Rule});
        listing.all.push_back(std::move(entity));
    }
    if (came >= pageSize) // more may follow, with or without a link that says so
        listing.open.push_front({feed.path, feed.kind, feed.skip + came});
}

} // namespace signalbox::servicebus
