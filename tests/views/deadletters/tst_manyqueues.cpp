// Ten thousand queues in the window: listed, filtered, sorted and asked for anew without standing still.
#include "tests/support/gapwatch.h"
#include "tests/views/deadletters/openpage.h"
#include "views/deadletters/queuepane.h"
#include "views/widgets/searchline.h"

#include <QCheckBox>

using namespace signalbox;

namespace {

constexpr int pairs = 5000; // a queue and the one that takes its dead letters
constexpr int replyQueues = 200;

QueueInfo queue(const QString& connection, const QString& name, qint64 ready) {
    QueueInfo made;
    made.ref = {connection, QStringLiteral("/"), name};
    made.type = QueueType::Classic;
    made.state = QStringLiteral("running");
    made.ready = ready;
    made.consumers = 0;
    return made;
}

QueueListing listing(const QString& connection, qint64 more = 0) {
    QueueListing made;
    made.fromManagement = true;
    for (int number = 0; number < pairs; ++number) {
        const QString name = QStringLiteral("shop.%1").arg(number, 4, 10, QLatin1Char('0'));
        made.queues.push_back(queue(connection, name, 0));
        made.queues.back().deadLetter = DeadLetterEdge{name, QString(), name + QStringLiteral(".dead"),
                                                       QString(), QStringLiteral("argument")};
        made.queues.push_back(queue(connection, name + QStringLiteral(".dead"), number % 97 + more));
    }
    return made;
}

} // namespace

class TestManyQueues : public QObject, OpenPage {
    Q_OBJECT
    std::unique_ptr<GapWatch> watch_;

    int listed() const { return page_->queuePane()->table()->model()->rowCount(); }
    QString cell(int row, int column) const {
        const auto* model = page_->queuePane()->table()->model();
        return model->index(row, column).data().toString();
    }
    // The list settles at that many rows, and nothing on the way to it took long.
    void settles(const char* what, int rows) {
        QTRY_COMPARE_WITH_TIMEOUT(listed(), rows, soon);
        QTRY_VERIFY_WITH_TIMEOUT(!page_->board().isLoading(), soon);
        const qint64 before = watch_->longest;
        QTest::qWait(1); // what was posted meanwhile, and the watch itself
        qInfo("%s: longest gap %lld ms", what, std::max(before, watch_->longest));
        QVERIFY2(watch_->longest < GapWatch::most, what);
        watch_->longest = 0;
    }
    void showAll() {
        settles("short list", pairs);
        page_->queuePane()->allBox()->click();
        settles("all", 2 * pairs);
    }
    void type(const QString& text) {
        for (const QChar letter : text)
            QTest::keyClick(page_->queuePane()->search()->edit(), letter.toLatin1());
    }

private Q_SLOTS:
    void init() {
        prepare();
        f_->gateways.prepare = [](FakeGateway& gateway) {
            gateway.queuesAnswer = listing(gateway.connectionId());
        };
        watch_ = std::make_unique<GapWatch>();
        open();
    }
    void cleanup() {
        watch_.reset();
        end();
    }

    void all_areShownAndHiddenAgain() {
        showAll();
        page_->queuePane()->allBox()->click();
        settles("short list again", pairs);
    }

    void search_narrowsAndWidens() {
        showAll();
        type(QStringLiteral("12"));
        settles("12", 2 * 199); // so many numbers of four digits below 5000 have it
        type(QStringLiteral("34"));
        settles("1234", 2);
        QCOMPARE(cell(0, QueueModel::Name), QStringLiteral("shop.1234.dead")); // dead letters first
        page_->queuePane()->search()->setText({});
        settles("everything again", 2 * pairs);
    }

    void sorting_byNameAndBack() {
        showAll();
        TableView* table = page_->queuePane()->table();
        table->sortByColumn(QueueModel::Name, Qt::AscendingOrder);
        settles("by name", 2 * pairs);
        QCOMPARE(cell(0, QueueModel::Name), QStringLiteral("shop.0000.dead"));
        QCOMPARE(cell(pairs, QueueModel::Name), QStringLiteral("shop.0000"));
        table->sortByColumn(QueueModel::Ready, Qt::DescendingOrder);
        settles("by count", 2 * pairs);
        QCOMPARE(cell(0, QueueModel::Ready), QStringLiteral("96"));
    }

    void refresh_withEveryCountChanged() {
        showAll();
        page_->queuePane()->select(QStringLiteral("shop.1234.dead"));
        f_->gateways.last->queuesAnswer = listing(crm_, 1000);
        page_->board().refresh();
        QTRY_COMPARE_WITH_TIMEOUT(cell(0, QueueModel::Ready), QLocale().toString(1096), soon);
        settles("refreshed", 2 * pairs);
        QCOMPARE(page_->queuePane()->selected(), QStringLiteral("shop.1234.dead"));
    }

    // Thousands of clients came again: their old reply queues are gone, new ones are all over the list.
    void replyQueues_comeAndGo() {
        showAll();
        for (const char* generation : {"a", "b"}) {
            QueueListing now = listing(crm_);
            for (int number = 0; number < replyQueues; ++number) {
                const QString name = QStringLiteral("shop.%1.reply.%2");
                now.queues.push_back(
                    queue(crm_, name.arg(number, 4, 10, QLatin1Char('0')).arg(QLatin1String(generation)), 0));
            }
            f_->gateways.last->queuesAnswer = now;
            page_->board().refresh();
            QTRY_VERIFY_WITH_TIMEOUT(
                page_->board().find(QStringLiteral("shop.0000.reply.") + QLatin1String(generation)), soon);
            settles(generation, 2 * pairs + replyQueues);
        }
    }
};

QTEST_MAIN(TestManyQueues)
#include "tst_manyqueues.moc"
