#include "app/servicebus/namespaceadmin.h"

#include "app/servicebus/sastoken.h"
#include "app/servicebus/targetpath.h"
#include "models/base/background.h"
#include "models/base/whendone.h"

#include <algorithm>
#include <iterator>
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

// The service's own words without what only its support can use.
QString publicWords(const QString& words) {
    return words.section(QLatin1String("TrackingId"), 0, 0).simplified().left(300);
}

Error refusal(const http::Answer& answer, const QString& path) {
    const QString words = wordsOf(answer.body);
    const QString detail = QStringLiteral("HTTP %1 for /%2: %3").arg(answer.status).arg(path, words);
    const auto made = [&detail](ErrorKind kind, const QString& summary) {
        return Error{kind, summary, detail};
    };
    switch (answer.status) {
    case 400:
        return made(ErrorKind::Invalid,
                    QStringLiteral("The service does not take that: %1").arg(publicWords(words)));
    case 401:
        return made(
            ErrorKind::NotAuthenticated,
            QStringLiteral("The management API refused the credential. It needs the right Manage; where this "
                           "machine's clock is wrong, every credential is refused."));
    case 403:
        return made(ErrorKind::NotAllowed,
                    QStringLiteral("The management API does not allow that with this credential."));
    case 404:
        return made(ErrorKind::NotFound, QStringLiteral("There is no /%1 in the namespace.").arg(path));
    case 409:
    case 412:
        return made(ErrorKind::Conflict,
                    QStringLiteral("/%1 is there already, or somebody else is changing it at this moment: %2")
                        .arg(path, publicWords(words)));
    case 429:
    case 503:
        return made(
            ErrorKind::Busy,
            answer.retryAfter.isEmpty()
                ? QStringLiteral("The management API is busy and asks for a pause. It was asked again "
                                 "for a while.")
                : QStringLiteral("The management API is busy and asks for a pause (Retry-After: %1). Try "
                                 "again then.")
                      .arg(QString::fromLatin1(answer.retryAfter).left(40)));
    default:
        return made(ErrorKind::Unsupported,
                    QStringLiteral("The management API answered with an error. Is its address right?"));
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

NamespaceAdmin::NamespaceAdmin(const QString& url, NamespaceAccess access, http::Patience patience,
                               QObject* parent)
    : QObject(parent)
    , access_(std::move(access))
    , tokens_(makeTokenSource(access_))
    , http_(settingsOf(url, access_), patience) {}

Result<Secret> NamespaceAdmin::authorization(const QString& path, bool* isOpaque) {
    auto token = tokens_->token(audienceOf(access_.hostname, path));
    if (!token)
        return failure(std::move(token.error()));
    if (isOpaque)
        *isOpaque = token->expires == 0;
    return token->kind == Token::Kind::Jwt ? Secret("Bearer " + token->text.reveal()) : token->text;
}

QFuture<Result<QByteArray>> NamespaceAdmin::get(const QString& path, const http::Query& query) {
    http::Request request;
    request.query = query;
    return send(std::move(request), path);
}

QFuture<Result<QByteArray>> NamespaceAdmin::send(http::Request request, const QString& path) {
    // The key of one entity is known there, not at the root of the namespace.
    bool isOpaque = false;
    auto allowed = authorization(access_.scope, &isOpaque);
    if (!allowed)
        return readyFuture<Result<QByteArray>>(failure(std::move(allowed.error())));
    request.path = encodedPath(path);
    request.query.prepend({QStringLiteral("api-version"), QString::fromLatin1(apiVersion)});
    request.authorization = std::move(*allowed);
    Answerer<QByteArray> answerer;
    whenDone(http_.send(request), this, [answerer, path, isOpaque](Result<http::Answer> answer) {
        if (!answer) {
            answerer.answer(failure(std::move(answer.error())));
        } else if (answer->status < 200 || answer->status > 299) {
            Error error = refusal(*answer, path);
            if (isOpaque && error.kind == ErrorKind::NotAuthenticated)
                error.summary += opaqueTokenWords();
            answerer.answer(failure(std::move(error)));
        } else {
            answerer.answer(std::move(answer->body));
        }
    });
    return answerer.future();
}

QFuture<Result<Entity>> NamespaceAdmin::put(const QString& path, const XmlNode& description, Put how) {
    http::Request request;
    request.verb = "PUT";
    request.body = writeEntry(description);
    request.headers = {{"Content-Type", "application/atom+xml;type=entry;charset=utf-8"}};
    if (how == Put::Over)
        request.headers.push_back({"If-Match", "*"});
    // Whoever lets an entity forward must be allowed to send to the target.
    for (const auto& [field, header] :
         {std::pair("ForwardTo", "ServiceBusSupplementaryAuthorization"),
          std::pair("ForwardDeadLetteredMessagesTo", "ServiceBusDlqSupplementaryAuthorization")}) {
        const QString target = pathOfTarget(description.childText(QString::fromLatin1(field)));
        if (target.isEmpty())
            continue;
        auto allowed = authorization(access_.scope.isEmpty() ? target : access_.scope);
        if (!allowed)
            return readyFuture<Result<Entity>>(failure(std::move(allowed.error())));
        request.headers.push_back({header, allowed->reveal()});
    }
    Answerer<Entity> answerer;
    whenDone(send(std::move(request), path), this, [this, answerer, path](const Result<QByteArray>& body) {
        answerer.answer(body ? entityOf(*body, path) : Result<Entity>(failure(body.error())));
    });
    return answerer.future();
}

QFuture<Result<void>> NamespaceAdmin::remove(const QString& path) {
    http::Request request;
    request.verb = "DELETE";
    Answerer<void> answerer;
    whenDone(send(std::move(request), path), this, [answerer](const Result<QByteArray>& body) {
        answerer.answer(body ? Result<void>() : Result<void>(failure(body.error())));
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

QFuture<Result<std::vector<Entity>>> NamespaceAdmin::all(const QString& list, Entity::Kind kind) {
    const Answerer<std::vector<Entity>> answerer;
    further({list, kind}, {}, answerer);
    return answerer.future();
}

void NamespaceAdmin::further(const Feed& feed, std::vector<Entity>&& before,
                             const Answerer<std::vector<Entity>>& answerer) {
    whenDone(page(feed), this,
             [this, feed, answerer, got = std::move(before)](Result<std::vector<Entity>> page) mutable {
                 if (!page) {
                     answerer.answer(failure(std::move(page.error())));
                     return;
                 }
                 const auto came = static_cast<int>(page->size());
                 std::move(page->begin(), page->end(), std::back_inserter(got));
                 if (came < pageSize)
                     answerer.answer(std::move(got));
                 else
                     further({feed.path, feed.kind, feed.skip + came}, std::move(got), answerer);
             });
}

Result<Entity> NamespaceAdmin::entityOf(const QByteArray& body, const QString& path) const {
    auto entry = readEntry(body, path);
    if (!entry)
        return failure(std::move(entry.error()));
    Entity entity;
    const QString& name = entry->description.name;
    entity.kind = name == QLatin1String("TopicDescription")          ? Entity::Kind::Topic
                  : name == QLatin1String("SubscriptionDescription") ? Entity::Kind::Subscription
                  : name == QLatin1String("RuleDescription")         ? Entity::Kind::Rule
                                                                     : Entity::Kind::Queue;
    entity.entry = std::move(*entry);
    entity.entry.path = path;
    return entity;
}

QFuture<Result<Entity>> NamespaceAdmin::entity(const QString& path) {
    Answerer<Entity> answerer;
    whenDone(get(path, {}), this, [this, answerer, path](const Result<QByteArray>& body) {
        answerer.answer(body ? entityOf(*body, path) : Result<Entity>(failure(body.error())));
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
