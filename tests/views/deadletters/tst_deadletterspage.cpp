// The main page over a broker in memory: choosing a queue, what reading does, its messages, filters, dialogs.
#include "tests/views/deadletters/openpage.h"
#include "views/deadletters/deadletterspage.h"
#include "views/deadletters/deletedialog.h"
#include "views/deadletters/editdialog.h"
#include "views/deadletters/filterbar.h"
#include "views/deadletters/grouppane.h"
#include "views/deadletters/importdialog.h"
#include "views/deadletters/messagepane.h"
#include "views/deadletters/messagetable.h"
#include "views/deadletters/planpreview.h"
#include "views/deadletters/purgedialog.h"
#include "views/deadletters/queuepane.h"
#include "views/deadletters/readingbar.h"
#include "views/deadletters/replaydialog.h"
#include "views/widgets/columnsdialog.h"
#include "views/widgets/emptystate.h"
#include "views/widgets/errorbanner.h"
#include "views/widgets/searchline.h"
#include "views/widgets/tableview.h"
#include "views/widgets/theme.h"

#include <QCheckBox>
#include <QHeaderView>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>

using namespace signalbox;

class TestDeadLettersPage : public QObject, private OpenPage {
    Q_OBJECT
private Q_SLOTS:
    void init() { prepare(); }
    void cleanup() { end(); }

    void noQueue_saysWhatToDo() {
        open();
        QTRY_COMPARE_WITH_TIMEOUT(page_->emptyState()->headline(), QStringLiteral("Choose a queue"), soon);
        QVERIFY(page_->emptyState()->isVisible());
    }

    void choosing_saysWhatReadingDoesBeforeItTouches() {
        open();
        QTRY_VERIFY_WITH_TIMEOUT(page_->board().wasListed(), soon);
        page_->openQueue(QStringLiteral("dead"));
        QTRY_VERIFY_WITH_TIMEOUT(page_->readingBar()->isAsking(), soon);
        QCOMPARE(page_->headline(), QStringLiteral("dead"));
        QTRY_VERIFY_WITH_TIMEOUT(page_->session()->notice().has_value(), soon);
        QVERIFY(page_->session()->notice()->lines.join(u' ').contains(QLatin1String("given back")));
        for (const Message& message : f_->broker.contents("dead"))
            QVERIFY(!message.redelivered); // not touched yet
    }

    void reading_showsTheMessagesAndLeavesThem() {
        open();
        read();
        QCOMPARE(f_->numbersIn("dead"), QStringLiteral("1,2,3"));
        QVERIFY2(page_->messages()->countText().contains(QLatin1String("3 messages")),
                 qPrintable(page_->messages()->countText()));
        QTRY_COMPARE_WITH_TIMEOUT(page_->groupPane()->table()->model()->rowCount() > 0, true, soon);
    }

    void filter_narrowsAndAMistakeChangesNothing() {
        open();
        read();
        page_->filterBar()->setWhere(QStringLiteral("position = 2"));
        QTRY_COMPARE_WITH_TIMEOUT(rows(), 1, soon);
        page_->filterBar()->setWhere(QStringLiteral("position = ("));
        QCOMPARE(page_->filterBar()->whereText(), QStringLiteral("position = ("));
        QCOMPARE(rows(), 1); // the last filter that was right still stands
        page_->filterBar()->clear();
        QTRY_COMPARE_WITH_TIMEOUT(rows(), 3, soon);
    }

    void refresh_keepsTheSelection() {
        open();
        read();
        const auto* model = page_->messages()->table()->model();
        page_->messages()->table()->setCurrentIndex(model->index(1, 0));
        QTRY_VERIFY_WITH_TIMEOUT(page_->messages()->currentId() != 0, soon);
        const qint64 before = page_->messages()->currentId();
        f_->broker.put("dead", ConsoleFixture::message(4));
        page_->readQueue();
        QPushButton* button = page_->readingBar()->panel()->readButton();
        QTRY_VERIFY_WITH_TIMEOUT(button->isVisible() && button->isEnabled(), soon);
        button->click();
        QTRY_COMPARE_WITH_TIMEOUT(rows(), 4, soon);
        QTRY_COMPARE_WITH_TIMEOUT(page_->messages()->currentId(), before, soon);
    }

