// The management HTTP API of one broker: pages, structure, alarms. Lives on the gateway's thread; parsing
// happens on the given pool, so a broker with thousands of queues does not hold up the window.
#pragma once

#include "app/http/httpclient.h"
#include "app/rabbitmq/managementshapes.h"
#include "models/connections/connectionprofile.h"

#include <QThreadPool>

namespace signalbox::rabbitmq {

struct Overview {
    QString version;
    QString cluster;
};

struct WhoAmI {
    QString name;
    QStringList tags;
};

struct Permissions {
    QString configure;
    QString write;
    QString read;
};

class ManagementClient final : public QObject {
    Q_OBJECT
public:
    ManagementClient(const ConnectionProfile& profile, const Secret& password, QThreadPool& pool,
                     QObject* parent = nullptr);

    QFuture<Result<Overview>> overview();
    void forgetVersion() { version_.clear(); } // it may be another broker's after a lost link
    QFuture<Result<QStringList>> alarms();     // NotAuthenticated or NotAllowed without the tag "monitoring"
    QFuture<Result<std::vector<QueueInfo>>> queues(); // all pages
    QFuture<Result<QueueInfo>> queue(const QString& name);
    QFuture<Result<RoutingTable>> routing();
    QFuture<Result<WhoAmI>> whoAmI();
    QFuture<Result<Permissions>> permissions(); // needs the tag "administrator"
    // Where the API is missing: what that means and how to enable it.
    static QString missingWords(const ConnectionProfile& profile, const Error& error);

private:
    struct Pages;
    template<class T, class Fn>
    QFuture<Result<T>> ask(const QByteArray& path, const http::Query& query, Fn parse);
    template<class Fn>
    void withVersion(Fn next);
    void nextPage(const std::shared_ptr<Pages>& pages);
    QByteArray inHost(const char* what) const;

    ConnectionProfile profile_;
    http::Client http_;
    QThreadPool& pool_;
    QString version_; // of the broker; empty = not asked yet
};

} // namespace signalbox::rabbitmq
