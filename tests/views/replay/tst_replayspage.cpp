#include "tests/views/shell/consolefixture.h"
#include "views/replay/replayspage.h"
#include "views/replay/rundetails.h"
#include "views/widgets/accessnote.h"
#include "views/widgets/emptystate.h"
#include "views/widgets/errorbanner.h"
#include "views/widgets/progressstrip.h"
#include "views/widgets/searchline.h"
#include "views/widgets/tableview.h"
#include "views/widgets/theme.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QToolButton>
#include <numeric>

using namespace signalbox;

namespace {

const QString crm = QStringLiteral("crm");
constexpr int soon = 20000; // waits for threads, never a measure of speed

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

class TestReplaysPage : public QObject {
    Q_OBJECT

    std::unique_ptr<ConsoleFixture> f_;
    std::unique_ptr<Theme> theme_;
    std::unique_ptr<ReplaysPage> page_;

    void open() {
        page_ = std::make_unique<ReplaysPage>(f_->context);
        page_->resize(1280, 800);
        QSignalSpy loaded(page_.get(), &ReplaysPage::loaded);
        page_->show();
        QVERIFY(loaded.wait(soon));
    }
    RunDetails* details() const { return page_->details(); }
    QString shownState(int row = 0) const { return page_->table()->model()->index(row, 5).data().toString(); }
    static void click(QAbstractButton* button) {
        QVERIFY(button && button->isVisible() && button->isEnabled());
        button->click();
    }
    static void press(const QString& answer) {
        QTRY_VERIFY(ConsoleFixture::answer(answer));
        ConsoleFixture::answer(answer)->click();
    }
    QString hintOf(const char* id) const {
        for (const Command& command : page_->commands()) {
            if (command.id == QLatin1String(id))
                return command.isEnabled() ? QStringLiteral("can be done") : command.hint;
        }
        return QStringLiteral("no such command");
    }

private Q_SLOTS:
    void init();
    void cleanup();
    void emptyHistory_saysWhatToDoNext();
    void history_showsWhoWhenFromToAndOutcome();
    void history_showsOutcomeOfEachMessage();
    void search_narrowsSaysSoAndClears();
    void cutShort_isOfferedAndResumedWithoutSendingTwice();
    void cutShort_endsAfterAsking();
    void doubt_arrivedRemovesTheOriginals();
    void doubt_notArrivedAsksThenSendsAgain();
    void doubt_choiceIsAboutTheChosenMessages();
    void doubt_leavesThemInTheQueue();
    void running_pausesGoesOnAndCancels();
    void blocked_saysWhyAndGoesOnByItself();
    void unauthorized_saysWhyAndGoesOnByItself();
    void production_isReadOnlyUntilElevated();
    void notLinked_offersToConnect();
    void restore_sendsCopiesBackAndSaysUntilWhen();
    void export_writesEachMessageAsJsonLines();
    void export_writesCsvThatNoSpreadsheetRuns();
    void export_saysWhyItCannotWrite();
    void commands_sayWhyNot();
    void hostileNames_stayPlainText();
    void journalFailure_isToldWithAWayToTryAgain();
    void pictures_forLooking();
};

void TestReplaysPage::init() {
    f_ = std::make_unique<ConsoleFixture>();
    theme_ = std::make_unique<Theme>(f_->settings);
    f_->addConnection(crm);
}

void TestReplaysPage::cleanup() {
    page_.reset();
    f_.reset();
    theme_.reset();
}

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
    QVERIFY(rowText(*details()->table(), 2).contains(QLatin1String("somebody else took it")));
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
                             "3 are still to do", "1 were sent without an answer"})
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

void TestReplaysPage::doubt_arrivedRemovesTheOriginals() {
    f_->fill(2, 2);
    f_->addRun(f_->header(QStringLiteral("run-a")), 2, RunState::Finished);
    f_->mark(QStringLiteral("run-a"), {1, 2}, ItemState::InDoubt);
    f_->link(crm);
    open();
    QVERIFY(details()->doubtText().startsWith(QLatin1String("2 in doubt")));
    click(details()->button(DoubtChoice::TreatAsSent));
    QTRY_COMPARE_WITH_TIMEOUT(f_->numbersIn("dead"), QString(), soon);
    QTRY_COMPARE_WITH_TIMEOUT(shownState(), QStringLiteral("finished"), soon);
    QCOMPARE(f_->numbersIn("work"), QString());
    QVERIFY(details()->doubtText().isEmpty());
}

