// Runs belong to a broker, not to the connection that started them: another saved connection to the same
// broker knows them, one to another broker does not.
#include "app/store/sqlconnections.h"
#include "tests/app/store/openjournal.h"

using namespace signalbox;

class TestJournalAddress : public QObject, OpenJournal {
    Q_OBJECT

    static ConnectionProfile reaching(const QString& id, const QString& host, int port,
                                      QLatin1String kind = technology::rabbitMq) {
        ConnectionProfile profile;
        profile.id = id;
        profile.name = id;
        profile.technology = kind;
        profile.host = host;
        profile.port = port;
        return profile;
    }
    void save(const ConnectionProfile& profile) { need(SqlConnections(*workspace_).save(profile)); }
    // A finished replay of message 1 from this queue.
    void replayed(const EntityRef& queue) {
        RunHeader made = header(QStringLiteral("done"));
        made.source = queue;
        made.createdAt = clock_->now();
        need(journal_->createRun(made));
        need(journal_->addItems(made.id, itemsTo(1)));
        need(journal_->mark(made.id, numbers(1, 1), ItemState::Removed, {}));
        need(journal_->setRunState(made.id, RunState::Finished, {}));
    }
    bool knows(const EntityRef& queue) {
        const std::vector<Fingerprint> asked{itemNo(1).fingerprint};
        const bool remembers = need(journal_->memory(queue, asked)).replayedBefore.size() == 1;
        const bool lists = need(journal_->runsOf(queue, 10)).size() == 1;
        if (remembers != lists)
            qFatal("memory and list do not agree");
        return remembers;
    }

private Q_SLOTS:
    void init() { make(); }
    void cleanup() { end(); }

    void runs_areKnownByTheBrokersAddress_data() {
        QTest::addColumn<QString>("host");
        QTest::addColumn<int>("port");
        QTest::addColumn<bool>("same");
        QTest::newRow("equal") << "mq.example.com" << 5672 << true;
        QTest::newRow("by TLS") << "mq.example.com" << 5671 << true;
        QTest::newRow("spelled otherwise") << "MQ.Example.com." << 5672 << true;
        QTest::newRow("another port") << "mq.example.com" << 5673 << false;
        QTest::newRow("another host") << "mq2.example.com" << 5672 << false;
    }
    void runs_areKnownByTheBrokersAddress() {
        QFETCH(QString, host);
        QFETCH(int, port);
        QFETCH(bool, same);
        save(reaching(QStringLiteral("c1"), QStringLiteral("mq.example.com"), 5672));
        save(reaching(QStringLiteral("c2"), host, port));
        replayed(deadQueue);
        QVERIFY(knows(deadQueue));
        EntityRef other = deadQueue;
        other.connectionId = QStringLiteral("c2");
        QCOMPARE(knows(other), same);
        for (QString EntityRef::*part : {&EntityRef::space, &EntityRef::name}) {
            EntityRef elsewhere = other;
            elsewhere.*part = (elsewhere.*part).toUpper() + QLatin1Char('2');
            QVERIFY(!knows(elsewhere));
        }
        other.name = other.name.toUpper(); // RabbitMQ tells these apart
        QVERIFY(!knows(other));
    }

    void ownMachine_hasMoreThanOneName() {
        save(reaching(QStringLiteral("c1"), QStringLiteral("localhost"), 5672));
        save(reaching(QStringLiteral("c2"), QStringLiteral("127.0.0.1"), 5672));
        replayed(deadQueue);
        EntityRef other = deadQueue;
        other.connectionId = QStringLiteral("c2");
        QVERIFY(knows(other));
    }

    // One key may be for the namespace and one for a queue, one way may be AMQP and one a WebSocket.
    void serviceBus_namesAreTheSameInAnyCase() {
        const QString host = QStringLiteral("shop.servicebus.windows.net");
        save(reaching(QStringLiteral("c1"), host, 5671, technology::serviceBus));
        save(reaching(QStringLiteral("c2"), host, 443, technology::serviceBus));
        replayed(deadQueue);
        QVERIFY(knows({QStringLiteral("c1"), QStringLiteral("/"), QStringLiteral("Orders.Dead")}));
        QVERIFY(knows({QStringLiteral("c2"), QStringLiteral("orders.dead"), QStringLiteral("ORDERS.dead")}));
        QVERIFY(!knows({QStringLiteral("c2"), QStringLiteral("/"), QStringLiteral("orders")}));
    }

    void connectionMadeAnew_knowsTheRunsOfTheRemovedOne() {
        const ConnectionProfile first =
            reaching(QStringLiteral("c1"), QStringLiteral("mq.example.com"), 5672);
        save(first);
        replayed(deadQueue);
        need(SqlConnections(*workspace_).remove(first.id));
        save(reaching(QStringLiteral("c2"), first.host, first.port));
        EntityRef again = deadQueue;
        again.connectionId = QStringLiteral("c2");
        QVERIFY(knows(again));
    }

    // A run of before addresses were written down is known by the connection that made it, as ever.
    void unknownAddresses_areNotTheSame() {
        replayed(deadQueue); // c1 is not in the workspace
        QVERIFY(knows(deadQueue));
        EntityRef other = deadQueue;
        other.connectionId = QStringLiteral("c2"); // nor is c2
        QVERIFY(!knows(other));
    }
};

QTEST_GUILESS_MAIN(TestJournalAddress)
#include "tst_journaladdress.moc"
