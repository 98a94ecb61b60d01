// "Test connection" names each right of a credential, and leaves no trace in the namespace.
#include "app/servicebus/servicebusgateway.h"
#include "tests/live/servicebus/letter.h"

#include <QSignalSpy>
#include <QTest>

using namespace signalbox;
using namespace signalbox::live;

using State = TestStep::State;

namespace {

constexpr const char* rightsNamespace = R"({
    "keys": [{"name": "root", "key": "all"},
             {"name": "listener", "key": "listens", "rights": ["Listen"]},
             {"name": "sender", "key": "sends", "rights": ["Send"]},
             {"name": "both", "key": "not-manage", "rights": ["Listen", "Send"]},
             {"name": "orders-all", "key": "of-orders", "entity": "orders"},
             {"name": "events-all", "key": "of-events", "entity": "events"},
             {"name": "shifts-listener", "key": "of-shifts", "rights": ["Listen"], "entity": "shifts"}],
    "queues": [{"name": "orders"}, {"name": "shifts", "sessions": true}],
    "topics": [{"name": "events", "subscriptions": [{"name": "audit"}]}]})";

QString wordOf(State state) {
    return state == State::Passed   ? QStringLiteral("passed")
           : state == State::Warned ? QStringLiteral("warned")
           : state == State::Failed ? QStringLiteral("failed")
                                    : QStringLiteral("skipped");
}

} // namespace

class TestLiveBusRights : public QObject {
    Q_OBJECT
    std::unique_ptr<sbpeer::Peer> peer_;

    std::vector<TestStep> test(const QString& key, const QByteArray& secret, const QString& entity = {},
                               bool management = true) const {
        ConnectionProfile profile;
        profile.id = profile.name = QStringLiteral("bus");
        profile.technology = technology::serviceBus;
        profile.port = peer_->ports().amqp;
        profile.user = key;
        profile.virtualHost = entity.isEmpty() ? QStringLiteral("/") : entity;
        if (management)
            profile.managementUrl = QStringLiteral("http://localhost:%1").arg(peer_->ports().http);
        ServiceBusGateway gateway(profile, Secret(secret));
        auto future = gateway.test();
        if (!QTest::qWaitFor([&] { return future.isFinished(); }, 30000) || !future.result())
            return {};
        return *future.result();
    }
    static QString statesOf(const std::vector<TestStep>& steps) {
        QStringList all;
        for (const TestStep& step : steps)
            all << step.name + QLatin1Char(' ') + wordOf(step.state);
        return all.join(QStringLiteral(", "));
    }
    static QString textOf(const std::vector<TestStep>& steps, const char* name) {
        for (const TestStep& step : steps) {
            if (step.name == QLatin1String(name))
                return step.result;
        }
        return {};
    }

private Q_SLOTS:
    void init() {
        peer_ = std::make_unique<sbpeer::Peer>();
        const auto started = peer_->start(rightsNamespace);
        QVERIFY2(started, started ? "" : started.error().description.constData());
        QVERIFY(put(*peer_, "orders", {"1", "body", {}}));
    }

    void rights_areNamedEach_data() {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QByteArray>("secret");
        QTest::addColumn<QString>("entity");
        QTest::addColumn<QString>("states");
        const auto row = [](const char* key, const char* secret, const char* entity, const char* states) {
            QTest::newRow(
                qPrintable(QStringLiteral("%1 for %2").arg(QLatin1String(key), QLatin1String(entity))))
                << QString::fromLatin1(key) << QByteArray(secret) << QString::fromLatin1(entity)
                << QStringLiteral("Connection passed, Login passed, Management API passed, %1")
                       .arg(QLatin1String(states));
        };
        row("root", "all", "", "Listen passed, Send passed, Manage passed");
        row("listener", "listens", "orders", "Listen passed, Send warned, Manage warned");
        row("sender", "sends", "orders", "Listen failed, Send passed, Manage warned");
        row("both", "not-manage", "orders", "Listen passed, Send passed, Manage warned");
        row("listener", "listens", "", "Listen skipped, Send skipped, Manage warned");
        row("orders-all", "of-orders", "orders", "Listen passed, Send passed, Manage passed");
        row("events-all", "of-events", "events", "Listen passed, Send passed, Manage passed");
        row("shifts-listener", "of-shifts", "shifts", "Listen passed, Send warned, Manage warned");
        row("listener", "listens", "events/Subscriptions/audit",
            "Listen passed, Send skipped, Manage warned");
    }
    void rights_areNamedEach() {
        QFETCH(QString, key);
        QFETCH(QByteArray, secret);
        QFETCH(QString, entity);
        const auto steps = test(key, secret, entity);
        QTEST(statesOf(steps), "states");
        for (const TestStep& step : steps)
            QVERIFY2(!step.result.contains(QString::fromUtf8(secret)), qPrintable(step.result));
        // Nothing was taken, locked, counted or sent.
        const auto held = peer_->messages("orders");
        QCOMPARE(held.size(), std::size_t{1});
        QVERIFY(!held.front().locked);
        QCOMPARE(held.front().deliveryCount, 0);
        QTRY_COMPARE(peer_->connections(), 0);
    }

