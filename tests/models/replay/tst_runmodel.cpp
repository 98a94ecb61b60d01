#include "models/replay/runitemmodel.h"
#include "models/replay/runmodel.h"
#include "tests/models/replay/replayfixture.h"
#include "tests/support/fakeclock.h"
#include "tests/support/fakeworkspace.h"

#include <QAbstractItemModelTester>
#include <QPersistentModelIndex>

using namespace signalbox;

namespace {

RunRecord run(const char* id, RunState state = RunState::Finished) {
    RunRecord record;
    record.header.id = QString::fromLatin1(id);
    record.header.source.name = QStringLiteral("dead");
    record.state = state;
    record.counts = {{ItemState::Removed, 3}, {ItemState::InDoubt, 1}, {ItemState::Refused, 9}};
    return record;
}

QStringList ids(const RunModel& model) {
    QStringList all;
    for (int row = 0; row < model.rowCount(); ++row)
        all << model.index(row, 0).data(RunModel::RunIdRole).toString();
    return all;
}

} // namespace

class TestRunModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void runs_showFacts();
    void update_mergesAndKeepsPersistentIndexes();
    void showJob_standsInForTheJournal();
    void items_comePageByPage();
    void items_refreshInPlace();
    void items_filterByState();
    void items_reportErrorsAndStop();
};

void TestRunModel::runs_showFacts() {
    RunModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.update({run("b"), run("a", RunState::Paused)});
    QCOMPARE(ids(model), QStringList({QStringLiteral("b"), QStringLiteral("a")}));
    QCOMPARE(model.index(0, RunModel::Total).data().toLongLong(), 4);
    QCOMPARE(model.index(0, RunModel::Done).data().toLongLong(), 3);
    QCOMPARE(model.index(0, RunModel::InDoubt).data().toLongLong(), 1);
    QCOMPARE(model.index(1, RunModel::State).data().toString(), QStringLiteral("paused"));
    QVERIFY(!model.at(2));
}

void TestRunModel::update_mergesAndKeepsPersistentIndexes() {
    RunModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.update({run("c"), run("b"), run("a")});
    const QPersistentModelIndex selected = model.index(1, 0);
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    model.update({run("d"), run("b", RunState::Running), run("a")});
    QCOMPARE(ids(model), QStringList({QStringLiteral("d"), QStringLiteral("b"), QStringLiteral("a")}));
    QCOMPARE(selected.data(RunModel::RunIdRole).toString(), QStringLiteral("b"));
    model.update({run("a"), run("b"), run("d")});
    QCOMPARE(ids(model), QStringList({QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("d")}));
    QCOMPARE(selected.data(RunModel::RunIdRole).toString(), QStringLiteral("b"));
    QCOMPARE(reset.count(), 0);
    model.update({});
    QCOMPARE(model.rowCount(), 0);
}

void TestRunModel::showJob_standsInForTheJournal() {
    RunModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.update({run("a", RunState::Running)});
    ReplayJob::Progress progress;
    progress.total = 100;
    progress.done = 42;
    model.showJob(QStringLiteral("a"), ReplayJob::State::Waiting, progress);
    QCOMPARE(model.index(0, RunModel::Done).data().toLongLong(), 42);
    QCOMPARE(model.index(0, 0).data(RunModel::JobStateRole).toInt(),
             static_cast<int>(ReplayJob::State::Waiting));
    model.showJob(QStringLiteral("unknown"), ReplayJob::State::Waiting, progress);
    model.update({run("a")});
    QCOMPARE(model.index(0, RunModel::Done).data().toLongLong(), 3);
    QVERIFY(!model.index(0, 0).data(RunModel::JobStateRole).isValid());
}

namespace {

struct ItemBench {
    explicit ItemBench(int count)
        : desk(ReplayDesk::Ports{f.journal, audit, clock, {}}, QStringLiteral("ann"))
        , model(desk) {
        std::vector<PlanItem> items;
        for (int i = 1; i <= count; ++i)
            items.push_back(ReplayFixture::itemFor(numbered(i), i));
        f.plan(ReplayFixture::header(RunKind::Replay), items);
    }
    ReplayFixture f;
    FakeAudit audit;
    FakeClock clock;
    ReplayDesk desk;
    RunItemModel model;
};

const QString runId = QStringLiteral("run");

} // namespace

void TestRunModel::items_comePageByPage() {
    ItemBench bench(1200);
    QAbstractItemModelTester tester(&bench.model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QSignalSpy loaded(&bench.model, &RunItemModel::loaded);
    bench.model.setRun(runId);
    QTRY_VERIFY(loaded.count() >= 1);
    QCOMPARE(bench.model.rowCount() % RunItemModel::pageSize, 0);
    const auto askForAll = [&] {
        bench.model.fetchMore({});
        return bench.model.rowCount() >= 1200;
    };
    QTRY_VERIFY(askForAll());
    QCOMPARE(bench.model.rowCount(), 1200);
    QVERIFY(!bench.model.canFetchMore({}));
    QCOMPARE(bench.model.index(1199, RunItemModel::Number).data().toLongLong(), 1200);
    QCOMPARE(bench.model.index(0, RunItemModel::State).data().toString(), QStringLiteral("planned"));
    bench.model.setRun({});
    QCOMPARE(bench.model.rowCount(), 0);
}

void TestRunModel::items_refreshInPlace() {
    ItemBench bench(20);
    QAbstractItemModelTester tester(&bench.model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    bench.model.setRun(runId);
    QTRY_COMPARE(bench.model.rowCount(), 20);
    const QPersistentModelIndex selected = bench.model.index(4, RunItemModel::State);
    QVERIFY(bench.f.journal->mark(runId, std::vector<qint64>{5}, ItemState::Returned,
                                  QStringLiteral("NO_ROUTE")));
    QSignalSpy changed(&bench.model, &QAbstractItemModel::dataChanged);
    bench.model.refresh();
    QTRY_COMPARE(changed.count(), 1);
    QCOMPARE(selected.data().toString(), QStringLiteral("returned"));
    QCOMPARE(bench.model.index(4, RunItemModel::Reason).data().toString(), QStringLiteral("NO_ROUTE"));
}

void TestRunModel::items_filterByState() {
    ItemBench bench(20);
    QAbstractItemModelTester tester(&bench.model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY(bench.f.journal->mark(runId, std::vector<qint64>{5, 6, 7}, ItemState::InDoubt, {}));
    bench.model.setRun(runId, ItemState::InDoubt);
    QTRY_COMPARE(bench.model.rowCount(), 3);
    QVERIFY(bench.f.journal->mark(runId, std::vector<qint64>{6}, ItemState::Removed, {}));
    QVERIFY(bench.f.journal->mark(runId, std::vector<qint64>{2, 9}, ItemState::InDoubt, {}));
    bench.model.refresh();
    QTRY_COMPARE(bench.model.rowCount(), 4);
    QStringList numbers;
    for (int row = 0; row < 4; ++row)
        numbers << bench.model.index(row, 0).data().toString();
    QCOMPARE(numbers.join(QLatin1Char(' ')), QStringLiteral("2 5 7 9"));
}

void TestRunModel::items_reportErrorsAndStop() {
    ItemBench bench(1);
    QSignalSpy failed(&bench.model, &RunItemModel::failed);
    bench.model.setRun(QStringLiteral("no such run"));
    QTRY_COMPARE(failed.count(), 1);
    QVERIFY(!bench.model.canFetchMore({}));
}

QTEST_GUILESS_MAIN(TestRunModel)
#include "tst_runmodel.moc"
