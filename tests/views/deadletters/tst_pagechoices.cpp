// What the main page's actions mean: the queue that was asked for, the messages that are shown, the message
// in view.
#include "tests/views/deadletters/openpage.h"
#include "views/deadletters/deletedialog.h"
#include "views/deadletters/filterbar.h"
#include "views/deadletters/grouppane.h"
#include "views/deadletters/messagepane.h"
#include "views/deadletters/queuepane.h"
#include "views/deadletters/replaydialog.h"
#include "views/deadletters/scopebox.h"
#include "views/widgets/emptystate.h"
#include "views/widgets/messageview.h"
#include "views/widgets/searchline.h"

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QTabWidget>

using namespace signalbox;

class TestPageChoices : public QObject, private OpenPage {
    Q_OBJECT
private Q_SLOTS:
    void init() { prepare(); }
    void cleanup() { end(); }

    // As the palette and other pages do: the list may be narrowed to something else.
    void askedForByName_isShownAndChosen() {
        open();
        read();
        auto* pane = page_->queuePane();
        QVERIFY(!pane->allBox()->isChecked());
        QTRY_COMPARE_WITH_TIMEOUT(pane->table()->model()->rowCount(), 1, soon);
        page_->activate({{QStringLiteral("queue"), QStringLiteral("dead")}});
        QCOMPARE(pane->selected(), QStringLiteral("dead"));
        pane->search()->setText(QStringLiteral("dea"));
        page_->activate({{QStringLiteral("queue"), QStringLiteral("work")}});
        const auto marked = [&] {
            QStringList names;
            for (const QModelIndex& index : pane->table()->selectionModel()->selectedRows())
                names << index.data().toString();
            return names;
        };
        QCOMPARE(page_->headline(), QStringLiteral("work"));
        QCOMPARE(pane->selected(), QStringLiteral("work"));
        QCOMPARE(marked(), QStringList{QStringLiteral("work")});
        page_->board().refresh();
        QTRY_VERIFY_WITH_TIMEOUT(!page_->board().isLoading(), soon);
        QCOMPARE(marked(), QStringList{QStringLiteral("work")});

        page_->activate({{QStringLiteral("queue"), QStringLiteral("unheard")}}); // not listed
        pane->table()->setFocus();
        QTRY_VERIFY_WITH_TIMEOUT(!page_->board().isLoading(), soon);
        QCOMPARE(page_->headline(), QStringLiteral("unheard"));
        QCOMPARE(marked(), QStringList());
    }

    void noMessageFits_isNeverTakenForAll() {
        open();
        read();
        page_->filterBar()->setWhere(QStringLiteral("position = 99"));
        QTRY_COMPARE_WITH_TIMEOUT(rows(), 0, soon);
        page_->replay();
        auto* replay = opened<ReplayDialog>();
        QCOMPARE(replay->scopeBox()->currentText(), QStringLiteral("the 0 messages that fit the filter"));
        QTRY_COMPARE_WITH_TIMEOUT(replay->startReason(),
                                  QStringLiteral("There is no message to send: none fits the filter."), soon);
        QVERIFY(!replay->startButton()->isEnabled());
        closeDialog();
        page_->deleteMessages();
        auto* remove = opened<DeleteDialog>();
        QTRY_COMPARE_WITH_TIMEOUT(remove->deleteButton()->toolTip(),
                                  QStringLiteral("There is no message to delete: none fits the filter."),
                                  soon);
        QVERIFY(!remove->deleteButton()->isEnabled());
        QCOMPARE(remove->findChild<ScopeBox*>()->currentText(),
                 QStringLiteral("the 0 messages that fit the filter"));
        closeDialog();
    }

    void wrongFilter_plansNothingOfTheOneBefore() {
        open();
        read();
        page_->filterBar()->setWhere(QStringLiteral("position = 1"));
        QTRY_COMPARE_WITH_TIMEOUT(rows(), 1, soon);
        page_->filterBar()->setWhere(QStringLiteral("position > "));
        QVERIFY(!page_->filterBar()->whereLine()->problem().isEmpty());
        QSignalSpy errors(page_.get(), &Page::errorRaised);
        page_->replay();
        page_->deleteMessages();
        QCOMPARE(errors.count(), 2);
        QVERIFY(errors.first().first().value<Error>().summary.contains(QLatin1String("The filter is wrong")));
        QSignalSpy wentOn(page_.get(), &Page::wentOn);
        page_->filterBar()->setWhere(QStringLiteral("position > 1"));
        QVERIFY(wentOn.count() > 0);
    }

