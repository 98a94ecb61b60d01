#include "tests/views/replay/openreplays.h"
#include "views/widgets/accessnote.h"
#include "views/widgets/environmentbadge.h"
#include "views/widgets/progressstrip.h"

#include <QHeaderView>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLocale>
#include <QToolButton>

using namespace signalbox;

class TestRunDetails : public QObject, private OpenReplays {
    Q_OBJECT
private Q_SLOTS:
    void init() { prepare(); }
    void cleanup() { end(); }
    void doubt_arrivedAsksWithTheNumberAndRemovesTheOriginals();
    void doubt_ofARestoreSpeaksOfNoOriginals();
    void doubt_showsMessageIdsAndWhy();
    void resume_ofARunThatAnotherProgramEnded_startsNothing();
    void restore_secondOneLeavesNoRunAndItsNoteGoes();
    void doubt_arrivedAsksBeforeTheRestIsSent();
    void doubt_notArrivedAsksThenSendsAgain();
    void doubt_choiceIsAboutTheChosenMessages();
    void doubt_leavesThemInTheQueue();
    void failed_withWorkLeftIsResumed();
    void stoppedBeforeTheDeliveryLimit_goesOnWhenItIsRaised();
    void running_pausesGoesOnAndCancels();
    void blocked_saysWhyAndGoesOnByItself();
    void unauthorized_saysWhyAndGoesOnByItself();
    void production_isReadOnlyUntilElevated();
    void notLinked_offersToConnect();
    void restore_sendsCopiesBackAndSaysUntilWhen();
    void export_writesEachMessageAsJsonLines();
    void export_writesCsvThatNoSpreadsheetRuns();
    void export_saysWhyItCannotWrite();
    void export_canBeCancelled();
    void everyQuestion_standsUnderTheColourOfItsConnection();
};

void TestRunDetails::doubt_arrivedAsksWithTheNumberAndRemovesTheOriginals() {
    f_->fill(2, 2);
    f_->addRun(f_->header(QStringLiteral("run-a")), 2, RunState::Finished);
    f_->mark(QStringLiteral("run-a"), {1, 2}, ItemState::InDoubt);
    f_->link(crm);
    open();
    QVERIFY(details()->doubtText().startsWith(QLatin1String("2 in doubt")));
    click(details()->button(DoubtChoice::TreatAsSent));
    QTRY_VERIFY(ConsoleFixture::answer(QStringLiteral("Cancel")));
    QStringList asked;
    for (const QLabel* label :
         ConsoleFixture::answer(QStringLiteral("Cancel"))->window()->findChildren<QLabel*>())
        asked << label->text();
    const QString all = asked.join(QLatin1Char('\n'));
    QVERIFY2(all.contains(QLatin1String("Remove the originals of 2 messages?")), qPrintable(all));
    QVERIFY2(all.contains(QLatin1String("copies are kept")), qPrintable(all));
    press(QStringLiteral("Cancel"));
    QCOMPARE(f_->numbersIn("dead"), QStringLiteral("1,2"));
    QCOMPARE(f_->journal->counts(QStringLiteral("run-a"))[ItemState::InDoubt], 2);
    click(details()->button(DoubtChoice::TreatAsSent));
    press(QStringLiteral("Remove the originals"));
    QTRY_COMPARE_WITH_TIMEOUT(f_->numbersIn("dead"), QString(), soon);
    QTRY_COMPARE_WITH_TIMEOUT(shownState(), QStringLiteral("finished"), soon);
    QCOMPARE(f_->numbersIn("work"), QString());
    QVERIFY(details()->doubtText().isEmpty());
}

// Nothing of such a run is in a queue, and nothing is removed.
void TestRunDetails::doubt_ofARestoreSpeaksOfNoOriginals() {
    const QString run = QStringLiteral("run-a");
    f_->fill(3);
    f_->addRun(f_->header(run, RunKind::Restore), 4, RunState::Running);
    f_->mark(run, {1}, ItemState::InDoubt);
    f_->mark(run, {2}, ItemState::Confirmed);
    f_->mark(run, {3, 4}, ItemState::Saved);
    f_->link(crm);
    open();
    QVERIFY2(details()->factsText().contains(QLatin1String("1 was sent already and is not sent again.")),
             qPrintable(details()->factsText()));
    QVERIFY(!details()->factsText().contains(QLatin1String("removed")));
    QCOMPARE(details()->button(DoubtChoice::TreatAsSent)->text(), QStringLiteral("They &arrived"));
    QVERIFY(!details()->button(DoubtChoice::Leave)->isVisible()); // in no queue
    click(details()->button(DoubtChoice::TreatAsSent));
    QTRY_VERIFY(ConsoleFixture::answer(QStringLiteral("Cancel")));
    QString asked;
    for (const QLabel* label :
         ConsoleFixture::answer(QStringLiteral("Cancel"))->window()->findChildren<QLabel*>())
        asked += label->text() + QLatin1Char('\n');
    QVERIFY2(asked.contains(QLatin1String("Take 1 message to have arrived?")), qPrintable(asked));
    QVERIFY2(asked.contains(QLatin1String("2 messages that are still to do are sent as well")),
             qPrintable(asked));
    press(QStringLiteral("Cancel"));
}