void TestReplaysPage::doubt_notArrivedAsksThenSendsAgain() {
    f_->fill(2, 2);
    f_->addRun(f_->header(QStringLiteral("run-a")), 2, RunState::Finished);
    f_->mark(QStringLiteral("run-a"), {1, 2}, ItemState::InDoubt);
    f_->link(crm);
    open();
    click(details()->button(DoubtChoice::SendAgain));
    press(QStringLiteral("Cancel"));
    QCOMPARE(f_->journal->counts(QStringLiteral("run-a"))[ItemState::InDoubt], 2);
    click(details()->button(DoubtChoice::SendAgain));
    press(QStringLiteral("Send again"));
    QTRY_COMPARE_WITH_TIMEOUT(shownState(), QStringLiteral("finished"), soon);
    QCOMPARE(f_->numbersIn("work"), QStringLiteral("1,2"));
    QCOMPARE(f_->numbersIn("dead"), QString());
}

void TestReplaysPage::doubt_choiceIsAboutTheChosenMessages() {
    f_->fill(3, 3);
    f_->addRun(f_->header(QStringLiteral("run-a")), 3, RunState::Finished);
    f_->mark(QStringLiteral("run-a"), {1, 2, 3}, ItemState::InDoubt);
    f_->link(crm);
    open();
    QTRY_COMPARE(details()->table()->model()->rowCount(), 3);
    details()->table()->selectRow(1);
    click(details()->button(DoubtChoice::TreatAsSent));
    QTRY_COMPARE_WITH_TIMEOUT(f_->numbersIn("dead"), QStringLiteral("1,3"), soon);
    QTRY_VERIFY_WITH_TIMEOUT(details()->doubtText().startsWith(QLatin1String("2 in doubt")), soon);
}

void TestReplaysPage::doubt_leavesThemInTheQueue() {
    f_->fill(1, 1);
    f_->addRun(f_->header(QStringLiteral("run-a")), 1, RunState::Finished);
    f_->mark(QStringLiteral("run-a"), {1}, ItemState::InDoubt);
    f_->link(crm);
    open();
    click(details()->button(DoubtChoice::Leave));
    QTRY_VERIFY_WITH_TIMEOUT(details()->doubtText().isEmpty(), soon);
    QCOMPARE(f_->numbersIn("dead"), QStringLiteral("1"));
    QCOMPARE(f_->numbersIn("work"), QString());
    QVERIFY(f_->audit.lines().contains(QStringLiteral("replay.decide crm ok")));
}

void TestReplaysPage::running_pausesGoesOnAndCancels() {
    f_->fill(50);
    f_->addRun(f_->header(QStringLiteral("run-a")), 50);
    f_->broker.withholdConfirms = true; // so that it cannot end before the keys are pressed
    f_->link(crm);
    open();
    QCOMPARE(shownState(), QStringLiteral("not started"));
    click(details()->resumeButton());
    QTRY_VERIFY_WITH_TIMEOUT(details()->strip()->isVisible(), soon);
    QVERIFY(!page_->unfinishedWork().isEmpty());
    click(details()->strip()->pauseButton());
    QTRY_COMPARE_WITH_TIMEOUT(shownState(), QStringLiteral("paused"), soon);
    QVERIFY(details()->strip()->text().contains(QLatin1String("paused")));
    click(details()->strip()->pauseButton());
    QTRY_VERIFY_WITH_TIMEOUT(shownState() != QLatin1String("paused"), soon);
    click(details()->strip()->cancelButton());
    f_->broker.withholdConfirms = false;
    QTRY_VERIFY_WITH_TIMEOUT(
        shownState().startsWith(QLatin1String("ended")) || shownState() == QLatin1String("finished"), soon);
    QVERIFY(!details()->strip()->isVisible());
    QVERIFY(page_->unfinishedWork().isEmpty());
}

