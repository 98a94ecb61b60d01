#include "tests/views/replay/openreplays.h"
#include "views/widgets/emptystate.h"
#include "views/widgets/searchline.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QTimer>
#include <numeric>

using namespace signalbox;

namespace {

// The shown cells of a row, as one line.
QString rowText(const TableView& table, int row) {
    QStringList cells;
    for (int column = 0; column < table.model()->columnCount(); ++column) {
        const QString text = table.model()->index(row, column).data().toString();
        if (!text.isEmpty() && !table.isColumnHidden(column))
            cells << text;
    }
    return cells.join(QStringLiteral(" | "));
}

} // namespace

class TestReplaysPage : public QObject, private OpenReplays {
    Q_OBJECT

    QString hintOf(const char* id) const {
        for (const Command& command : page_->commands()) {
            if (command.id == QLatin1String(id))
                return command.isEnabled() ? QStringLiteral("can be done") : command.hint;
        }
        return QStringLiteral("no such command");
    }

private Q_SLOTS:
    void init() { prepare(); }
    void cleanup() { end(); }
    void emptyHistory_saysWhatToDoNext();
    void history_showsWhoWhenFromToAndOutcome();
    void history_showsOutcomeOfEachMessage();
    void search_narrowsSaysSoAndClears();
    void cutShort_isOfferedAndResumedWithoutSendingTwice();
    void cutShort_endsAfterAsking();
    void otherPrograms_areNoticed();
    void cancelledRun_showsTheReasonGivenForIt();
    void commands_sayWhyNot();
    void hostileNames_stayPlainText();
    void journalFailure_isToldWithAWayToTryAgain();
    void pictures_forLooking();
};

void TestReplaysPage::emptyHistory_saysWhatToDoNext() {
    open();
    EmptyState* empty = page_->table()->emptyState();
    QVERIFY(empty->isVisible());
    QCOMPARE(empty->headline(), QStringLiteral("Nothing has been replayed yet"));
    QSignalSpy navigate(page_.get(), &Page::navigate);
    click(empty->button());
    QCOMPARE(navigate.count(), 1);
    QCOMPARE(navigate.at(0).at(0).toString(), QStringLiteral("deadletters"));
}

