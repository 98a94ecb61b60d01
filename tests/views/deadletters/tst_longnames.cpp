// Long names and long numbers of Service Bus stay readable where there is little room.
#include "tests/support/fakesnapshot.h"
#include "tests/views/deadletters/openpage.h"
#include "views/deadletters/queuenamedelegate.h"
#include "views/deadletters/queuepane.h"
#include "views/deadletters/queueproxy.h"

#include <QHeaderView>

using namespace signalbox;

namespace {

QString longName() {
    return QStringLiteral("events-of-the-whole-shop-in-europe/Subscriptions/audit-log/$DeadLetterQueue");
}

} // namespace

class TestLongNames : public QObject, OpenPage {
    Q_OBJECT
private Q_SLOTS:
    void init() { prepare(); }
    void cleanup() { end(); }

    void name_keepsItsEnd_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("characters");
        QTest::addColumn<QString>("beginning");
        QTest::addColumn<QString>("end");
        const QString dead = QStringLiteral("/$DeadLetterQueue");
        const QString shown = QStringLiteral("/$DLQ");
        const QString queue = QStringLiteral("orders-of-the-whole-shop-in-europe") + dead;
        QTest::newRow("short") << QStringLiteral("orders") + dead << 60 << QStringLiteral("orders/$DLQ")
                               << shown;
        QTest::newRow("queue") << queue << 20 << QStringLiteral("orders") << QStringLiteral("…") + shown;
        QTest::newRow("subscription, much room")
            << longName() << 68
            << QStringLiteral("events-of-the-whole-shop-in-europe/Subscriptions/audit-log/$DLQ") << shown;
        QTest::newRow("subscription, some room")
            << longName() << 52 << QStringLiteral("events-of-the-whole-shop-in-europe/audit-log/$DLQ")
            << shown;
        QTest::newRow("subscription, little room")
            << longName() << 26 << QStringLiteral("ev") << QStringLiteral("…/audit-log") + shown;
        QTest::newRow("hardly any room")
            << longName() << 10 << QStringLiteral("…") << QStringLiteral("log") + shown;
        QTest::newRow("transfer") << QStringLiteral("orders-of-the-whole-shop/$Transfer/$DeadLetterQueue")
                                  << 26 << QStringLiteral("o") << QStringLiteral("…/$Transfer/$DLQ");
        QTest::newRow("RabbitMQ") << QStringLiteral("shop.europe.orders.incoming.dead-letters") << 20
                                  << QStringLiteral("shop") << QStringLiteral("letters");
    }
    void name_keepsItsEnd() {
        QFETCH(QString, name);
        QFETCH(int, characters);
        QFETCH(QString, beginning);
        QFETCH(QString, end);
        const QFontMetrics metrics(monospaceFont());
        const int room = characters * metrics.horizontalAdvance(QLatin1Char('x'));
        const QString shown = shortQueueName(name, room, metrics);
        QVERIFY2(shown.startsWith(beginning) && shown.endsWith(end), qPrintable(shown));
        QVERIFY2(metrics.horizontalAdvance(shown) <= room, qPrintable(shown));
    }

    void name_thatLosesItsBeginningSaysSo() {
        const QString end = QStringLiteral("…/audit-log/$DLQ");
        const QFontMetrics metrics(monospaceFont());
        const int room = metrics.horizontalAdvance(end);
        QCOMPARE(shortQueueName(longName(), room, metrics), end);
    }

    void list_showsTheEndAndTellsTheWhole() {
        f_->gateways.prepare = [](FakeGateway& gateway) {
            QueueListing listing;
            listing.fromManagement = true;
            for (const QString& name : {longName(), QStringLiteral("orders/$DeadLetterQueue")}) {
                QueueInfo queue;
                queue.ref = {gateway.connectionId(), QStringLiteral("/"), name};
                queue.type = QueueType::ServiceBus;
                queue.deadLettersOf = name.section(QLatin1String("/$Dead"), 0, 0);
                queue.ready = 3;
                listing.queues.push_back(queue);
            }
            gateway.queuesAnswer = listing;
        };
        open();
        QTRY_COMPARE_WITH_TIMEOUT(page_->queuePane()->table()->model()->rowCount(), 2, soon);
        const TableView* table = page_->queuePane()->table();
        const int row = page_->queuePane()->proxy()->rowOf(longName());
        const QModelIndex cell = table->model()->index(row, QueueModel::Name);
        QVERIFY(dynamic_cast<QueueNameDelegate*>(table->itemDelegateForIndex(cell)));
        QVERIFY(cell.data(Qt::ToolTipRole).toString().startsWith(longName()));
        QCOMPARE(table->cellText(cell), longName()); // copied whole
        ConsoleFixture::shoot(*page_, QStringLiteral("bus-queues"));
    }

    void sequenceNumbers_areShownWhole() {
        const qint64 partitioned = 9223372036854770000;
        auto snapshot = std::make_shared<FakeSnapshot>([](const Message&) { return DeathFacts(); });
        QVERIFY(snapshot->beginReading() && snapshot->noteOpened(queueTypeWord(QueueType::ServiceBus)));
        std::vector<SnapshotEntry> entries;
        for (int number = 0; number < 3; ++number)
            entries.push_back({ConsoleFixture::message(number), partitioned + number});
        QVERIFY(snapshot->append(entries) && snapshot->finish(true, {}));
        MessageTable messages(f_->settings);
        messages.resize(900, 400);
        messages.show();
        auto* table = messages.table();
        const int column = static_cast<int>(Column::Position);
        const int usual = table->columnWidth(column);
        messages.setReader(std::make_shared<SnapshotReader>(snapshot));
        QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 3, soon);
        const QModelIndex last = table->model()->index(2, column);
        QTRY_COMPARE_WITH_TIMEOUT(table->cellText(last), QString::number(partitioned + 2), soon);
        QTRY_VERIFY_WITH_TIMEOUT(table->columnWidth(column) >= table->sizeHintForIndex(last).width(), soon);
        ConsoleFixture::shoot(messages, QStringLiteral("bus-messages"));
        // Back to small numbers: back to the usual width; but a width of one's own stays.
        messages.setReader(nullptr);
        QCOMPARE(table->columnWidth(column), usual);
        table->setColumnWidth(column, 90);
        messages.setReader(std::make_shared<SnapshotReader>(snapshot));
        QTRY_COMPARE_WITH_TIMEOUT(table->cellText(table->model()->index(2, column)),
                                  QString::number(partitioned + 2), soon);
        QCOMPARE(table->columnWidth(column), 90);
    }
};

QTEST_MAIN(TestLongNames)
#include "tst_longnames.moc"
