// "Test connection" of a namespace: socket and AMQP, the credential, the management API, each with its
// result.
#include "app/servicebus/claims.h"
#include "app/servicebus/servicebusgateway.h"
#include "models/base/answerer.h"
#include "models/base/background.h"
#include "models/base/whendone.h"

namespace signalbox {

using namespace servicebus;
using Steps = std::vector<TestStep>;
using State = TestStep::State;

namespace {

constexpr int testMs = 15000;

QString withDetail(const Error& error) {
    return error.detail.isEmpty() ? error.summary
                                  : QStringLiteral("%1 (%2)").arg(error.summary, error.detail);
}

Steps testAmqp(const NamespaceAccess& access) {
    const QString connectName = QStringLiteral("Connection");
    const QString loginName = QStringLiteral("Login");
    AmqpConnection connection({access.endpoint, access.hostname, QStringLiteral("test"), testMs});
    if (const auto opened = connection.open(); !opened)
        return {{connectName, State::Failed, withDetail(opened.error())},
                {loginName, State::Skipped, QStringLiteral("Not tried: there is no connection.")}};
    Steps steps{{connectName, State::Passed,
                 QStringLiteral("%1 speaks AMQP 1.0%2.")
                     .arg(access.text(), access.endpoint.kind == Endpoint::Kind::Plain
                                             ? QStringLiteral(", without encryption")
                                             : QString())}};
    const auto tokens = makeTokenSource(access);
    Claims claims(connection, *tokens);
    const QString what = access.scope.isEmpty() ? QStringLiteral("the namespace") : access.scope;
    if (const auto allowed = claims.put(access.scope); !allowed)
        steps.push_back({loginName, State::Failed, withDetail(allowed.error())});
    else
        steps.push_back(
            {loginName, State::Passed, QStringLiteral("The credential is accepted for %1.").arg(what)});
    connection.close();
    return steps;
}

} // namespace

QFuture<Result<Steps>> ServiceBusGateway::test() {
    const Answerer<Steps> answerer;
    auto amqp = inBackground(pool_, [access = access_] { return testAmqp(access); });
    whenDone(amqp, this, [this, answerer](const Steps& tested) {
        Steps steps = tested;
        const QString name = QStringLiteral("Management API");
        if (!admin_) {
            steps.push_back({name, State::Warned, missingWords({})});
            answerer.answer(std::move(steps));
            return;
        }
        whenDone(
            admin_->info(), this, [this, answerer, steps, name](const Result<NamespaceInfo>& info) mutable {
                if (info)
                    steps.push_back({name, State::Passed,
                                     QStringLiteral("Namespace %1, tier %2.").arg(info->name, info->tier)});
                else
                    steps.push_back({name, State::Warned, missingWords(info.error())});
                answerer.answer(std::move(steps));
            });
    });
    return answerer.future();
}

} // namespace signalbox