void TestReplaysPage::history_showsWhoWhenFromToAndOutcome() {
    f_->addRun(f_->header(QStringLiteral("run-a")), 3, RunState::Finished);
    f_->mark(QStringLiteral("run-a"), {1, 2, 3}, ItemState::Removed);
    f_->addRun(f_->header(QStringLiteral("run-b"), RunKind::Delete), 2, RunState::Cancelled);
    open();
    QAbstractItemModelTester tester(page_->table()->model(),
                                    QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(page_->table()->model()->rowCount(), 2);
    QString all = rowText(*page_->table(), 0) + rowText(*page_->table(), 1);
    for (const char* word : {"Replay", "Delete", "dead", "to queue work", "bob@ops", "finished", "ended",
                             "the CRM was down", "2024-03-01"})
        QVERIFY2(all.contains(QLatin1String(word)), qPrintable(QLatin1String(word) + all));
    page_->activate({{QStringLiteral("run"), QStringLiteral("run-a")}});
    QTRY_VERIFY(details()->run() && details()->run()->header.id == QLatin1String("run-a"));
    QVERIFY2(details()->factsText().contains(QLatin1String("bob@ops")), qPrintable(details()->factsText()));
    QVERIFY2(details()->factsText().contains(QLatin1String("3 done")), qPrintable(details()->factsText()));
}

void TestReplaysPage::history_showsOutcomeOfEachMessage() {
    f_->addRun(f_->header(QStringLiteral("run-a")), 3, RunState::Finished);
    f_->mark(QStringLiteral("run-a"), {1}, ItemState::Removed);
    f_->mark(QStringLiteral("run-a"), {2}, ItemState::Returned);
    f_->mark(QStringLiteral("run-a"), {3}, ItemState::Missing);
    open();
    QAbstractItemModelTester tester(details()->table()->model(),
                                    QAbstractItemModelTester::FailureReportingMode::QtTest);
    QTRY_COMPARE(details()->table()->model()->rowCount(), 3);
    QVERIFY(rowText(*details()->table(), 0).contains(QLatin1String("done")));
    QVERIFY(rowText(*details()->table(), 1).contains(QLatin1String("no queue took it")));
    QVERIFY(rowText(*details()->table(), 2).contains(QLatin1String("not met in the queue")));
    QComboBox* filter = details()->filter();
    filter->setCurrentIndex(filter->findText(QStringLiteral("came back"), Qt::MatchContains));
    QTRY_COMPARE(details()->table()->model()->rowCount(), 1);
    QVERIFY(rowText(*details()->table(), 0).contains(QLatin1String("no queue took it")));
}

void TestReplaysPage::search_narrowsSaysSoAndClears() {
    f_->addRun(f_->header(QStringLiteral("run-a")), 1, RunState::Finished);
    RunHeader other = f_->header(QStringLiteral("run-b"));
    other.source.name = QStringLiteral("payroll.dlq");
    f_->addRun(other, 1, RunState::Finished);
    open();
    QCOMPARE(page_->table()->model()->rowCount(), 2);
    page_->focusSearch();
    QTest::keyClicks(page_->search()->edit(), QStringLiteral("payroll"));
    QTest::keyClick(page_->search()->edit(), Qt::Key_Return);
    QTRY_COMPARE(page_->table()->model()->rowCount(), 1);
    QVERIFY(rowText(*page_->table(), 0).contains(QLatin1String("payroll.dlq")));
    page_->search()->setText(QStringLiteral("nowhere"));
    QTRY_COMPARE(page_->table()->model()->rowCount(), 0);
    QCOMPARE(page_->table()->emptyState()->headline(), QStringLiteral("No run fits the search"));
    click(page_->table()->emptyState()->button());
    QTRY_COMPARE(page_->table()->model()->rowCount(), 2);
}

void TestReplaysPage::cutShort_isOfferedAndResumedWithoutSendingTwice() {
    f_->fill(6, 3);
    f_->addRun(f_->header(QStringLiteral("run-a")), 6, RunState::Running);
    f_->mark(QStringLiteral("run-a"), {1, 2}, ItemState::Confirmed);
    f_->mark(QStringLiteral("run-a"), {3}, ItemState::Published);
    f_->link(crm);
    open();
    QVERIFY(page_->banner()->isVisible());
    const QString offer = page_->banner()->summary();
    for (const char* part : {"cut short", "2 already confirmed will be removed, never sent twice",
                             "3 are still to do", "1 was sent without an answer"})
        QVERIFY2(offer.contains(QLatin1String(part)), qPrintable(offer));
    click(page_->banner()->actionButton());
    QCOMPARE(shownState(), QStringLiteral("cut short"));
    QVERIFY2(details()->doubtText().startsWith(QLatin1String("1 in doubt")),
             qPrintable(details()->doubtText()));
    click(details()->resumeButton());
    QTRY_COMPARE_WITH_TIMEOUT(shownState(), QStringLiteral("in doubt"), soon);
    QCOMPARE(f_->numbersIn("work"), QStringLiteral("4,5,6"));
    QCOMPARE(f_->numbersIn("dead"), QStringLiteral("3"));
    QVERIFY(!details()->resumeButton()->isVisible());
    // What the offer said is not so any more.
    QTRY_VERIFY2_WITH_TIMEOUT(!page_->banner()->isVisible() ||
                                  !page_->banner()->summary().contains(QLatin1String("still to do")),
                              qPrintable(page_->banner()->summary()), soon);
}

void TestReplaysPage::cutShort_endsAfterAsking() {
    f_->fill(2);
    f_->addRun(f_->header(QStringLiteral("run-a")), 2, RunState::Running);
    open();
    click(details()->endButton());
    press(QStringLiteral("Cancel"));
    QCOMPARE(shownState(), QStringLiteral("cut short"));
    click(details()->endButton());
    press(QStringLiteral("End the run"));
    QTRY_COMPARE_WITH_TIMEOUT(shownState(), QStringLiteral("ended"), soon);
    QCOMPARE(f_->numbersIn("dead"), QStringLiteral("1,2"));
    QCOMPARE(f_->numbersIn("work"), QString());
}

void TestReplaysPage::otherPrograms_areNoticed() {
    f_->addRun(f_->header(QStringLiteral("run-a")), 2, RunState::Running);
    open();
    QCOMPARE(shownState(), QStringLiteral("cut short"));
    const auto lease = f_->journal->lease(QStringLiteral("run-a"));
    auto* again = page_->findChild<QTimer*>(QStringLiteral("lookAgain"));
    QVERIFY(again && again->isActive() && again->interval() <= 5000);
    again->start(0);
    QTRY_COMPARE(shownState(), QStringLiteral("worked on elsewhere"));
    QVERIFY(!details()->resumeButton()->isVisible());
    QVERIFY(f_->journal->setRunState(QStringLiteral("run-a"), RunState::Cancelled, {}).has_value());
    again->start(0);
    QTRY_COMPARE(shownState(), QStringLiteral("ended"));
}

void TestReplaysPage::cancelledRun_showsTheReasonGivenForIt() {
    f_->addRun(f_->header(QStringLiteral("run-a")), 2, RunState::Running);
    QVERIFY(f_->journal
                ->setRunState(QStringLiteral("run-a"), RunState::Cancelled,
                              QStringLiteral("30 removed, 12 cancelled"))
                .has_value());
    open();
    QCOMPARE(page_->table()->model()->index(0, RunModel::Reason).data().toString(),
             QStringLiteral("the CRM was down"));
    QVERIFY(details()->factsText().contains(QLatin1String("30 removed")));
}

void TestReplaysPage::commands_sayWhyNot() {
    open();
    QCOMPARE(hintOf("replays.resume"), QStringLiteral("no run is chosen"));
    QCOMPARE(hintOf("replays.refresh"), QStringLiteral("can be done"));
    f_->addRun(f_->header(QStringLiteral("run-a")), 1, RunState::Finished);
    page_->reload();
    QTRY_VERIFY(details()->run());
    QCOMPARE(hintOf("replays.again"), QStringLiteral("nothing is in doubt"));
    QCOMPARE(hintOf("replays.pause"), QStringLiteral("the run is not at work"));
    QCOMPARE(hintOf("replays.restore"), QStringLiteral("the run has no copies to restore"));
    QCOMPARE(hintOf("replays.export"), QStringLiteral("can be done"));
    QVERIFY(page_->places().front().text.contains(QLatin1String("dead")));
}

void TestReplaysPage::hostileNames_stayPlainText() {
    RunHeader header = f_->header(QStringLiteral("run-a"));
    header.source.name = QStringLiteral("<b>bold</b><img src='file:///etc/passwd'>");
    header.reason = QString(4000, QLatin1Char('w'));
    f_->addRun(header, 1, RunState::Running);
    open();
    QTRY_VERIFY(details()->run());
    const auto labels = page_->findChildren<QLabel*>();
    int named = 0;
    for (const QLabel* label : labels) {
        if (!label->text().contains(QLatin1String("<b>")))
            continue;
        ++named;
        QCOMPARE(label->textFormat(), Qt::PlainText);
    }
    QVERIFY(named >= 1);
    page_->grab(); // lays out all that was shown
    QVERIFY2(page_->minimumSizeHint().width() <= 1280, "a long reason must not widen the window");
}

void TestReplaysPage::journalFailure_isToldWithAWayToTryAgain() {
    f_->addRun(f_->header(QStringLiteral("run-a")), 1, RunState::Running);
    open();
    f_->journal->failure = Error{ErrorKind::Storage, QStringLiteral("The disk is full."), {}};
    click(details()->endButton());
    press(QStringLiteral("End the run"));
    QTRY_VERIFY_WITH_TIMEOUT(page_->banner()->summary().contains(QLatin1String("disk is full")), soon);
    f_->journal->failure.reset();
}

void TestReplaysPage::pictures_forLooking() {
    if (qEnvironmentVariableIsEmpty("SIGNALBOX_SHOTS"))
        QSKIP("SIGNALBOX_SHOTS names no folder");
    f_->fill(200);
    f_->addRun(f_->header(QStringLiteral("0a1b2c3d-finished")), 40, RunState::Finished);
    std::vector<qint64> all(36);
    std::iota(all.begin(), all.end(), 1);
    f_->mark(QStringLiteral("0a1b2c3d-finished"), all, ItemState::Removed);
    f_->mark(QStringLiteral("0a1b2c3d-finished"), {37, 38}, ItemState::Returned);
    f_->mark(QStringLiteral("0a1b2c3d-finished"), {39, 40}, ItemState::InDoubt);
    f_->addRun(f_->header(QStringLiteral("11111111-deleted"), RunKind::Delete), 12, RunState::Finished);
    f_->mark(QStringLiteral("11111111-deleted"), {1, 2, 3}, ItemState::Removed);
    f_->addRun(f_->header(QStringLiteral("22222222-open")), 60, RunState::Running);
    f_->mark(QStringLiteral("22222222-open"), {1, 2}, ItemState::Confirmed);
    f_->mark(QStringLiteral("22222222-open"), {3}, ItemState::Published);
    open();
    for (const ThemeMode mode : {ThemeMode::Light, ThemeMode::Dark}) {
        theme_->setMode(mode);
        const QString look = mode == ThemeMode::Light ? QStringLiteral("light") : QStringLiteral("dark");
        for (const QSize size : {QSize(1200, 720), QSize(1840, 1000)}) {
            page_->resize(size);
            for (const char* run : {"0a1b2c3d-finished", "11111111-deleted", "22222222-open"}) {
                page_->activate({{QStringLiteral("run"), QString::fromLatin1(run)}});
                QTRY_COMPARE(details()->run()->header.id, QString::fromLatin1(run));
                QTest::qWait(100);
                ConsoleFixture::shoot(*page_, QStringLiteral("replays-%1-%2-%3")
                                                  .arg(QString::fromLatin1(run).mid(9), look)
                                                  .arg(size.width()));
            }
        }
    }
}

QTEST_MAIN(TestReplaysPage)
#include "tst_replayspage.moc"