    void dialogs_openForTheirWork() {
        open();
        read();
        page_->replay();
        QVERIFY(opened<ReplayDialog>());
        closeDialog();
        page_->deleteMessages();
        QVERIFY(opened<DeleteDialog>());
        closeDialog();
        page_->purge();
        QTRY_VERIFY_WITH_TIMEOUT(opened<PurgeDialog>(), soon);
        closeDialog();
        page_->messages()->table()->setCurrentIndex(page_->messages()->table()->model()->index(0, 0));
        QTRY_VERIFY_WITH_TIMEOUT(page_->messagePane()->message().has_value(), soon);
        page_->editAndReplay();
        QTRY_VERIFY_WITH_TIMEOUT(opened<EditDialog>(), soon);
        closeDialog();
        QCOMPARE(f_->numbersIn("dead"), QStringLiteral("1,2,3"));
    }

    // Read by an earlier start, so that nothing was asked about the queue since this one: its delivery limit
    // counts all the same.
    void earlierReading_keepsToTheDeliveryLimit() {
        std::vector<SnapshotEntry> entries;
        for (int number = 1; number <= 3; ++number) {
            entries.push_back({ConsoleFixture::message(number), -1});
            entries.back().message.properties.headers =
                HeaderTable{{"x-delivery-count", HeaderValue::int64(2)}};
        }
        snapshots_->keepEarlier(entries);
        open();
        QTRY_VERIFY_WITH_TIMEOUT(page_->board().wasListed(), soon);
        QueueInfo queue = f_->gateways.last->queuesAnswer->queues.front();
        queue.type = QueueType::Quorum;
        queue.deliveryLimit = 3;
        f_->gateways.last->queueAnswers.emplace(QStringLiteral("dead"), queue);
        page_->openQueue(QStringLiteral("dead"));
        QTRY_COMPARE_WITH_TIMEOUT(rows(), 3, soon);
        page_->replay();
        QTRY_VERIFY_WITH_TIMEOUT(opened<ReplayDialog>()->preview()->banner()->isVisible(), soon);
        QVERIFY2(opened<ReplayDialog>()->preview()->banner()->summary().contains(
                     QLatin1String("used up their 3 deliveries")),
                 qPrintable(opened<ReplayDialog>()->preview()->banner()->summary()));
        QVERIFY(!opened<ReplayDialog>()->startButton()->isEnabled());
        closeDialog();
        page_->deleteMessages();
        QTRY_VERIFY_WITH_TIMEOUT(opened<DeleteDialog>()->preview()->banner()->isVisible(), soon);
        QVERIFY(!opened<DeleteDialog>()->deleteButton()->isEnabled());
        closeDialog();
    }

    void withoutManagement_aQueueIsOpenedByItsName() {
        f_->link(crm_);
        QueueListing& listing = *f_->gateways.last->queuesAnswer;
        const std::vector<QueueInfo> known = std::exchange(listing.queues, {});
        listing.fromManagement = false;
        listing.missing = QStringLiteral("Enable the management plug-in to see them all.");
        open(false);
        EmptyState* empty = page_->queuePane()->table()->emptyState();
        QTRY_COMPARE_WITH_TIMEOUT(empty->headline(), QStringLiteral("The list of queues is not known"), soon);
        page_->queuePane()->search()->setText(QStringLiteral("dead"));
        QTRY_COMPARE_WITH_TIMEOUT(empty->button()->text(), QStringLiteral("Open dead"), soon);
        listing.queues = known; // the broker tells about names that it is asked for
        empty->button()->click();
        QTRY_COMPARE_WITH_TIMEOUT(page_->queuePane()->selected(), QStringLiteral("dead"), soon);
        QCOMPARE(page_->board().find(QStringLiteral("dead"))->evidence.kind,
                 DeadLetterEvidence::Kind::Pinned);
    }

    void linkLostWhileListing_listsOverTheNextOne() {
        f_->link(crm_);
        f_->gateways.last->isSilent = true;
        open(false);
        QTRY_VERIFY_WITH_TIMEOUT(f_->gateways.last->wasAsked, soon);
        f_->registry.disconnect(crm_);
        QVERIFY(!page_->board().wasListed());
        f_->link(crm_);
        QTRY_VERIFY_WITH_TIMEOUT(page_->board().wasListed(), soon);
    }

