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
#include "views/widgets/searchline.h"

#include <QCheckBox>

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
};

QTEST_MAIN(TestPageChoices)
#include "tst_pagechoices.moc"
