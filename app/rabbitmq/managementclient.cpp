#include "app/rabbitmq/managementclient.h"

#include "models/base/answerer.h"
#include "models/base/background.h"
#include "models/base/whendone.h"

#include <QSet>

namespace signalbox::rabbitmq {

namespace {

constexpr int pageSize = 500; // the API's maximum
constexpr int mostPages = 2000;
constexpr const char* queueColumns =
    "name,vhost,type,state,durable,exclusive,auto_delete,arguments,policy,effective_policy_definition,"
    "messages_ready,"
    "messages_unacknowledged,message_bytes,consumers,idle_since,message_stats.publish_details.rate,"
    "message_stats.deliver_get_details.rate,message_stats.ack_details.rate";

http::Settings settingsOf(const ConnectionProfile& profile, const Secret& password) {
    http::Settings settings;
    settings.base = QUrl(profile.managementUrl, QUrl::StrictMode);
    settings.user = profile.user;
    settings.password = password;
    settings.tls = profile.tls;
    return settings;
}

} // namespace

ManagementClient::ManagementClient(const ConnectionProfile& profile, const Secret& password,
                                   QThreadPool& pool, QObject* parent)
    : QObject(parent)
    , profile_(profile)
    , http_(settingsOf(profile, password))
    , pool_(pool) {}

QByteArray ManagementClient::inHost(const char* what) const {
    return QByteArray("/api/") + what + '/' + http::percentEncoded(profile_.virtualHost);
}

template<class T, class Fn>
QFuture<Result<T>> ManagementClient::ask(const QByteArray& path, const http::Query& query, Fn parse) {
    Answerer<T> answerer;
    whenDone(http_.get(path, query), this, [this, answerer, parse](Result<http::Answer> answer) {
        if (!answer) {
            answerer.answer(failure(std::move(answer.error())));
            return;
        }
        pool_.start([answerer, parse, body = std::move(answer->body)] { answerer.answer(parse(body)); });
    });
    return answerer.future();
}

QFuture<Result<Overview>> ManagementClient::overview() {
    return ask<Overview>("/api/overview", {}, [](const QByteArray& body) -> Result<Overview> {
        const auto json = parseManagement(body, QStringLiteral("the broker"));
        if (!json)
            return failure(json.error());
        return Overview{text(*json, "rabbitmq_version"), text(*json, "cluster_name")};
    });
}

// What holds where nobody set anything differs between versions. Without an answer it goes on: the question
// itself will tell what is wrong.
template<class Fn>
void ManagementClient::withVersion(Fn next) {
    if (!version_.isEmpty()) {
        next();
        return;
    }
    whenDone(overview(), this, [this, next](const Result<Overview>& overview) {
        if (overview)
            version_ = overview->version;
        next();
    });
}

QFuture<Result<QStringList>> ManagementClient::alarms() {
    const http::Query columns{
        {QStringLiteral("columns"), QStringLiteral("name,running,mem_alarm,disk_free_alarm")}};
    return ask<QStringList>("/api/nodes", columns, [](const QByteArray& body) -> Result<QStringList> {
        const auto json = parseManagement(body, QStringLiteral("the nodes"));
        if (!json)
            return failure(json.error());
        QStringList alarms;
        for (const Json& node : *json) {
            const QString name = text(node, "name");
            if (flag(node, "mem_alarm", false))
                alarms << QStringLiteral("memory alarm on %1").arg(name);
            if (flag(node, "disk_free_alarm", false))
                alarms << QStringLiteral("disk alarm on %1").arg(name);
            if (!flag(node, "running", true))
                alarms << QStringLiteral("node %1 is down").arg(name);
        }
        return alarms;
    });
}

struct ManagementClient::Pages {
    Answerer<std::vector<QueueInfo>> answerer;
    std::vector<QueueInfo> all;
    QSet<QString> names; // a queue made or deleted meanwhile moves others between pages
    int next = 1;
};

QFuture<Result<std::vector<QueueInfo>>> ManagementClient::queues() {
    auto pages = std::make_shared<Pages>();
    withVersion([this, pages] { nextPage(pages); });
    return pages->answerer.future();
}

void ManagementClient::nextPage(const std::shared_ptr<Pages>& pages) {
    const http::Query query{{QStringLiteral("page"), QString::number(pages->next)},
                            {QStringLiteral("page_size"), QString::number(pageSize)},
                            {QStringLiteral("sort"), QStringLiteral("name")},
                            {QStringLiteral("columns"), QString::fromLatin1(queueColumns)}};
    auto page = ask<QueuePage>(inHost("queues"), query,
                               [id = profile_.id, version = version_](const QByteArray& body) {
                                   return queuePage(body, id, version);
                               });
    whenDone(page, this, [this, pages](Result<QueuePage> got) {
        if (!got) {
            // A page beyond the end after deletions: what came is the list.
            if (pages->next > 1 && got.error().kind == ErrorKind::Unsupported)
                pages->answerer.answer(std::move(pages->all));
            else
                pages->answerer.answer(failure(std::move(got.error())));
            return;
        }
        for (QueueInfo& info : got->queues) {
            if (pages->names.contains(info.ref.name))
                continue;
            pages->names.insert(info.ref.name);
            pages->all.push_back(std::move(info));
        }
        if (pages->next >= got->pageCount || pages->next >= mostPages) {
            pages->answerer.answer(std::move(pages->all));
            return;
        }
        ++pages->next;
        nextPage(pages);
    });
}

QFuture<Result<QueueInfo>> ManagementClient::queue(const QString& name) {
    Answerer<QueueInfo> answerer;
    withVersion([this, name, answerer] {
        auto asked = ask<QueueInfo>(
            inHost("queues") + '/' + http::percentEncoded(name), {},
            [id = profile_.id, version = version_](const QByteArray& body) -> Result<QueueInfo> {
                const auto json = parseManagement(body, QStringLiteral("the queue"));
                if (!json)
                    return failure(json.error());
                return queueInfo(*json, id, version);
            });
        whenDone(asked, this, [answerer](Result<QueueInfo> info) { answerer.answer(std::move(info)); });
    });
    return answerer.future();
}

QFuture<Result<RoutingTable>> ManagementClient::routing() {
    struct Gathered {
        Answerer<RoutingTable> answerer;
        StructureBodies bodies;
        int awaited = 4;
        bool failed = false;
    };
    auto gathered = std::make_shared<Gathered>();
    const auto take = [this, gathered](const QByteArray& path, const http::Query& query,
                                       QByteArray StructureBodies::*to, bool optional) {
        whenDone(http_.get(path, query), this, [this, gathered, to, optional](Result<http::Answer> answer) {
            if (gathered->failed)
                return;
            if (answer) {
                gathered->bodies.*to = std::move(answer->body);
            } else if (!optional) {
                gathered->failed = true;
                gathered->answerer.answer(failure(std::move(answer.error())));
                return;
            }
            if (--gathered->awaited > 0)
                return;
            pool_.start([gathered] { gathered->answerer.answer(routingTable(gathered->bodies)); });
        });
    };
    const auto columns = [](const char* names) {
        return http::Query{{QStringLiteral("columns"), QString::fromLatin1(names)}};
    };
    take(inHost("exchanges"), columns("name,type,internal,arguments,policy"), &StructureBodies::exchanges,
         false);
    take(inHost("bindings"), columns("source,destination,destination_type,routing_key,arguments"),
         &StructureBodies::bindings, false);
    http::Query queues = columns("name,arguments,policy,effective_policy_definition");
    take(inHost("queues"), queues, &StructureBodies::queues, false);
    take(inHost("policies"), {}, &StructureBodies::policies, true);
    return gathered->answerer.future();
}

QFuture<Result<WhoAmI>> ManagementClient::whoAmI() {
    return ask<WhoAmI>("/api/whoami", {}, [](const QByteArray& body) -> Result<WhoAmI> {
        const auto json = parseManagement(body, QStringLiteral("the user"));
        if (!json)
            return failure(json.error());
        WhoAmI who{text(*json, "name"), {}};
        const Json& tags = at(*json, "tags"); // a list since 3.9, a text before
        if (tags.is_string())
            who.tags = text(*json, "tags").split(QLatin1Char(','), Qt::SkipEmptyParts);
        for (const Json& tag : tags.is_array() ? tags : Json::array()) {
            if (tag.is_string())
                who.tags << QString::fromStdString(tag.get_ref<const std::string&>());
        }
        return who;
    });
}

QFuture<Result<Permissions>> ManagementClient::permissions() {
    return ask<Permissions>(
        inHost("permissions") + '/' + http::percentEncoded(profile_.user), {},
        [](const QByteArray& body) -> Result<Permissions> {
            const auto json = parseManagement(body, QStringLiteral("the permissions"));
            if (!json)
                return failure(json.error());
            return Permissions{text(*json, "configure"), text(*json, "write"), text(*json, "read")};
        });
}

QString ManagementClient::missingWords(const ConnectionProfile& profile, const Error& error) {
    const QString means = QStringLiteral("Queue lists, rates, policies, bindings and so the exact plan of "
                                         "who gets a copy are not known without it.");
    if (profile.managementUrl.isEmpty())
        return QStringLiteral(
                   "No address of the management API is set for this connection. %1 Enable the plug-in on "
                   "the broker (rabbitmq-plugins enable rabbitmq_management) and give its address in the "
                   "connection, e.g. http://%2:15672.")
            .arg(means, profile.host);
    switch (error.kind) {
    case ErrorKind::NotAuthenticated:
    case ErrorKind::NotAllowed:
        return QStringLiteral(
                   "%1 %2 An administrator gives the tag with: rabbitmqctl set_user_tags %3 monitoring")
            .arg(error.summary, means, profile.user);
    case ErrorKind::CannotConnect:
        return QStringLiteral(
                   "%1 %2 Is the plug-in enabled (rabbitmq-plugins enable rabbitmq_management) and the "
                   "address right?")
            .arg(error.summary, means);
    default:
        return error.summary + QLatin1Char(' ') + means;
    }
}

} // namespace signalbox::rabbitmq
