// "Test connection" of a namespace: socket and AMQP, the credential, the management API, then each right of
// the credential, each with its result.
#include "app/servicebus/claims.h"
#include "app/servicebus/manageprobe.h"
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

struct LinkTest {
    Steps steps;
    bool isLoggedIn = false;
};

LinkTest testAmqp(const NamespaceAccess& access) {
    const QString connectName = QStringLiteral("Connection");
    const QString loginName = QStringLiteral("Login");
    AmqpConnection connection({access.endpoint, access.hostname, QStringLiteral("test"), testMs});
    if (const auto opened = connection.open(); !opened)
        return {{{connectName, State::Failed, wordsWithDetail(opened.error())},
                 {loginName, State::Skipped, QStringLiteral("Not tried: there is no connection.")}}};
    LinkTest test;
    test.steps = {{connectName, State::Passed,
                   QStringLiteral("%1 speaks AMQP 1.0%2.")
                       .arg(access.text(), access.endpoint.kind == Endpoint::Kind::Plain
                                               ? QStringLiteral(", without encryption")
                                               : QString())}};
    const auto tokens = makeTokenSource(access);
    Claims claims(connection, *tokens);
    const QString what = access.scope.isEmpty() ? QStringLiteral("the namespace") : access.scope;
    const auto allowed = claims.put(access.scope);
    test.isLoggedIn = allowed.has_value();
    if (allowed)
        test.steps.push_back(
            {loginName, State::Passed, QStringLiteral("The credential is accepted for %1.").arg(what)});
    else
        test.steps.push_back({loginName, State::Failed, wordsWithDetail(allowed.error())});
    connection.close();
    return test;
}

} // namespace

QFuture<Result<Steps>> ServiceBusGateway::test() {
    const Answerer<Steps> answerer;
    const auto finish = [answerer](Steps steps, const Steps& rights, const TestStep& manage) {
        steps.insert(steps.end(), rights.begin(), rights.end());
        steps.push_back(manage);
        answerer.answer(std::move(steps));
    };
    const auto testRights = [this, finish](const LinkTest& link, const ManageFinding& finding) {
        Steps steps = link.steps;
        steps.push_back(finding.api);
        if (!link.isLoggedIn) {
            finish(steps, unknownRights(QStringLiteral("there is no login to try it with.")), finding.manage);
            return;
        }
        auto rights = inBackground(
            pool_, [access = access_, places = finding.places] { return probeRights(access, places); });
        whenDone(rights, this, [finish, steps, manage = finding.manage](const Steps& tried) {
            finish(steps, tried, manage);
        });
    };
    whenDone(inBackground(pool_, [access = access_] { return testAmqp(access); }), this,
             [this, testRights](const LinkTest& link) {
                 whenDone(probeManage(admin_.get(), access_.scope, missingWords({}), link.isLoggedIn), this,
                          [testRights, link](const ManageFinding& finding) { testRights(link, finding); });
             });
    return answerer.future();
}

} // namespace signalbox