void TestRunDetails::doubt_showsMessageIdsAndWhy() {
    const QString run = QStringLiteral("run-a");
    f_->addRun(f_->header(run), 2, RunState::Finished);
    Message named = ConsoleFixture::message(1);
    named.properties.messageId = "order-4711";
    const SavedCopy copy{1, &named, {}, fingerprintOf(ConsoleFixture::message(1))};
    QVERIFY(f_->journal->saveCopies(run, std::span(&copy, 1), ItemState::Published).has_value());
    const qint64 one[] = {1};
    QVERIFY(f_->journal
                ->mark(run, one, ItemState::InDoubt,
                       QStringLiteral("the run was cut off before the broker answered"))
                .has_value());
    open();
    QTRY_COMPARE(details()->table()->model()->rowCount(), 2);
    const auto* header = details()->table()->horizontalHeader();
    QVERIFY(!header->isSectionHidden(RunItemModel::MessageId));
    QCOMPARE(details()->table()->model()->index(0, RunItemModel::MessageId).data().toString(),
             QStringLiteral("order-4711"));
    QTRY_VERIFY2(details()->doubtText().contains(
                     QLatin1String("1 in doubt: the run was cut off before the broker answered")),
                 qPrintable(details()->doubtText()));
    ConsoleFixture::shoot(*page_, QStringLiteral("run-doubt-ids"));
}

void TestRunDetails::resume_ofARunThatAnotherProgramEnded_startsNothing() {
    f_->fill(2);
    f_->addRun(f_->header(QStringLiteral("run-a")), 2, RunState::Running);
    f_->link(crm);
    open();
    QCOMPARE(shownState(), QStringLiteral("cut short"));
    const qint64 both[] = {1, 2};
    QVERIFY(f_->journal->mark(QStringLiteral("run-a"), both, ItemState::Cancelled, {}).has_value());
    QVERIFY(f_->journal->setRunState(QStringLiteral("run-a"), RunState::Cancelled, {}).has_value());
    click(details()->resumeButton());
    QTRY_COMPARE_WITH_TIMEOUT(shownState(), QStringLiteral("ended"), soon);
    QVERIFY2(page_->banner()->summary().contains(QLatin1String("ended meanwhile")),
             qPrintable(page_->banner()->summary()));
    QCOMPARE(f_->numbersIn("dead"), QStringLiteral("1,2"));
    QCOMPARE(f_->journal->run(QStringLiteral("run-a"))->state, RunState::Cancelled);
}

void TestRunDetails::restore_secondOneLeavesNoRunAndItsNoteGoes() {
    f_->addRun(f_->header(QStringLiteral("run-a"), RunKind::Delete), 2, RunState::Finished);
    f_->mark(QStringLiteral("run-a"), {1, 2}, ItemState::Removed);
    f_->link(crm);
    open();
    click(details()->restoreButton());
    press(QStringLiteral("Restore"));
    QTRY_COMPARE_WITH_TIMEOUT(f_->numbersIn("dead"), QStringLiteral("1,2"), soon);
    QTRY_VERIFY_WITH_TIMEOUT(f_->desk.jobs().empty(), soon);
    QTRY_COMPARE_WITH_TIMEOUT(page_->table()->model()->rowCount(), 2, soon);
    page_->activate({{QStringLiteral("run"), QStringLiteral("run-a")}});
    QTRY_VERIFY(details()->run() && details()->run()->header.id == QLatin1String("run-a"));
    QTRY_VERIFY(details()->canRestore());
    click(details()->restoreButton());
    press(QStringLiteral("Restore"));
    QTRY_VERIFY2_WITH_TIMEOUT(page_->banner()->isVisible() &&
                                  page_->banner()->summary().contains(QLatin1String("restored before")),
                              qPrintable(page_->banner()->summary()), soon);
    QCOMPARE(f_->journal->runs({}, 10)->size(), std::size_t{2});
    page_->table()->selectRow(page_->table()->currentIndex().row() == 0 ? 1 : 0); // the next thing
    QVERIFY(!page_->banner()->isVisible());
}

