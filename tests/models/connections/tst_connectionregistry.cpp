#include "models/base/whendone.h"
#include "models/connections/connectionregistry.h"
#include "tests/support/fakeclock.h"
#include "tests/support/fakegateway.h"
#include "tests/support/fakesecrets.h"
#include "tests/support/fakeworkspace.h"

#include <QSignalSpy>
#include <QTest>

using namespace signalbox;

namespace {

const QString ordersId = QStringLiteral("6f8b1d7e-6f0e-4a53-9a0c-0d8c2c8c3a11");
const QString payrollId = QStringLiteral("0d8f3a52-8a1d-4d0c-8ac7-43f7c3a1c0de");

template<class T>
Result<T> await(QFuture<Result<T>> future) {
    if (!QTest::qWaitFor([&] { return future.isFinished(); }))
        return failure(ErrorKind::Internal, QStringLiteral("no answer in time"));
    return future.resultCount() > 0 ? future.result()
                                    : Result<T>(failure(ErrorKind::Internal, QStringLiteral("?")));
}

Secret secret(const char* text) {
    return Secret(QByteArray(text));
}

} // namespace

class TestConnectionRegistry : public QObject {
    Q_OBJECT

    std::unique_ptr<FakeConnections> connections_;
    std::unique_ptr<FakeElevations> elevations_;
    std::unique_ptr<FakeSecrets> secrets_;
    std::unique_ptr<FakeAudit> audit_;
    std::unique_ptr<FakeGatewayFactory> gateways_;
    std::unique_ptr<FakeClock> clock_;
    std::unique_ptr<ConnectionRegistry> registry_;

    std::unique_ptr<ConnectionRegistry> makeRegistry() {
        return std::make_unique<ConnectionRegistry>(
            ConnectionRegistry::Ports{*connections_, *elevations_, *secrets_, *audit_, *gateways_, *clock_},
            QStringLiteral("ann@box"));
    }
    static ConnectionProfile profile(const QString& id, const QString& name,
                                     Environment environment = Environment::Development) {
        ConnectionProfile made;
        made.id = id;
        made.name = name;
        made.environment = environment;
        return made;
    }

private Q_SLOTS:
    void init() {
        registry_.reset();
        connections_ = std::make_unique<FakeConnections>();
        elevations_ = std::make_unique<FakeElevations>();
        secrets_ = std::make_unique<FakeSecrets>();
        audit_ = std::make_unique<FakeAudit>();
        gateways_ = std::make_unique<FakeGatewayFactory>();
        clock_ = std::make_unique<FakeClock>();
        connections_->saved = {profile(payrollId, QStringLiteral("payroll"), Environment::Production),
                               profile(ordersId, QStringLiteral("orders"))};
        secrets_->entries[ordersId] = "swordfish";
        registry_ = makeRegistry();
        QVERIFY(registry_->load());
    }
    void cleanup() { registry_.reset(); }

    void load_givesProfilesByName() {
        QCOMPARE(registry_->profiles().size(), 2U);
        QCOMPARE(registry_->profiles()[0].name, QStringLiteral("orders"));
        QCOMPARE(registry_->find(payrollId)->name, QStringLiteral("payroll"));
        QCOMPARE(registry_->find(QStringLiteral("payroll"))->id, payrollId);
        QVERIFY(!registry_->find(QStringLiteral("nobody")));
    }

    void save_addsAuditsAndStoresTheSecret() {
        QSignalSpy changed(registry_.get(), &ConnectionRegistry::changed);
        QVERIFY(await(registry_->save(profile({}, QStringLiteral("crm")), secret("pw"))));
        QCOMPARE(changed.size(), 1);
        const ConnectionProfile* made = registry_->find(QStringLiteral("crm"));
        QVERIFY(made && !made->id.isEmpty());
        QCOMPARE(secrets_->entries[made->id], QByteArray("pw"));
        QCOMPARE(audit_->lines(), QStringList{QStringLiteral("connection.add crm ok")});
        QCOMPARE(audit_->events[0].actor, QStringLiteral("ann@box"));
        QVERIFY(!audit_->events[0].detail.contains(QStringLiteral("pw")));
    }

