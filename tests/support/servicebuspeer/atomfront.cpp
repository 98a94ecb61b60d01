#include "tests/support/servicebuspeer/atomfront.h"

#include "tests/support/servicebuspeer/atomfeed.h"
#include "tests/support/servicebuspeer/atomfields.h"
#include "tests/support/servicebuspeer/atomrules.h"
#include "tests/support/servicebuspeer/filter.h"

#include <QRegularExpression>

namespace signalbox::sbpeer {

Outcome<void> AtomFront::authorize(const QByteArray& token, const QByteArray& audience) const {
    const QByteArray bearer = "Bearer ";
    const auto grant = token.startsWith(bearer)
                           ? keyring_.checkKnown(token.mid(bearer.size()), audience, broker_.now())
                           : keyring_.checkSas(token, audience, broker_.now());
    if (!grant) {
        return tl::unexpected(grant.error());
    }
    if ((grant->rights & Manage) == 0) {
        return refuse("amqp:unauthorized-access", "Manage,EntityRead claims required for this operation.");
    }
    return {};
}

HttpResponse AtomFront::answer(const HttpRequest& request) {
    if (request.header("authorization").isEmpty()) {
        return errorResponse(401, "MissingToken: The authorization header was not found.");
    }
    if (auto allowed = authorize(request.header("authorization"), "sb://host/" + request.path); !allowed) {
        return errorResponse(allowed.error());
    }
    const QString version = request.query.queryItemValue(QStringLiteral("api-version"));
    if (version != QLatin1String("2021-05") && version != QLatin1String("2017-04")) {
        return errorResponse(400, "The api-version '" + version.toUtf8() + "' is not supported.");
    }
    return route(request);
}

AtomFront::Target AtomFront::targetOf(const QByteArray& path) {
    static const QRegularExpression form(
        QStringLiteral("^(.+)/subscriptions(?:/([^/]*)(/rules(?:/([^/]*))?)?)?$"),
        QRegularExpression::CaseInsensitiveOption);
    const QString decoded = QString::fromUtf8(QByteArray::fromPercentEncoding(path));
    const auto match = form.match(decoded);
    Target target;
    if (!match.hasMatch()) {
        target.entity = decoded.toUtf8();
        return target;
    }
    target.entity = match.captured(1).toUtf8();
    target.subscription = match.captured(2).toUtf8();
    if (!match.captured(3).isEmpty()) {
        target.rule = match.captured(4).toUtf8();
    }
    return target;
}

HttpResponse AtomFront::route(const HttpRequest& request) {
    const QByteArray path = request.path.toLower();
    if (request.method == "GET" && path == "$namespaceinfo") {
        return namespaceInfo(request);
    }
    if (request.method == "GET" && path == "$resources/queues") {
        return listEntities(request, broker_.list(EntityKind::Queue), "Queues");
    }
    if (request.method == "GET" && path == "$resources/topics") {
        return listEntities(request, broker_.list(EntityKind::Topic), "Topics");
    }
    const Target target = targetOf(request.path);
    if (request.method == "GET") {
        return get(request, target);
    }
    if (request.method == "PUT") {
        return put(request, target);
    }
    return request.method == "DELETE" ? drop(target) : errorResponse(405, "The method is not allowed.");
}

HttpResponse AtomFront::namespaceInfo(const HttpRequest& request) const {
    const QByteArray host = request.header("host");
    return entryResponse("<entry xmlns=\"http://www.w3.org/2005/Atom\"><id>" + baseOf(request) +
                         "$namespaceinfo?api-version=2021-05</id><title type=\"text\">peer</title><updated>" +
                         isoTime(broker_.now()) +
                         "</updated><content type=\"application/xml\"><NamespaceInfo "
                         "xmlns=\"http://schemas.microsoft.com/netservices/2010/10/servicebus/connect\" "
                         "xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"><CreatedTime>" +
                         isoTime(0) + "</CreatedTime><MessagingSKU>" + broker_.tier +
                         "</MessagingSKU><MessagingUnits>0</MessagingUnits>" + "<ModifiedTime>" + isoTime(0) +
                         "</ModifiedTime><Name>" + host.left(host.indexOf(':')) +
                         "</Name><NamespaceType>Messaging</NamespaceType></NamespaceInfo></content></entry>");
}

HttpResponse AtomFront::listEntities(const HttpRequest& request, const std::vector<Entity*>& entities,
                                     const QByteArray& title) {
    return feedResponse(request, title, entities.size(),
                        [&](std::size_t index) { return entityEntry(request, *entities[index]); });
}

HttpResponse AtomFront::listRules(const HttpRequest& request, const Entity& subscription) {
    return feedResponse(request, "Rules", subscription.rules.size(), [&](std::size_t index) {
        return ruleEntry(request, subscription, subscription.rules[index]);
    });
}

HttpResponse AtomFront::get(const HttpRequest& request, const Target& target) {
    const Entity* parent = broker_.find(target.entity);
    if (!target.subscription) {
        return parent == nullptr ? emptyFeed() : entryResponse(entityEntry(request, *parent));
    }
    if (parent == nullptr || parent->kind != EntityKind::Topic) {
        return errorResponse(404, "Entity '" + target.entity + "' was not found.");
    }
    if (target.subscription->isEmpty()) {
        std::vector<Entity*> subscriptions;
        for (const auto& [name, subscription] : parent->subscriptions) {
            subscriptions.push_back(subscription.get());
        }
        return listEntities(request, subscriptions, "Subscriptions");
    }
    const auto found = parent->subscriptions.find(target.subscription->toLower());
    if (found == parent->subscriptions.end()) {
        return errorResponse(404, "Subscription '" + *target.subscription + "' was not found.");
    }
    if (!target.rule) {
        return entryResponse(entityEntry(request, *found->second));
    }
    if (target.rule->isEmpty()) {
        return listRules(request, *found->second);
    }
    for (const Rule& rule : found->second->rules) {
        if (rule.name.toLower() == target.rule->toLower()) {
            return entryResponse(ruleEntry(request, *found->second, rule));
        }
    }
    return errorResponse(404, "Rule '" + *target.rule + "' was not found.");
}

Outcome<void> AtomFront::mayForward(const HttpRequest& request, const EntitySettings& settings) const {
    const std::pair<QByteArray, const char*> ways[] = {
        {settings.forwardTo, "servicebussupplementaryauthorization"},
        {settings.forwardDeadLettersTo, "servicebusdlqsupplementaryauthorization"}};
    for (const auto& [path, header] : ways) {
        if (path.isEmpty()) {
            continue;
        }
        if (auto allowed = authorize(request.header(header), "sb://host/" + path); !allowed) {
            return allowed;
        }
        if (broker_.find(path) == nullptr) {
            return refuse("amqp:invalid-field", "The forwarding target '" + path + "' does not exist.");
        }
    }
    return {};
}

HttpResponse AtomFront::put(const HttpRequest& request, const Target& target) {
    const auto entry = parseXml(request.body);
    const XmlElement* content = entry ? entry->child("content") : nullptr;
    if (content == nullptr || content->children.empty()) {
        return errorResponse(400, "The body is not an Atom entry with a description.");
    }
    const XmlElement& description = content->children.front();
    if (description.space != "http://schemas.microsoft.com/netservices/2010/10/servicebus/connect") {
        return errorResponse(400, "The description's namespace is not known.");
    }
    return target.rule ? putRule(request, target, description) : putEntity(request, target, description);
}

HttpResponse AtomFront::putEntity(const HttpRequest& request, const Target& target,
                                  const XmlElement& content) {
    const EntityKind kind = content.name == "QueueDescription"   ? EntityKind::Queue
                            : content.name == "TopicDescription" ? EntityKind::Topic
                                                                 : EntityKind::Subscription;
    if (content.name != descriptionName(kind) ||
        (kind == EntityKind::Subscription) != target.subscription.has_value()) {
        return errorResponse(400, "The description does not fit the path.");
    }
    const auto settings = readDescription(kind, content);
    if (!settings) {
        return errorResponse(settings.error());
    }
    if (auto allowed = mayForward(request, *settings); !allowed) {
        return errorResponse(allowed.error());
    }
    const QByteArray path =
        target.entity + (target.subscription ? "/Subscriptions/" + *target.subscription : QByteArray());
    if (!request.header("if-match").isEmpty()) {
        Entity* entity = broker_.find(path);
        if (entity == nullptr || entity->kind != kind) {
            return errorResponse(404, "Entity '" + path + "' was not found.");
        }
        const EntitySettings& old = entity->settings;
        if (old.sessions != settings->sessions || old.partitioned != settings->partitioned ||
            old.detectsDuplicates != settings->detectsDuplicates) {
            return errorResponse(400,
                                 "RequiresSession, RequiresDuplicateDetection and EnablePartitioning of an "
                                 "existing entity can't be changed. SubCode=40000.");
        }
        entity->settings = *settings;
        entity->updatedAt = broker_.now();
        broker_.touch();
        return entryResponse(entityEntry(request, *entity));
    }
    std::optional<Rule> first;
    if (const XmlElement* rule = content.child("DefaultRuleDescription")) {
        auto read = readRuleDescription(*rule, rule->childText("Name"));
        auto fit = read ? checkRule(*read) : tl::unexpected(read.error());
        if (!fit) {
            return errorResponse(fit.error());
        }
        first = *read;
    }
    const auto made = kind == EntityKind::Subscription
                          ? broker_.createSubscription(target.entity, *target.subscription, *settings)
                          : broker_.create(kind, path, *settings);
    if (!made) {
        return errorResponse(made.error());
    }
    if (first) {
        first->createdAt = broker_.now();
        (*made)->rules = {*first};
    }
    return entryResponse(entityEntry(request, **made), 201);
}

HttpResponse AtomFront::putRule(const HttpRequest& request, const Target& target, const XmlElement& content) {
    Entity* subscription =
        broker_.find(target.entity + "/Subscriptions/" + target.subscription.value_or(QByteArray()));
    if (content.name != "RuleDescription" || subscription == nullptr) {
        return subscription == nullptr ? errorResponse(404, "The subscription was not found.")
                                       : errorResponse(400, "The description does not fit the path.");
    }
    const auto rule = readRuleDescription(content, *target.rule);
    if (!rule) {
        return errorResponse(rule.error());
    }
    const bool update = !request.header("if-match").isEmpty();
    if (update) {
        if (auto fit = checkRule(*rule); !fit) {
            return errorResponse(fit.error());
        }
        if (auto gone = broker_.removeRule(*subscription, rule->name); !gone) {
            return errorResponse(gone.error());
        }
    }
    if (auto added = broker_.addRule(*subscription, *rule); !added) {
        return errorResponse(added.error());
    }
    return entryResponse(ruleEntry(request, *subscription, subscription->rules.back()), update ? 200 : 201);
}

HttpResponse AtomFront::drop(const Target& target) {
    const QByteArray path =
        target.entity + (target.subscription ? "/Subscriptions/" + *target.subscription : QByteArray());
    Outcome<void> gone;
    if (target.rule) {
        Entity* subscription = broker_.find(path);
        gone = subscription == nullptr ? refuse("amqp:not-found", "The subscription was not found.")
                                       : broker_.removeRule(*subscription, *target.rule);
    } else {
        gone = remove_(path);
    }
    return gone ? HttpResponse{200, {}, {}} : errorResponse(gone.error());
}

} // namespace signalbox::sbpeer