void TestReplaysPage::blocked_saysWhyAndGoesOnByItself() {
    f_->fill(5);
    f_->addRun(f_->header(QStringLiteral("run-a")), 5);
    f_->broker.setBlocked(true);
    f_->link(crm);
    open();
    click(details()->resumeButton());
    QTRY_COMPARE_WITH_TIMEOUT(shownState(), QStringLiteral("waiting for the broker"), soon);
    QVERIFY2(details()->factsText().contains(QLatin1String("low on memory")),
             qPrintable(details()->factsText()));
    QVERIFY(details()->factsText().contains(QLatin1String("goes on by itself")));
    f_->broker.setBlocked(false);
    QTRY_COMPARE_WITH_TIMEOUT(shownState(), QStringLiteral("finished"), soon);
    QCOMPARE(f_->numbersIn("work"), QStringLiteral("1,2,3,4,5"));
}

void TestReplaysPage::unauthorized_saysWhyAndGoesOnByItself() {
    f_->fill(40);
    f_->addRun(f_->header(QStringLiteral("run-a")), 40);
    std::atomic<bool> refused = false;
    std::atomic<bool> once = false;
    f_->broker.openError = [&refused] {
        return refused
                   ? Error{ErrorKind::NotAuthenticated, QStringLiteral("The broker refused the login."), {}}
                   : Error{};
    };
    f_->broker.onReceive = [&] {
        if (!once.exchange(true)) {
            refused = true;
            f_->broker.breakLinks();
        }
    };
    f_->link(crm);
    open();
    click(details()->resumeButton());
    QTRY_COMPARE_WITH_TIMEOUT(shownState(), QStringLiteral("waiting for the broker"), soon);
    QTRY_VERIFY2_WITH_TIMEOUT(details()->factsText().contains(QLatin1String("refused the login")),
                              qPrintable(details()->factsText()), soon);
    QVERIFY(details()->factsText().contains(QLatin1String("goes on by itself")));
    refused = false;
    QTRY_VERIFY_WITH_TIMEOUT(!f_->desk.job(QStringLiteral("run-a")), 3 * soon);
    auto counts = f_->journal->counts(QStringLiteral("run-a"));
    QCOMPARE(counts[ItemState::Removed] + counts[ItemState::InDoubt], 40);
    QTRY_VERIFY(shownState() == QLatin1String("finished") || shownState() == QLatin1String("in doubt"));
}

void TestReplaysPage::production_isReadOnlyUntilElevated() {
    f_->connections.saved.clear();
    f_->addConnection(crm, Environment::Production);
    f_->fill(2);
    f_->addRun(f_->header(QStringLiteral("run-a")), 2, RunState::Running);
    f_->link(crm);
    open();
    QVERIFY(!details()->resumeButton()->isEnabled());
    auto* note = details()->findChild<AccessNote*>();
    QVERIFY(note && note->isVisible());
    QVERIFY2(note->text().contains(QLatin1String("read-only")), qPrintable(note->text()));
    QSignalSpy navigate(page_.get(), &Page::navigate);
    click(note->button());
    QCOMPARE(navigate.at(0).at(0).toString(), QStringLiteral("elevate"));
    QVERIFY(f_->registry.elevate(crm, QStringLiteral("mending orders"), 15).has_value());
    QVERIFY(details()->resumeButton()->isEnabled());
    QVERIFY(!note->isVisible());
    click(details()->resumeButton());
    QTRY_COMPARE_WITH_TIMEOUT(shownState(), QStringLiteral("finished"), soon);
    QCOMPARE(f_->numbersIn("work"), QStringLiteral("1,2"));
}

void TestReplaysPage::notLinked_offersToConnect() {
    f_->addRun(f_->header(QStringLiteral("run-a")), 2, RunState::Running);
    open();
    QVERIFY(!details()->resumeButton()->isEnabled());
    auto* note = details()->findChild<AccessNote*>();
    QVERIFY(note->isVisible());
    QSignalSpy navigate(page_.get(), &Page::navigate);
    click(note->button());
    QCOMPARE(navigate.at(0).at(0).toString(), QStringLiteral("connect"));
}