    void missingRight_saysWhatDoesNotWork() {
        const auto listens = test(QStringLiteral("listener"), "listens", QStringLiteral("orders"));
        QVERIFY2(textOf(listens, "Send")
                     .startsWith(
                         QLatin1String("Missing: a sender to orders was refused. Reading works without it")),
                 qPrintable(textOf(listens, "Send")));
        QVERIFY2(textOf(listens, "Manage").startsWith(QLatin1String("Missing: the management API refuses")),
                 qPrintable(textOf(listens, "Manage")));
        QCOMPARE(
            textOf(listens, "Listen"),
            QStringLiteral("There: a receiver on orders/$DeadLetterQueue was accepted; nothing was taken."));
        const auto sends = test(QStringLiteral("sender"), "sends", QStringLiteral("orders"));
        QVERIFY2(textOf(sends, "Listen")
                     .startsWith(QLatin1String("Missing: a receiver on orders/$DeadLetterQueue was refused. "
                                               "Without it nothing can be read")),
                 qPrintable(textOf(sends, "Listen")));
        QVERIFY(textOf(sends, "Listen").contains(QLatin1String("amqp:unauthorized-access")));
    }

    void unknownEntity_isNotGuessed() {
        const auto steps = test(QStringLiteral("listener"), "listens");
        for (const char* right : {"Listen", "Send"})
            QVERIFY2(textOf(steps, right).startsWith(QLatin1String("Not tested: name an entity")),
                     qPrintable(textOf(steps, right)));
        const auto without = test(QStringLiteral("root"), "all", {}, false);
        QCOMPARE(statesOf(without),
                 QStringLiteral("Connection passed, Login passed, Management API warned, Listen "
                                "skipped, Send skipped, Manage skipped"));
        const auto gone = test(QStringLiteral("root"), "all", QStringLiteral("nothing"));
        QCOMPARE(statesOf(gone),
                 QStringLiteral("Connection passed, Login failed, Management API warned, Listen "
                                "skipped, Send skipped, Manage skipped"));
        QVERIFY2(textOf(gone, "Login").contains(QLatin1String("does not exist")),
                 qPrintable(textOf(gone, "Login")));
    }

    void topicsAlone_areTriedToo() {
        QVERIFY(peer_->remove("orders") && peer_->remove("shifts"));
        const auto steps = test(QStringLiteral("root"), "all");
        QCOMPARE(
            textOf(steps, "Listen"),
            QStringLiteral("There: a receiver on events/Subscriptions/audit/$DeadLetterQueue was accepted; "
                           "nothing was taken."));
        QCOMPARE(textOf(steps, "Send"),
                 QStringLiteral("There: a sender to events was accepted; nothing was sent."));
    }

    void disabledQueue_isNotChosen() {
        QVERIFY(peer_->change("orders", [](sbpeer::EntitySettings& settings) {
            settings.status = sbpeer::EntityStatus::Disabled;
        }));
        const auto steps = test(QStringLiteral("root"), "all");
        QVERIFY2(textOf(steps, "Send").contains(QLatin1String("shifts")), qPrintable(textOf(steps, "Send")));
    }

    void wrongKey_endsAtTheLogin() {
        const auto steps = test(QStringLiteral("root"), "wrong");
        QCOMPARE(statesOf(steps),
                 QStringLiteral("Connection passed, Login failed, Management API warned, Listen "
                                "skipped, Send skipped, Manage skipped"));
    }
};

QTEST_GUILESS_MAIN(TestLiveBusRights)
#include "tst_livebusrights.moc"