void TestRunDetails::doubt_arrivedAsksBeforeTheRestIsSent() {
    f_->fill(3, 3);
    f_->addRun(f_->header(QStringLiteral("run-a")), 3, RunState::Paused);
    f_->mark(QStringLiteral("run-a"), {1}, ItemState::InDoubt);
    f_->link(crm);
    open();
    click(details()->button(DoubtChoice::TreatAsSent));
    press(QStringLiteral("Cancel"));
    QCOMPARE(f_->journal->counts(QStringLiteral("run-a"))[ItemState::InDoubt], 1);
    QCOMPARE(f_->numbersIn("dead"), QStringLiteral("1,2,3"));
    click(details()->button(DoubtChoice::TreatAsSent));
    press(QStringLiteral("Remove and go on"));
    QTRY_COMPARE_WITH_TIMEOUT(f_->numbersIn("dead"), QString(), soon);
    QCOMPARE(f_->numbersIn("work"), QStringLiteral("2,3"));
}

void TestRunDetails::doubt_notArrivedAsksThenSendsAgain() {
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

void TestRunDetails::doubt_choiceIsAboutTheChosenMessages() {
    f_->fill(3, 3);
    f_->addRun(f_->header(QStringLiteral("run-a")), 3, RunState::Finished);
    f_->mark(QStringLiteral("run-a"), {1, 2, 3}, ItemState::InDoubt);
    f_->link(crm);
    open();
    QTRY_COMPARE(details()->table()->model()->rowCount(), 3);
    details()->table()->selectRow(1);
    click(details()->button(DoubtChoice::TreatAsSent));
    press(QStringLiteral("Remove the originals"));
    QTRY_COMPARE_WITH_TIMEOUT(f_->numbersIn("dead"), QStringLiteral("1,3"), soon);
    QTRY_VERIFY_WITH_TIMEOUT(details()->doubtText().startsWith(QLatin1String("2 in doubt")), soon);
}

void TestRunDetails::doubt_leavesThemInTheQueue() {
    f_->fill(1, 1);
    f_->addRun(f_->header(QStringLiteral("run-a")), 1, RunState::Finished);
    f_->mark(QStringLiteral("run-a"), {1}, ItemState::InDoubt);
    f_->link(crm);
    open();
    click(details()->button(DoubtChoice::Leave));
    press(QStringLiteral("Leave there")); // it cannot be taken back
    QTRY_VERIFY_WITH_TIMEOUT(details()->doubtText().isEmpty(), soon);
    QCOMPARE(f_->numbersIn("dead"), QStringLiteral("1"));
    QCOMPARE(f_->numbersIn("work"), QString());
    QVERIFY(f_->audit.lines().contains(QStringLiteral("replay.decide crm ok")));
}

void TestRunDetails::failed_withWorkLeftIsResumed() {
    f_->fill(2);
    f_->addRun(f_->header(QStringLiteral("run-a")), 2, RunState::Failed);
    f_->link(crm);
    open();
    QCOMPARE(shownState(), QStringLiteral("failed"));
    QVERIFY(details()->factsText().contains(QLatin1String("2 are still to do")));
    click(details()->resumeButton());
    QTRY_COMPARE_WITH_TIMEOUT(shownState(), QStringLiteral("finished"), soon);
    QCOMPARE(f_->numbersIn("work"), QStringLiteral("1,2"));
    QVERIFY(!details()->canResume());
}

void TestRunDetails::stoppedBeforeTheDeliveryLimit_goesOnWhenItIsRaised() {
    f_->fill(2);
    RunHeader header = f_->header(QStringLiteral("run-a"));
    header.deliveryLimit = header.deliveriesBefore = 3;
    f_->addRun(header, 2);
    f_->link(crm);
    const auto allow = [&](int limit) {
        QueueInfo queue;
        queue.ref = header.source;
        queue.type = QueueType::Quorum;
        queue.deliveryLimit = limit;
        f_->gateways.last->queueAnswers.insert_or_assign(queue.ref.name, Result<QueueInfo>(queue));
    };
    allow(3);
    open();
    click(details()->resumeButton());
    QTRY_COMPARE_WITH_TIMEOUT(shownState(), QStringLiteral("failed"), soon);
    QVERIFY2(details()->factsText().contains(QLatin1String("Raise the queue's delivery limit, then resume")),
             qPrintable(details()->factsText()));
    QCOMPARE(f_->broker.sourceOpens(), 0);
    allow(4);
    QTRY_VERIFY_WITH_TIMEOUT(details()->resumeButton()->isVisible(), soon);
    click(details()->resumeButton());
    QTRY_COMPARE_WITH_TIMEOUT(shownState(), QStringLiteral("finished"), soon);
    QCOMPARE(f_->numbersIn("work"), QStringLiteral("1,2"));
}

void TestRunDetails::running_pausesGoesOnAndCancels() {
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

void TestRunDetails::blocked_saysWhyAndGoesOnByItself() {
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

void TestRunDetails::unauthorized_saysWhyAndGoesOnByItself() {
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

void TestRunDetails::production_isReadOnlyUntilElevated() {
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

void TestRunDetails::notLinked_offersToConnect() {
    f_->addRun(f_->header(QStringLiteral("run-a")), 2, RunState::Running);
    open();
    QVERIFY(!details()->resumeButton()->isEnabled());
    auto* note = details()->findChild<AccessNote*>();
    QVERIFY(note->isVisible());
    QSignalSpy navigate(page_.get(), &Page::navigate);
    click(note->button());
    QCOMPARE(navigate.at(0).at(0).toString(), QStringLiteral("connect"));
}

void TestRunDetails::restore_sendsCopiesBackAndSaysUntilWhen() {
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

void TestRunDetails::export_writesEachMessageAsJsonLines() {
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

void TestRunDetails::export_writesCsvThatNoSpreadsheetRuns() {
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

void TestRunDetails::export_saysWhyItCannotWrite() {
    f_->addRun(f_->header(QStringLiteral("run-a")), 1, RunState::Finished);
    open();
    QTRY_VERIFY(details()->run());
    details()->exportTo(f_->folder.filePath(QStringLiteral("no/such/folder/run.jsonl")));
    QTRY_VERIFY_WITH_TIMEOUT(page_->banner()->isVisible(), soon);
    QVERIFY(page_->banner()->severity() == Severity::Error);
    QVERIFY(page_->banner()->summary().contains(QLatin1String("cannot be written")));
}

void TestRunDetails::export_canBeCancelled() {
    f_->addRun(f_->header(QStringLiteral("run-a")), 3, RunState::Finished);
    open();
    QTRY_VERIFY(details()->run());
    const QString name = f_->folder.filePath(QStringLiteral("run.jsonl"));
    details()->exportTo(name);
    QVERIFY(details()->exportStrip()->isVisibleTo(details()));
    details()->exportStrip()->cancelButton()->click();
    QTRY_VERIFY_WITH_TIMEOUT(page_->banner()->summary().contains(QLatin1String("no file was written")), soon);
    QVERIFY(!details()->exportStrip()->isVisibleTo(details()));
    QVERIFY(!QFile::exists(name));
    details()->exportTo(name); // the next one is not stopped by it
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(name), soon);
}

void TestRunDetails::everyQuestion_standsUnderTheColourOfItsConnection() {
    f_->addRun(f_->header(QStringLiteral("run-a")), 3, RunState::Running);
    open();
    QTRY_VERIFY(details()->run());
    QVERIFY(details()->badge()->isVisibleTo(details()));
    click(details()->endButton());
    QTRY_VERIFY(ConsoleFixture::answer(QStringLiteral("Cancel")));
    QWidget* question = ConsoleFixture::answer(QStringLiteral("Cancel"))->window();
    const auto* band = question->findChild<ConnectionBand*>();
    QVERIFY(band);
    QVERIFY(band->badge()->isVisible());
    ConsoleFixture::shoot(*question, QStringLiteral("question"));
    ConsoleFixture::shoot(*page_, QStringLiteral("run-details"));
    QCOMPARE(band->badge()->accessibleName(), details()->badge()->accessibleName());
    QTest::keyClick(question, Qt::Key_Return); // the default does nothing
    QTRY_VERIFY(!ConsoleFixture::answer(QStringLiteral("Cancel")));
    QVERIFY(details()->canEnd());
}

QTEST_MAIN(TestRunDetails)
#include "tst_rundetails.moc"