void TestReplaysPage::restore_sendsCopiesBackAndSaysUntilWhen() {
    f_->addRun(f_->header(QStringLiteral("run-a"), RunKind::Delete), 3, RunState::Finished);
    f_->mark(QStringLiteral("run-a"), {1, 2, 3}, ItemState::Removed);
    f_->link(crm);
    open();
    RunRecord ended = *details()->run();
    ended.endedAt = f_->clock.now();
    details()->present(ended, false);
    const QString until = QLocale().toString(QDate(2024, 3, 31), QLocale::ShortFormat);
    QVERIFY2(details()->factsText().contains(QStringLiteral("copies kept until ") + until),
             qPrintable(details()->factsText()));
    click(details()->restoreButton());
    press(QStringLiteral("Restore"));
    QTRY_COMPARE_WITH_TIMEOUT(f_->numbersIn("dead"), QStringLiteral("1,2,3"), soon);
    QTRY_COMPARE_WITH_TIMEOUT(page_->table()->model()->rowCount(), 2, soon);
    QTRY_VERIFY(details()->run()->header.kind == RunKind::Restore);
}

void TestReplaysPage::export_writesEachMessageAsJsonLines() {
    f_->addRun(f_->header(QStringLiteral("run-a")), 3, RunState::Finished);
    f_->mark(QStringLiteral("run-a"), {1, 2}, ItemState::Removed);
    open();
    const QString name = f_->folder.filePath(QStringLiteral("run.jsonl"));
    QTRY_VERIFY(details()->run());
    details()->exportTo(name);
    QTRY_VERIFY_WITH_TIMEOUT(page_->banner()->summary().contains(QLatin1String("3 messages")), soon);
    QFile file(name);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QList<QByteArray> lines = file.readAll().trimmed().split('\n');
    QCOMPARE(lines.size(), 4);
    const QJsonObject run = QJsonDocument::fromJson(lines.at(0)).object();
    QCOMPARE(run.value(QStringLiteral("run")).toString(), QStringLiteral("run-a"));
    QCOMPARE(run.value(QStringLiteral("actor")).toString(), QStringLiteral("bob@ops"));
    QCOMPARE(run.value(QStringLiteral("queue")).toString(), QStringLiteral("dead"));
    const QJsonObject last = QJsonDocument::fromJson(lines.at(3)).object();
    QCOMPARE(last.value(QStringLiteral("number")).toInt(), 3);
    QCOMPARE(last.value(QStringLiteral("state")).toString(), itemStateWord(ItemState::Planned));
}

void TestReplaysPage::export_writesCsvThatNoSpreadsheetRuns() {
    f_->addRun(f_->header(QStringLiteral("run-a")), 1, RunState::Finished);
    const qint64 one[] = {1};
    QVERIFY(f_->journal
                ->mark(QStringLiteral("run-a"), one, ItemState::Rejected,
                       QStringLiteral("=cmd|'/c calc',\"quoted\""))
                .has_value());
    open();
    const QString name = f_->folder.filePath(QStringLiteral("run.csv"));
    QTRY_VERIFY(details()->run());
    details()->exportTo(name);
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(name), soon);
    QFile file(name);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray text = file.readAll();
    QVERIFY2(text.contains("\"'=cmd|'/c calc',\"\"quoted\"\"\""), text.constData());
}

void TestReplaysPage::export_saysWhyItCannotWrite() {
    f_->addRun(f_->header(QStringLiteral("run-a")), 1, RunState::Finished);
    open();
    QTRY_VERIFY(details()->run());
    details()->exportTo(f_->folder.filePath(QStringLiteral("no/such/folder/run.jsonl")));
    QTRY_VERIFY_WITH_TIMEOUT(page_->banner()->isVisible(), soon);
    QVERIFY(page_->banner()->severity() == Severity::Error);
    QVERIFY(page_->banner()->summary().contains(QLatin1String("cannot be written")));
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