    void exported_comesBackByteForByte() {
        open();
        read();
        const QString file = f_->folder.filePath(QStringLiteral("dead.jsonl"));
        QSignalSpy said(page_.get(), &Page::statusMessage);
        page_->exportTo(file);
        QTRY_VERIFY_WITH_TIMEOUT(!said.isEmpty(), soon);
        QVERIFY2(said.back().front().toString().contains(QLatin1String("3 messages are in")),
                 qPrintable(said.back().front().toString()));
        QFile written(file);
        QVERIFY(written.open(QIODevice::ReadOnly));
        QCOMPARE(written.readAll().count('\n'), 3);
        QCOMPARE(written.permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    }

    void import_showsADialogAndSendsNothing() {
        open();
        read();
        const QString file = f_->folder.filePath(QStringLiteral("dead.jsonl"));
        QSignalSpy said(page_.get(), &Page::statusMessage);
        page_->exportTo(file);
        QTRY_VERIFY_WITH_TIMEOUT(!said.isEmpty(), soon);
        page_->importFrom(file);
        QVERIFY(opened<ImportDialog>());
        QTRY_VERIFY_WITH_TIMEOUT(opened<ImportDialog>()->sendButton()->isEnabled(), soon);
        closeDialog();
        QVERIFY(f_->journal->runs({}, 10)->empty());
        QCOMPARE(f_->numbersIn("dead"), QStringLiteral("1,2,3"));
    }

    void columns_areChosenByKeysAndRemembered() {
        open();
        read();
        auto* table = page_->messages()->table();
        auto* header = table->horizontalHeader();
        const int position = header->logicalIndex(0);
        const int second = header->logicalIndex(1);
        const auto all = page_->commands();
        const auto command = std::find_if(all.begin(), all.end(), [](const Command& each) {
            return each.id == QLatin1String("deadletters.columns");
        });
        QVERIFY(command != all.end() && command->isEnabled() && !command->shortcut.isEmpty());
        command->run();
        auto* dialog = opened<ColumnsDialog>();
        QVERIFY(dialog);
        QVERIFY(QTest::qWaitForWindowActive(dialog));
        QTRY_VERIFY_WITH_TIMEOUT(dialog->list()->hasFocus(), soon);
        const auto key = [dialog](Qt::Key what, Qt::KeyboardModifiers with = {}) {
            QTest::keyClick(dialog->focusWidget(), what, with);
        };
        key(Qt::Key_Home);
        key(Qt::Key_D, Qt::AltModifier);
        QCOMPARE(header->sortIndicatorSection(), position);
        QCOMPARE(header->sortIndicatorOrder(), Qt::DescendingOrder);
        QTRY_COMPARE_WITH_TIMEOUT(table->cellText(table->model()->index(0, position)), QStringLiteral("3"),
                                  soon);
        key(Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(header->logicalIndex(0), second);
        QCOMPARE(header->logicalIndex(1), position);
        key(Qt::Key_Up); // the column moved is the current one: this is the one that took its place
        key(Qt::Key_Space);
        QVERIFY(header->isSectionHidden(second));
        page_.reset(); // as after a restart
        open();
        header = page_->messages()->table()->horizontalHeader();
        QCOMPARE(header->logicalIndex(0), second);
        QVERIFY(header->isSectionHidden(second));
        QCOMPARE(header->sortIndicatorSection(), position);
        QCOMPARE(header->sortIndicatorOrder(), Qt::DescendingOrder);
    }

    void columns_resetByKeysAndTheLastOneStays() {
        open();
        read();
        auto* table = page_->messages()->table();
        auto* header = table->horizontalHeader();
        page_->chooseColumns();
        auto* dialog = opened<ColumnsDialog>();
        QVERIFY(dialog && QTest::qWaitForWindowActive(dialog));
        QTRY_VERIFY_WITH_TIMEOUT(dialog->list()->hasFocus(), soon);
        QTest::keyClick(dialog->focusWidget(), Qt::Key_Home);
        QTest::keyClick(dialog->focusWidget(), Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(header->logicalIndex(0), 1);
        for (int row = 0; row < dialog->list()->count(); ++row) {
            dialog->list()->setCurrentRow(row);
            if (dialog->list()->item(row)->checkState() == Qt::Checked)
                QTest::keyClick(dialog->focusWidget(), Qt::Key_Space);
        }
        QCOMPARE(header->count() - header->hiddenSectionCount(), 1);
        QTest::keyClick(dialog->focusWidget(), Qt::Key_A, Qt::AltModifier);
        QCOMPARE(header->sortIndicatorSection(), dialog->list()->currentItem()->data(Qt::UserRole).toInt());
        QTest::keyClick(dialog->focusWidget(), Qt::Key_R, Qt::AltModifier);
        QCOMPARE(header->logicalIndex(0), 0);
        QCOMPARE(header->sortIndicatorSection(), 0);
        QCOMPARE(header->hiddenSectionCount(), 8);
        QTest::keyClick(dialog->focusWidget(), Qt::Key_Escape);
        QTRY_VERIFY_WITH_TIMEOUT(!page_->openedDialog(), soon);
    }

    void restart_keepsFilterWordsGroupAndColumnsOfEachQueue() {
        open();
        page_->queuePane()->allBox()->setChecked(true);
        read();
        page_->filterBar()->setWhere(QStringLiteral("position > 1"));
        page_->filterBar()->textLine()->setText(QStringLiteral("message"));
        QTRY_COMPARE_WITH_TIMEOUT(page_->groupPane()->model().rowCount(), 2, soon);
        const auto* rejected = page_->groupPane()->model().at(0);
        if (rejected->count != 2)
            rejected = page_->groupPane()->model().at(1);
        const QByteArray signature = rejected->signature;
        page_->groupPane()->selectGroup(rejected->id);
        QTRY_COMPARE_WITH_TIMEOUT(rows(), 1, soon);
        auto* table = page_->messages()->table();
        table->horizontalHeader()->moveSection(0, 2);
        table->showColumn(1, false);
        table->sortByColumn(0, Qt::DescendingOrder);
        const auto isBack = [&] {
            return page_->filterBar()->whereText() == QLatin1String("position > 1") &&
                   page_->filterBar()->text() == QLatin1String("message") &&
                   page_->groupPane()->selectedGroup().has_value() &&
                   page_->groupPane()->chosenSignature() == signature && rows() == 1;
        };
        QTRY_VERIFY_WITH_TIMEOUT(isBack(), soon); // sorting asks again

        page_->openQueue(QStringLiteral("work")); // has none of it
        QVERIFY(page_->filterBar()->isEmpty() && page_->filterBar()->whereText().isEmpty());
        QVERIFY(page_->groupPane()->chosenSignature().isEmpty());
        page_->openQueue(QStringLiteral("dead"));
        QTRY_VERIFY_WITH_TIMEOUT(isBack(), soon);

        page_.reset();
        open();
        QTRY_COMPARE_WITH_TIMEOUT(page_->headline(), QStringLiteral("dead"), soon);
        QTRY_VERIFY_WITH_TIMEOUT(isBack(), soon);
        QCOMPARE(page_->queuePane()->selected(), QStringLiteral("dead"));
        const auto* header = page_->messages()->table()->horizontalHeader();
        QCOMPARE(header->visualIndex(0), 2);
        QVERIFY(header->isSectionHidden(1));
        QCOMPARE(header->sortIndicatorSection(), 0);
        QCOMPARE(header->sortIndicatorOrder(), Qt::DescendingOrder);

        page_->filterBar()->clear();
        page_->groupPane()->selectGroup(std::nullopt);
        QTRY_COMPARE_WITH_TIMEOUT(rows(), 3, soon);
        page_.reset();
        open();
        QTRY_COMPARE_WITH_TIMEOUT(rows(), 3, soon);
        QVERIFY(page_->filterBar()->isEmpty());
    }

    void notConnected_saysConnect() {
        open(false);
        page_->openQueue(QStringLiteral("dead"));
        QTRY_COMPARE_WITH_TIMEOUT(page_->emptyState()->headline(),
                                  QStringLiteral("This queue was never read"), soon);
    }
};

QTEST_MAIN(TestDeadLettersPage)
#include "tst_deadletterspage.moc"