    void keyboardsMark_isNoSelection() {
        open();
        read();
        TableView* table = page_->messages()->table();
        // As F6 does into a list without a selection.
        table->selectionModel()->setCurrentIndex(table->model()->index(0, 0), QItemSelectionModel::NoUpdate);
        QTRY_VERIFY_WITH_TIMEOUT(page_->messagePane()->message().has_value(), soon);
        page_->filterBar()->setWhere(QStringLiteral("position < 3"));
        QTRY_COMPARE_WITH_TIMEOUT(page_->messages()->countText(), QStringLiteral("2 messages fit"), soon);
        QCOMPARE(table->currentIndex().row(), 0);
        QVERIFY(page_->messages()->selectedIds().empty());
        page_->replay();
        QCOMPARE(opened<ReplayDialog>()->scopeBox()->currentText(),
                 QStringLiteral("the 2 messages that fit the filter"));
        closeDialog();
        table->selectRow(0); // what was selected stays selected
        page_->filterBar()->setWhere(QStringLiteral("position = 1"));
        QTRY_COMPARE_WITH_TIMEOUT(page_->messages()->countText(),
                                  QStringLiteral("1 message fits · 1 selected"), soon);
    }

    void unknownReason_namesTheKnownOnes() {
        open();
        read();
        page_->filterBar()->setWhere(QStringLiteral("reason = overflow"));
        QTRY_COMPARE_WITH_TIMEOUT(rows(), 0, soon);
        const auto said = [this] {
            QStringList texts;
            for (const QLabel* label : page_->messages()->table()->emptyState()->findChildren<QLabel*>())
                texts << label->text();
            return texts.join(QLatin1Char('\n'));
        };
        QTRY_VERIFY2_WITH_TIMEOUT(said().contains(QLatin1String("maxlen (queue full)")), qPrintable(said()),
                                  soon);
        ConsoleFixture::shoot(*page_, QStringLiteral("page-unknown-reason"));
    }

    void pane_showsWhatIsSelectedNotWhereTheMarkStands() {
        open();
        read();
        TableView* table = page_->messages()->table();
        table->setFocus();
        table->setCurrentIndex(table->model()->index(0, 0));
        QTRY_COMPARE_WITH_TIMEOUT(page_->messagePane()->shownId(), page_->messages()->selectedIds().front(),
                                  soon);
        QTest::keyClick(table, Qt::Key_Down, Qt::ControlModifier);
        QCOMPARE(table->currentIndex().row(), 1);
        QTest::qWait(100); // longer than the pane waits before it follows a held key
        QCOMPARE(page_->messages()->selectedIds().size(), std::size_t{1});
        QCOMPARE(page_->messagePane()->shownId(), page_->messages()->selectedIds().front());
    }

    void wideWindow_givesTheGroupsTheirShare() {
        open();
        read();
        page_->messages()->table()->setCurrentIndex(page_->messages()->table()->model()->index(0, 0));
        QTRY_VERIFY_WITH_TIMEOUT(page_->messagePane()->message().has_value(), soon);
        page_->resize(700, 500); // as before the window has its size
        QCoreApplication::processEvents();
        page_->resize(1130, 740);
        QCoreApplication::processEvents();
        const int usual = page_->groupPane()->width();
        page_->messagePane()->view()->findChild<QTabWidget*>()->setCurrentIndex(1);
        QCoreApplication::processEvents();
        ConsoleFixture::shoot(*page_, QStringLiteral("page-1280"));
        page_->resize(1780, 1000);
        QCoreApplication::processEvents();
        ConsoleFixture::shoot(*page_, QStringLiteral("page-1920"));
        QVERIFY2(usual >= 230, qPrintable(QString::number(usual)));
        QVERIFY2(page_->groupPane()->width() >= 400,
                 qPrintable(QString::number(page_->groupPane()->width())));
    }

    void order_isSaidInWords() {
        open();
        read();
        QCOMPARE(page_->messages()->countText(), QStringLiteral("3 messages"));
        page_->messages()->table()->sortByColumn(static_cast<int>(Column::Size), Qt::DescendingOrder);
        QTRY_COMPARE_WITH_TIMEOUT(page_->messages()->countText(),
                                  QStringLiteral("3 messages · sorted by Size, descending"), soon);
        page_->messages()->table()->sortByColumn(static_cast<int>(Column::Position), Qt::AscendingOrder);
        QTRY_COMPARE_WITH_TIMEOUT(page_->messages()->countText(), QStringLiteral("3 messages"), soon);
    }

