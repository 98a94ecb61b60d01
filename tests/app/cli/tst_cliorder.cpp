// replay run --order: against a broker in memory.
#include "tests/app/cli/cliharness.h"

using namespace signalbox;

class TestCliOrder : public QObject {
    Q_OBJECT
    std::unique_ptr<CliHarness> cli_;
    CliHarness& cli() { return *cli_; }
    QString idsIn(const char* queue) {
        QStringList ids;
        for (const Message& message : cli().broker.contents(queue))
            ids << QString::fromUtf8(message.body).section(QLatin1Char(':'), 2).remove(QLatin1String("}}"));
        return ids.join(QLatin1Char(','));
    }

    CliResult replay(const QString& options) { // words parted by |
        const QString all = QStringLiteral("replay|run|orders.dead|--yes|") + options;
        return cli().run(all.split(QLatin1Char('|')));
    }

private Q_SLOTS:
    void init() {
        cli_ = std::make_unique<CliHarness>();
        cli().makeOrders();
    }
    void cleanup() { cli_.reset(); }

    void order_isThatOfTheReceiver() {
        const CliResult run = replay(QStringLiteral("--order|position desc"));
        QVERIFY2(run.code == 0, run.err.constData());
        QVERIFY2(run.out.contains("note: Sent last in the queue first"), run.out.constData());
        QCOMPARE(idsIn("orders"), QStringLiteral("5,4,3,2,1"));
        QCOMPARE(idsIn("orders.dead"), QString());
    }

    // The limit counts in the order that was asked for.
    void order_comesBeforeTheLimit() {
        const CliResult run = replay(QStringLiteral("--order|reason|--limit|1"));
        QVERIFY2(run.code == 0, run.err.constData());
        QCOMPARE(idsIn("orders"), QStringLiteral("5")); // expired before rejected
    }

    void order_ofGivenOnes() {
        const CliResult listed = cli()("deadletters list orders.dead --json");
        QStringList ids;
        for (const QJsonObject& row : listed.objects())
            ids << QString::number(row.value(QStringLiteral("id")).toInteger());
        QCOMPARE(ids.size(), 5);
        const CliResult run =
            replay(QStringLiteral("--order|position desc|--id|%1|--id|%2").arg(ids.at(1), ids.at(3)));
        QVERIFY2(run.code == 0, run.err.constData());
        QCOMPARE(idsIn("orders"), QStringLiteral("4,2"));
    }

    void list_isInThatOrder() {
        const CliResult list =
            cli().run(QStringLiteral("deadletters|list|orders.dead|--json|--order|position desc")
                          .split(QLatin1Char('|')));
        QList<qint64> positions;
        for (const QJsonObject& row : list.objects())
            positions << row.value(QStringLiteral("position")).toInteger();
        QCOMPARE(positions, (QList<qint64>{5, 4, 3, 2, 1}));
        QCOMPARE(cli()("deadletters list orders.dead --order moon").code, 2);
    }

    void unknownOrder_namesTheColumns() {
        const CliResult run = replay(QStringLiteral("--order|moon"));
        QCOMPARE(run.code, 2);
        QVERIFY2(run.err.contains("\"moon\" is no order") && run.err.contains("first_death"),
                 run.err.constData());
        QCOMPARE(idsIn("orders"), QString());
    }
};

QTEST_GUILESS_MAIN(TestCliOrder)
#include "tst_cliorder.moc"
