// "Test connection" as a whole: AMQP steps on the pool, then the management API's.
#include "app/rabbitmq/connectiontest.h"
#include "app/rabbitmq/rabbitmqgateway.h"
#include "models/base/background.h"
#include "models/base/whendone.h"

#include <algorithm>

namespace signalbox {

using rabbitmq::AmqpTest;
using rabbitmq::ManagementClient;
using Steps = std::vector<TestStep>;
using State = TestStep::State;

namespace {

TestStep permissionStep(const ConnectionProfile& profile, const rabbitmq::WhoAmI& who,
                        const Result<rabbitmq::Permissions>& rights) {
    const QString name = QStringLiteral("Permissions");
    const QString tags = who.tags.isEmpty() ? QStringLiteral("no tags") : who.tags.join(QStringLiteral(", "));
    if (!rights && rights.error().kind == ErrorKind::NotFound)
        return {name, State::Failed,
                QStringLiteral("%1 has no permissions in %2.").arg(profile.user, profile.virtualHost)};
    if (!rights)
        return {name, State::Skipped,
                QStringLiteral(
                    "%1 (%2) may not see its own permissions; a missing right is named when the broker "
                    "refuses something.")
                    .arg(profile.user, tags)};
    const auto shown = [](const QString& pattern) {
        return pattern.isEmpty() ? QStringLiteral("nothing") : pattern;
    };
    const QString words =
        QStringLiteral("%1 (%2) may read %3, write %4, configure %5.")
            .arg(profile.user, tags, shown(rights->read), shown(rights->write), shown(rights->configure));
    if (rights->read.isEmpty() || rights->write.isEmpty())
        return {name, State::Warned,
                words + QStringLiteral(
                            " Reading needs \"read\" on the queue, replaying \"write\" on the exchange.")};
    return {name, State::Passed, words};
}

} // namespace

QFuture<Result<Steps>> RabbitMqGateway::test() {
    auto promise = std::make_shared<QPromise<Result<Steps>>>();
    promise->start();
    const auto done = [promise](Steps steps) {
        promise->addResult(Result<Steps>(std::move(steps)));
        promise->finish();
    };
    auto amqp = inBackground(pool_, [own = dial(QStringLiteral("test"))] { return rabbitmq::testAmqp(own); });
    whenDone(amqp, this, [this, done](const AmqpTest& amqpTest) {
        Steps steps = amqpTest.steps;
        const QString name = QStringLiteral("Management API");
        const TestStep noRights{
            QStringLiteral("Permissions"), State::Skipped,
            QStringLiteral("Not known without the management API; a missing right is named when "
                           "the broker refuses something.")};
        if (!hasManagement()) {
            steps.push_back({name, State::Warned, ManagementClient::missingWords(profile_, {})});
            steps.push_back(noRights);
            done(std::move(steps));
            return;
        }
        whenDone(management_.whoAmI(), this,
                 [this, done, steps, name, noRights](Result<rabbitmq::WhoAmI> who) mutable {
                     if (!who) {
                         // After a wrong password its refusal says nothing about rights.
                         const bool loginFailed =
                             who.error().kind == ErrorKind::NotAuthenticated &&
                             std::any_of(steps.begin(), steps.end(), [](const TestStep& step) {
                                 return step.name == QLatin1String("Login") && step.state == State::Failed;
                             });
                         steps.push_back({name, State::Warned,
                                          loginFailed
                                              ? QStringLiteral("It refuses the login, too.")
                                              : ManagementClient::missingWords(profile_, who.error())});
                         steps.push_back(noRights);
                         done(std::move(steps));
                         return;
                     }
                     steps.push_back(
                         {name, State::Passed, QStringLiteral("%1 answers.").arg(profile_.managementUrl)});
                     whenDone(management_.permissions(), this,
                              [this, done, steps,
                               who = *who](const Result<rabbitmq::Permissions>& rights) mutable {
                                  steps.push_back(permissionStep(profile_, who, rights));
                                  done(std::move(steps));
                              });
                 });
    });
    return promise->future();
}

} // namespace signalbox
