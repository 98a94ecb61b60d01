#include "app/servicebus/manageprobe.h"

#include "app/servicebus/entitypath.h"
#include "models/base/background.h"
#include "models/base/whendone.h"

#include <algorithm>

namespace signalbox::servicebus {

namespace {

using State = TestStep::State;

QString manageName() {
    return QStringLiteral("Manage");
}

QString apiName() {
    return QStringLiteral("Management API");
}

bool isRefusal(const Error& error) {
    return error.kind == ErrorKind::NotAuthenticated || error.kind == ErrorKind::NotAllowed;
}

// What takes messages at the moment, if there is one.
QString firstUsable(const std::vector<Entity>& entities) {
    const auto active = std::find_if(entities.begin(), entities.end(), [](const Entity& entity) {
        const QString status = entity.entry.description.childText(QStringLiteral("Status"));
        return status.isEmpty() || status == QLatin1String("Active");
    });
    if (active != entities.end())
        return active->entry.path;
    return entities.empty() ? QString() : entities.front().entry.path;
}

// One test's questions, kept alive by the answers it waits for.
class ManageProbe : public std::enable_shared_from_this<ManageProbe> {
public:
    ManageProbe(NamespaceAdmin& admin, QString scope, QString lists, bool loggedIn)
        : admin_(admin)
        , scope_(std::move(scope))
        , lists_(std::move(lists))
        , loggedIn_(loggedIn) {}

    QFuture<ManageFinding> start() {
        promise_.start();
        if (scope_.isEmpty())
            whenDone(admin_.info(), &admin_,
                     [self = shared_from_this()](const Result<NamespaceInfo>& info) { self->take(info); });
        else
            whenDone(admin_.entity(entityPath(scope_).entity), &admin_,
                     [self = shared_from_this()](const Result<Entity>& entity) { self->take(entity); });
        return promise_.future();
    }

private:
    void take(const Result<NamespaceInfo>& info) {
        if (!info) {
            refused(info.error());
            return;
        }
        there(QStringLiteral("Namespace %1, tier %2.").arg(info->name, info->tier),
              QStringLiteral("There: the management API told about the namespace."));
        askFirst(QStringLiteral("$Resources/Queues"), Entity::Kind::Queue, [this](const QString& queue) {
            finding_.places = {queue, queue};
            if (!queue.isEmpty())
                answer();
            else
                askTopics();
        });
    }

    void take(const Result<Entity>& entity) {
        finding_.places = placesOf(scope_);
        if (!entity) {
            refused(entity.error());
            return;
        }
        there(QStringLiteral("It told about %1, the entity of the credential.").arg(scope_),
              QStringLiteral("There, for %1: the management API told about it.").arg(scope_));
        if (entity->kind == Entity::Kind::Topic)
            askSubscriptions(entity->entry.path);
        else
            answer();
    }

    void askTopics() {
        askFirst(QStringLiteral("$Resources/Topics"), Entity::Kind::Topic, [this](const QString& topic) {
            if (topic.isEmpty())
                answer();
            else
                askSubscriptions(topic);
        });
    }

    void askSubscriptions(const QString& topic) {
        finding_.places = {{}, topic};
        askFirst(topic + QStringLiteral("/Subscriptions"), Entity::Kind::Subscription,
                 [this](const QString& subscription) {
                     finding_.places.listen = subscription;
                     answer();
                 });
    }

    // `then` gets the first entity to try; empty: there is none, or no answer.
    void askFirst(const QString& list, Entity::Kind kind, std::function<void(const QString&)> then) {
        whenDone(
            admin_.firstOf(list, kind), &admin_,
            [self = shared_from_this(), then = std::move(then)](const Result<std::vector<Entity>>& entities) {
                then(entities ? firstUsable(*entities) : QString());
            });
    }

    void answer() {
        promise_.addResult(std::move(finding_));
        promise_.finish();
    }

    void there(const QString& api, const QString& manage) {
        finding_.api = {apiName(), State::Passed, api};
        finding_.manage = {manageName(), State::Passed, manage};
    }

    void refused(const Error& error) {
        if (!isRefusal(error)) {
            finding_.api = {apiName(), State::Warned, error.summary + QLatin1Char(' ') + lists_};
            finding_.manage = {manageName(), State::Skipped,
                               QStringLiteral("Not known: the management API does not tell.")};
        } else if (loggedIn_) {
            finding_.api = {apiName(), State::Passed, QStringLiteral("It answers.")};
            finding_.manage = {manageName(), State::Warned,
                               QStringLiteral("Missing: the management API refuses the credential (%1). %2")
                                   .arg(error.detail, lists_)};
        } else {
            finding_.api = {apiName(), State::Warned,
                            QStringLiteral("It answers, and refuses the credential.")};
            finding_.manage = {manageName(), State::Skipped,
                               QStringLiteral("Not known: there is no login to try it with.")};
        }
        answer();
    }

    NamespaceAdmin& admin_;
    const QString scope_;
    const QString lists_;
    const bool loggedIn_;
    ManageFinding finding_;
    QPromise<ManageFinding> promise_;
};

} // namespace

ProbePlaces placesOf(const QString& scope) {
    const QString entity = entityPath(scope).entity;
    // Nothing is sent to a subscription: its topic takes the messages.
    const bool isSubscription = entity.contains(QLatin1String("/subscriptions/"), Qt::CaseInsensitive);
    return {entity, isSubscription ? QString() : entity};
}

QFuture<ManageFinding> probeManage(NamespaceAdmin* admin, const QString& scope, const QString& lists,
                                   bool loggedIn) {
    if (admin)
        return std::make_shared<ManageProbe>(*admin, scope, lists, loggedIn)->start();
    ManageFinding finding;
    if (!scope.isEmpty())
        finding.places = placesOf(scope);
    finding.api = {apiName(), State::Warned, lists};
    finding.manage = {manageName(), State::Skipped,
                      QStringLiteral("Not known: no address of the management API is set.")};
    return readyFuture(std::move(finding));
}

} // namespace signalbox::servicebus