    void exportOfOne_speaksOfOne() {
        open();
        read();
        page_->filterBar()->setWhere(QStringLiteral("position = 2"));
        QTRY_COMPARE_WITH_TIMEOUT(rows(), 1, soon);
        const QString file = f_->folder.filePath(QStringLiteral("one.jsonl"));
        QSignalSpy said(page_.get(), &Page::statusMessage);
        page_->exportTo(file);
        QTRY_COMPARE_WITH_TIMEOUT(said.count(), 1, soon);
        QCOMPARE(said.first().first().toString(), QStringLiteral("1 message is in %1.").arg(file));
    }

    void reading_leavesTheFocusInTheList() {
        open();
        QVERIFY(QTest::qWaitForWindowActive(page_.get()));
        QTRY_VERIFY_WITH_TIMEOUT(page_->board().wasListed(), soon);
        page_->openQueue(QStringLiteral("dead"));
        auto* list = page_->messages()->table();
        QPushButton* button = page_->readingBar()->panel()->readButton();
        QTRY_VERIFY_WITH_TIMEOUT(button->isVisible() && button->isEnabled(), soon);
        button->setFocus();
        QTest::keyClick(button, Qt::Key_Space);
        QVERIFY(!button->isVisible());
        QTRY_COMPARE_WITH_TIMEOUT(rows(), 3, soon);
        QTRY_VERIFY_WITH_TIMEOUT(list->hasFocus(), soon);
        QTRY_VERIFY_WITH_TIMEOUT(page_->unfinishedWork().isEmpty(), soon);

        page_->readQueue(); // again, and not now
        QPushButton* notNow = page_->readingBar()->panel()->closeButton();
        QTRY_VERIFY_WITH_TIMEOUT(button->hasFocus(), soon); // the next key answers
        notNow->setFocus();
        QTest::keyClick(notNow, Qt::Key_Space);
        QVERIFY(list->hasFocus());

        page_->readQueue(); // who is elsewhere stays there
        QTRY_VERIFY_WITH_TIMEOUT(button->isVisible() && button->isEnabled(), soon);
        page_->queuePane()->search()->edit()->setFocus();
        button->click();
        QTRY_VERIFY_WITH_TIMEOUT(!page_->session()->isReading() && !page_->readingBar()->isAsking(), soon);
        QVERIFY(page_->queuePane()->search()->edit()->hasFocus());
    }

    void messageThatIsNotListed_isNotShown() {
        open();
        read();
        const auto* list = page_->messages()->table();
        const auto isShown = [&] { return page_->messagePane()->message().has_value(); };
        const auto mayEdit = [&] {
            const auto commands = page_->commands();
            const auto edit = std::find_if(commands.begin(), commands.end(), [](const Command& command) {
                return command.id == QLatin1String("deadletters.edit");
            });
            return edit->isEnabled();
        };
        page_->messages()->table()->setCurrentIndex(list->model()->index(0, 0));
        QTRY_VERIFY_WITH_TIMEOUT(isShown(), soon);
        QVERIFY(mayEdit());
        page_->filterBar()->setWhere(QStringLiteral("position = 2"));
        QTRY_VERIFY_WITH_TIMEOUT(!isShown(), soon);
        QCOMPARE(rows(), 1);
        QVERIFY(!mayEdit());
        QVERIFY(page_->messagePane()->view()->findChild<EmptyState*>()->isVisible());
        page_->filterBar()->setWhere(QStringLiteral("position < 3")); // it is among them again
        QTRY_VERIFY_WITH_TIMEOUT(isShown(), soon);
        QCOMPARE(page_->messagePane()->message()->body, QByteArray("message 1"));
        page_->filterBar()->setWhere(QStringLiteral("position = 99"));
        QTRY_VERIFY_WITH_TIMEOUT(!isShown(), soon);
        page_->filterBar()->clear();
        QTRY_VERIFY_WITH_TIMEOUT(isShown(), soon);

        // The other group: message 2 expired, 1 and 3 were rejected.
        QTRY_COMPARE_WITH_TIMEOUT(page_->groupPane()->model().rowCount(), 2, soon);
        const GroupModel& groups = page_->groupPane()->model();
        page_->groupPane()->selectGroup(groups.at(groups.at(0)->count == 1 ? 0 : 1)->id);
        QTRY_VERIFY_WITH_TIMEOUT(!isShown(), soon);
        ConsoleFixture::shoot(*page_, QStringLiteral("page-nomessage"));
    }
};

QTEST_MAIN(TestPageChoices)
#include "tst_pagechoices.moc"