    void save_withoutKeychainKeepsProfileAndSecretForThisStart() {
        secrets_->setUnavailable();
        const ConnectionProfile crm =
            profile(QStringLiteral("c5b2d9e8-52a9-4f93-8a41-11a1d1c1b1a1"), QStringLiteral("crm"));
        const auto saved = await(registry_->save(crm, secret("pw")));
        QVERIFY(!saved);
        QCOMPARE(saved.error().kind, ErrorKind::Unsupported);
        QTRY_VERIFY(registry_->keychainMissing());
        QVERIFY(registry_->find(crm.id));
        QVERIFY(await(registry_->connect(crm.id)));
        QCOMPARE(gateways_->passwords, std::vector<QByteArray>{"pw"});
    }

    void save_leavingProductionNeedsAnElevation() {
        ConnectionProfile payroll = *registry_->find(payrollId);
        payroll.environment = Environment::Test;
        const auto refused = await(registry_->save(payroll, std::nullopt));
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::NotAllowed);
        QCOMPARE(registry_->find(payrollId)->environment, Environment::Production);
        QVERIFY(registry_->elevate(payrollId, QStringLiteral("moved to the lab"), 10));
        QVERIFY(await(registry_->save(payroll, std::nullopt)));
        QCOMPARE(registry_->find(payrollId)->environment, Environment::Test);
    }

    void save_auditsWhatChanged() {
        QVERIFY(registry_->elevate(payrollId, QStringLiteral("moved to the lab"), 10));
        audit_->events.clear();
        ConnectionProfile payroll = *registry_->find(payrollId);
        payroll.environment = Environment::Test;
        payroll.host = QStringLiteral("elsewhere");
        QVERIFY(await(registry_->save(payroll, std::nullopt)));
        QCOMPARE(audit_->lines().first(), QStringLiteral("connection.change payroll ok"));
        QCOMPARE(audit_->events[0].detail,
                 QStringLiteral("{\"changed\":[\"host\",\"environment\"],\"environment\":\"test\","
                                "\"environmentBefore\":\"production\"}"));
    }

    void save_takenNameIsRefusedAndAudited() {
        ConnectionProfile payroll = *registry_->find(payrollId);
        payroll.name = QStringLiteral("orders");
        const auto saved = await(registry_->save(payroll, std::nullopt));
        QVERIFY(!saved);
        QCOMPARE(saved.error().kind, ErrorKind::Conflict);
        QCOMPARE(registry_->find(payrollId)->name, QStringLiteral("payroll"));
        QCOMPARE(audit_->lines(), QStringList{QStringLiteral("connection.change orders The name is taken.")});
    }

    void save_invalidProfileChangesNothing() {
        ConnectionProfile orders = *registry_->find(ordersId);
        orders.port = 0;
        QVERIFY(!await(registry_->save(orders, secret("other"))));
        QCOMPARE(registry_->find(ordersId)->port, 5672);
        QCOMPARE(secrets_->entries[ordersId], QByteArray("swordfish"));
        QVERIFY(audit_->events.empty());
    }

    void save_tellsWhenTheTrailCannotBeWritten() {
        audit_->failure = Error{ErrorKind::Storage, QStringLiteral("The disk is full."), {}};
        const auto saved = await(registry_->save(profile({}, QStringLiteral("crm")), std::nullopt));
        QVERIFY(!saved);
        QCOMPARE(saved.error().kind, ErrorKind::Storage);
    }

    void save_changedHostClosesTheLiveLinkButANewNameDoesNot() {
        QVERIFY(await(registry_->connect(ordersId)));
        ConnectionProfile orders = *registry_->find(ordersId);
        orders.name = QStringLiteral("orders eu");
        QVERIFY(await(registry_->save(orders, std::nullopt)));
        QVERIFY(registry_->gateway(ordersId));
        orders.host = QStringLiteral("elsewhere");
        QVERIFY(await(registry_->save(orders, std::nullopt)));
        QVERIFY(!registry_->gateway(ordersId));
        QTRY_VERIFY(gateways_->last.isNull());
    }

    void remove_forgetsProfileSecretAndLink() {
        QVERIFY(await(registry_->connect(ordersId)));
        QVERIFY(await(registry_->remove(ordersId)));
        QVERIFY(!registry_->find(ordersId));
        QVERIFY(!registry_->gateway(ordersId));
        QVERIFY(!secrets_->entries.contains(ordersId));
        QCOMPARE(audit_->lines().last(), QStringLiteral("connection.remove orders ok"));
        QCOMPARE(await(registry_->remove(ordersId)).error().kind, ErrorKind::NotFound);
    }

    void remove_withoutKeychainSucceeds() {
        secrets_->setUnavailable();
        QVERIFY(await(registry_->remove(ordersId)));
        QVERIFY(!registry_->find(ordersId));
    }

    void connect_usesTheKeychainAndAuditsOnce() {
        QSignalSpy link(registry_.get(), &ConnectionRegistry::linkChanged);
        const auto gateway = await(registry_->connect(ordersId));
        QVERIFY(gateway);
        QCOMPARE(*gateway, registry_->gateway(ordersId));
        QCOMPARE((*gateway)->linkState(), LinkState::Connected);
        QCOMPARE(gateways_->passwords, std::vector<QByteArray>{"swordfish"});
        QCOMPARE(link.size(), 1);
        QCOMPARE(audit_->lines(), QStringList{QStringLiteral("connection.open orders ok")});
        gateways_->last->setLink(LinkState::Waiting);
        gateways_->last->setLink(LinkState::Connected);
        QCOMPARE(link.size(), 3);
        QCOMPARE(audit_->lines().size(), 1);
        QCOMPARE(await(registry_->connect(ordersId)), gateway);
        QCOMPARE(gateways_->profiles.size(), 1U);
    }

    void connect_twiceAtOnceMakesOneGateway() {
        auto first = registry_->connect(ordersId);
        auto second = registry_->connect(ordersId);
        const auto one = await(first);
        const auto two = await(second);
        QVERIFY(one && two);
        QCOMPARE(*one, *two);
        QCOMPARE(gateways_->profiles.size(), 1U);
    }

    void connect_failureIsAuditedWithItsReason() {
        gateways_->prepare = [](FakeGateway& gateway) {
            gateway.linkAfterOpen = LinkState::Failed;
            gateway.linkDetailAfterOpen = QStringLiteral("Wrong password.");
        };
        QVERIFY(await(registry_->connect(ordersId)));
        QCOMPARE(audit_->lines(), QStringList{QStringLiteral("connection.open orders Wrong password.")});
    }

    void connect_asksForTheSecretAndTakesIt() {
        const auto refused = await(registry_->connect(payrollId));
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::NotAuthenticated);
        QVERIFY(refused.error().summary.contains(QStringLiteral("payroll")));
        registry_->provideSecret(payrollId, secret("typed"));
        QVERIFY(await(registry_->connect(payrollId)));
        QCOMPARE(gateways_->passwords, std::vector<QByteArray>{"typed"});
        QVERIFY(!secrets_->entries.contains(payrollId));
    }

    void connect_withoutKeychainSaysWhy() {
        secrets_->setUnavailable();
        const auto refused = await(registry_->connect(ordersId));
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::NotAuthenticated);
        QVERIFY(refused.error().summary.contains(QStringLiteral("There is no keychain on this machine.")));
    }

    void provideSecret_replacesAFailedLink() {
        gateways_->prepare = [](FakeGateway& gateway) { gateway.linkAfterOpen = LinkState::Failed; };
        QVERIFY(await(registry_->connect(ordersId)));
        gateways_->prepare = nullptr;
        registry_->provideSecret(ordersId, secret("right"));
        QVERIFY(!registry_->gateway(ordersId));
        const auto gateway = await(registry_->connect(ordersId));
        QVERIFY(gateway);
        QCOMPARE((*gateway)->linkState(), LinkState::Connected);
        QCOMPARE(gateways_->passwords, (std::vector<QByteArray>{"swordfish", "right"}));
    }

    void refusedLogin_forgetsATypedPassword() {
        gateways_->prepare = [](FakeGateway& gateway) {
            gateway.linkAfterOpen = LinkState::Failed;
            gateway.loginRefused = true;
        };
        registry_->provideSecret(payrollId, secret("typo"));
        QVERIFY(await(registry_->connect(payrollId)));
        const auto refused = registry_->refusedLogin(payrollId);
        QVERIFY(refused && refused->ask);
        QCOMPARE(refused->why.kind, ErrorKind::NotAuthenticated);
        QCOMPARE(refused->why.summary,
                 QStringLiteral("The broker refused the password for guest at localhost."));
        QCOMPARE(await(registry_->connect(payrollId)).error().kind, ErrorKind::NotAuthenticated);
        QVERIFY(!registry_->gateway(payrollId));
        gateways_->prepare = nullptr;
        registry_->provideSecret(payrollId, secret("right"));
        QVERIFY(await(registry_->connect(payrollId)));
        QVERIFY(!registry_->refusedLogin(payrollId));
        QCOMPARE(gateways_->passwords, (std::vector<QByteArray>{"typo", "right"}));
    }

    void refusedLogin_readsTheKeychainAgain() {
        gateways_->prepare = [](FakeGateway& gateway) {
            gateway.linkAfterOpen = LinkState::Failed;
            gateway.loginRefused = true;
        };
        QVERIFY(await(registry_->connect(ordersId)));
        QVERIFY(registry_->refusedLogin(ordersId)->ask);
        gateways_->prepare = nullptr;
        secrets_->entries[ordersId] = "new"; // by another console
        QVERIFY(await(registry_->connect(ordersId)));
        QCOMPARE(gateways_->passwords, (std::vector<QByteArray>{"swordfish", "new"}));
    }

    void refusedLogin_namesTheEnvironmentVariable() {
        gateways_->prepare = [](FakeGateway& gateway) {
            gateway.linkAfterOpen = LinkState::Failed;
            gateway.loginRefused = true;
        };
        registry_->provideSecret(ordersId, secret("old"), QStringLiteral("SIGNALBOX_PASSWORD_ORDERS"));
        QVERIFY(await(registry_->connect(ordersId)));
        const auto refused = registry_->refusedLogin(ordersId);
        QVERIFY(refused && !refused->ask);
        QVERIFY(refused->why.summary.contains(QStringLiteral("variable SIGNALBOX_PASSWORD_ORDERS:")));
        QVERIFY(await(registry_->connect(ordersId))); // no question, the same once more
        QCOMPARE(gateways_->passwords, (std::vector<QByteArray>{"old", "old"}));
    }

    void provideSecret_leavesAWorkingLinkAlone() {
        const auto gateway = await(registry_->connect(ordersId));
        registry_->provideSecret(ordersId, secret("other"));
        QCOMPARE(registry_->gateway(ordersId), *gateway);
    }

    void connect_unknownIdIsNotFound() {
        QCOMPARE(await(registry_->connect(QStringLiteral("x"))).error().kind, ErrorKind::NotFound);
    }

    void disconnect_fromInsideASignalIsSafe() {
        QObject::connect(registry_.get(), &ConnectionRegistry::linkChanged, this, [this](const QString& id) {
            if (registry_->gateway(id) && registry_->gateway(id)->linkState() == LinkState::Waiting)
                registry_->disconnect(id);
        });
        QVERIFY(await(registry_->connect(ordersId)));
        gateways_->last->setLink(LinkState::Waiting);
        QVERIFY(!registry_->gateway(ordersId));
        QTRY_VERIFY(gateways_->last.isNull());
    }

    void test_givesStepsOfAnUnsavedProfile() {
        gateways_->prepare = [](FakeGateway& gateway) {
            gateway.testAnswer = std::vector<TestStep>{{QStringLiteral("DNS"), TestStep::State::Passed, {}}};
        };
        ConnectionProfile fresh = profile({}, {});
        const auto steps = await(registry_->test(fresh, secret("pw")));
        QVERIFY(steps);
        QCOMPARE(steps->size(), 1U);
        QCOMPARE(gateways_->passwords, std::vector<QByteArray>{"pw"});
        QTRY_VERIFY(gateways_->last.isNull());
        QVERIFY(audit_->events.empty());
        fresh.port = 0;
        QCOMPARE(await(registry_->test(fresh, {})).error().kind, ErrorKind::Invalid);
    }

    void test_ofASavedProfileUsesItsSecret() {
        QVERIFY(await(registry_->test(*registry_->find(ordersId), {})));
        QCOMPARE(gateways_->passwords, std::vector<QByteArray>{"swordfish"});
    }

    void permit_followsElevation() {
        QVERIFY(registry_->permit(ordersId));
        QCOMPARE(registry_->permit(payrollId).error().kind, ErrorKind::NotAllowed);
        QCOMPARE(registry_->permit(QStringLiteral("x")).error().kind, ErrorKind::NotFound);
        QSignalSpy changed(registry_.get(), &ConnectionRegistry::elevationChanged);
        const auto elevation = registry_->elevate(payrollId, QStringLiteral("month end is stuck"), 15);
        QVERIFY(elevation);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(registry_->permit(payrollId)->reason(), QStringLiteral("month end is stuck"));
        QCOMPARE(registry_->elevation(payrollId), std::optional(*elevation));
        QCOMPARE(audit_->lines(), QStringList{QStringLiteral("elevation.grant payroll ok")});
        QCOMPARE(audit_->events[0].reason, QStringLiteral("month end is stuck"));
        QVERIFY(registry_->dropElevation(payrollId));
        QCOMPARE(changed.size(), 2);
        QVERIFY(!registry_->permit(payrollId));
        QCOMPARE(audit_->lines().last(), QStringLiteral("elevation.end payroll ok"));
        QVERIFY(elevations_->saved.empty());
    }

    void permit_endsWithTheElevationOfAnotherConsole() {
        auto other = makeRegistry();
        QVERIFY(other->load());
        QVERIFY(other->elevate(payrollId, QStringLiteral("month end is stuck"), 15));
        QVERIFY(registry_->permit(payrollId)); // one workspace, one elevation
        QSignalSpy changed(registry_.get(), &ConnectionRegistry::elevationChanged);
        QVERIFY(other->dropElevation(payrollId));
        QCOMPARE(registry_->permit(payrollId).error().kind, ErrorKind::NotAllowed);
        QVERIFY(!registry_->elevation(payrollId));
        QTRY_VERIFY(!changed.isEmpty());
    }

    void elevation_endedByAnotherConsoleIsSeenWithoutAsking() {
        QVERIFY(registry_->elevate(payrollId, QStringLiteral("month end is stuck"), 15));
        auto other = makeRegistry();
        QVERIFY(other->load());
        QVERIFY(other->dropElevation(payrollId));
        QTRY_VERIFY(!registry_->elevation(payrollId));
    }

    void permit_followsTheEnvironmentSetByAnotherConsole() {
        auto other = makeRegistry();
        QVERIFY(other->load());
        ConnectionProfile orders = *other->find(ordersId);
        orders.environment = Environment::Production;
        QVERIFY(await(other->save(orders, std::nullopt)));
        QSignalSpy changed(registry_.get(), &ConnectionRegistry::changed);
        QCOMPARE(registry_->permit(ordersId).error().kind, ErrorKind::NotAllowed);
        QCOMPARE(registry_->find(ordersId)->environment, Environment::Production);
        QTRY_COMPARE(changed.size(), 1);
    }

    void save_ofAnOldFormDoesNotLiftTheGuardRailOfAnotherConsole() {
        ConnectionProfile old = *registry_->find(ordersId);
        auto other = makeRegistry();
        QVERIFY(other->load());
        ConnectionProfile orders = old;
        orders.environment = Environment::Production;
        QVERIFY(await(other->save(orders, std::nullopt)));
        old.heartbeatSeconds = 60;
        QCOMPARE(await(registry_->save(old, std::nullopt)).error().kind, ErrorKind::NotAllowed);
        QCOMPARE(other->find(ordersId)->environment, Environment::Production);
        QCOMPARE(connections_->saved.size(), 2U);
    }

    void permit_isNotForALinkToTheOldHost() {
        QVERIFY(await(registry_->connect(ordersId)));
        auto other = makeRegistry();
        QVERIFY(other->load());
        ConnectionProfile orders = *other->find(ordersId);
        orders.host = QStringLiteral("elsewhere");
        QVERIFY(await(other->save(orders, std::nullopt)));
        QCOMPARE(registry_->permit(ordersId).error().kind, ErrorKind::Conflict);
        QVERIFY(!registry_->gateway(ordersId));
        QVERIFY(registry_->permit(ordersId));
        QVERIFY(await(other->remove(ordersId)));
        QCOMPARE(registry_->permit(ordersId).error().kind, ErrorKind::NotFound);
        QVERIFY(!registry_->find(ordersId));
    }

    void elevate_withoutARecordIsRefused() {
        audit_->failure = Error{ErrorKind::Storage, QStringLiteral("The disk is full."), {}};
        QVERIFY(!registry_->elevate(payrollId, QStringLiteral("month end"), 15));
        QVERIFY(!registry_->permit(payrollId));
        QVERIFY(elevations_->saved.empty());
    }

    void elevate_notSavedIsRefusedAndAudited() {
        elevations_->failure = Error{ErrorKind::Storage, QStringLiteral("The disk is full."), {}};
        QVERIFY(!registry_->elevate(payrollId, QStringLiteral("month end"), 15));
        QVERIFY(!registry_->permit(payrollId));
        QCOMPARE(audit_->lines().last(), QStringLiteral("elevation.grant payroll The disk is full."));
    }

    void elevation_endsByItself() {
        QVERIFY(registry_->elevate(payrollId, QStringLiteral("month end"), 1));
        QSignalSpy changed(registry_.get(), &ConnectionRegistry::elevationChanged);
        clock_->advanceSeconds(60);
        QVERIFY(!registry_->permit(payrollId)); // at once, before anybody has noticed
        QVERIFY(!registry_->elevation(payrollId));
        QTRY_COMPARE(changed.size(), 1);
        QCOMPARE(changed[0][0].toString(), payrollId);
        QCOMPARE(audit_->lines().last(), QStringLiteral("elevation.end payroll ok"));
        QVERIFY(elevations_->saved.empty());
    }

    void elevation_survivesARestartUntilItsTime() {
        QVERIFY(registry_->elevate(payrollId, QStringLiteral("month end"), 10));
        auto next = makeRegistry();
        QVERIFY(next->load());
        QVERIFY(next->permit(payrollId));
        clock_->advanceSeconds(600);
        auto later = makeRegistry();
        QVERIFY(later->load());
        QVERIFY(!later->permit(payrollId));
        QCOMPARE(audit_->lines().last(), QStringLiteral("elevation.end payroll ok"));
        QVERIFY(elevations_->saved.empty());
    }

    void elevation_endsWhenTheConnectionLeavesProduction() {
        QVERIFY(registry_->elevate(payrollId, QStringLiteral("month end"), 10));
        ConnectionProfile payroll = *registry_->find(payrollId);
        payroll.environment = Environment::Test;
        QVERIFY(await(registry_->save(payroll, std::nullopt)));
        QVERIFY(!registry_->elevation(payrollId));
        payroll.environment = Environment::Production;
        QVERIFY(await(registry_->save(payroll, std::nullopt)));
        QVERIFY(!registry_->permit(payrollId));
    }

    void destruction_withAPendingConnectIsSafe() {
        auto pending = registry_->connect(ordersId);
        registry_.reset();
        QTest::qWait(0);
        QVERIFY(pending.isFinished());
        QCOMPARE(pending.resultCount(), 0);
    }
};

QTEST_GUILESS_MAIN(TestConnectionRegistry)
#include "tst_connectionregistry.moc"
