// The plan of a replay as a person sees it: what would be sent, why it cannot start, and what starting does.
#include "tests/views/deadletters/openscene.h"
#include "views/deadletters/orderbox.h"
#include "views/deadletters/planmodel.h"
#include "views/deadletters/planpreview.h"
#include "views/deadletters/replaychoices.h"
#include "views/deadletters/replaydialog.h"
#include "views/widgets/emptystate.h"
#include "views/widgets/errorbanner.h"
#include "views/widgets/progressstrip.h"
#include "views/widgets/tableview.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QLabel>
#include <QLineEdit>
#include <QRadioButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSemaphore>
#include <QSpinBox>
#include <QToolButton>

using namespace signalbox;

class TestReplayDialog : public QObject, private OpenScene {
    Q_OBJECT
    std::unique_ptr<ReplayDialog> dialog_;

    void open(PlanScene about) {
        dialog_ = std::make_unique<ReplayDialog>(f_->context, std::move(about));
        dialog_->show();
    }
    void choose(const QString& queue) {
        dialog_->choices()->destinationButton(ReplayDestination::Kind::Queue)->click();
        dialog_->choices()->queueEdit()->setText(queue);
    }
    QString button() const { return dialog_->startButton()->text(); }

    void verifyFindingsAreInSight() {
        const auto* findings = dialog_->preview()->findChild<QScrollArea*>();
        QVERIFY(findings);
        QTRY_COMPARE(findings->verticalScrollBar()->maximum(), 0);
        const auto labels = findings->findChildren<QLabel*>();
        QVERIFY(!labels.isEmpty());
        for (const QLabel* label : labels)
            QTRY_COMPARE(label->visibleRegion().boundingRect(), label->rect());
    }

private Q_SLOTS:
    void init() { prepare(); }
    void cleanup() {
        dialog_.reset();
        end();
    }

    void plan_saysWhatWouldBeSent() {
        open(scene());
        choose(QStringLiteral("work"));
        QTRY_VERIFY_WITH_TIMEOUT(dialog_->startButton()->isEnabled(), soon);
        QVERIFY2(button().contains(QLatin1String("Replay 3 messages")), qPrintable(button()));
        QCOMPARE(dialog_->preview()->totals(), QStringLiteral("3 messages can be sent"));
        verifyFindingsAreInSight();
        QCOMPARE(dialog_->preview()->table()->model()->rowCount(), 3);
        ConsoleFixture::shoot(*dialog_, QStringLiteral("replay-plan"));
        const TableView* table = dialog_->preview()->table();
        const QModelIndex details = table->model()->index(0, table->model()->columnCount() - 1);
        QVERIFY(table->viewport()->rect().contains(table->visualRect(details)));
        QVERIFY(!details.data().toString().isEmpty());
        // A dry run sends nothing.
        QCOMPARE(inDead(), QStringLiteral("1,2,3"));
        QVERIFY(inWork().isEmpty());
        QVERIFY(f_->journal->runs({}, 10)->empty());
    }

    void start_sendsAndRemoves() {
        open(scene());
        choose(QStringLiteral("work"));
        QTRY_VERIFY_WITH_TIMEOUT(dialog_->startButton()->isEnabled(), soon);
        QSignalSpy started(dialog_.get(), &ReplayDialog::started);
        QTest::keyClick(dialog_.get(), Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE_WITH_TIMEOUT(started.count(), 1, soon);
        QTRY_COMPARE_WITH_TIMEOUT(inWork(), QStringLiteral("1,2,3"), soon);
        QTRY_VERIFY_WITH_TIMEOUT(inDead().isEmpty(), soon);
        QVERIFY(!dialog_->isVisible());
    }

    void start_canBeCancelledWhileThePlanIsWritten() {
        open(scene());
        choose(QStringLiteral("work"));
        QTRY_VERIFY_WITH_TIMEOUT(dialog_->startButton()->isEnabled(), soon);
        QSemaphore goOn;
        f_->world->script = [&goOn](const QByteArray& call, int) {
            if (call == "addItems")
                goOn.acquire();
            return Trouble::None;
        };
        dialog_->startButton()->click();
        ProgressStrip* strip = dialog_->preview()->progress();
        QTRY_VERIFY(strip->isVisible());
        QCOMPARE(dialog_->startReason(), QStringLiteral("Writing the plan into the journal…"));
        strip->cancelButton()->click();
        goOn.release();
        QTRY_VERIFY_WITH_TIMEOUT(dialog_->startButton()->isEnabled(), soon);
        QVERIFY2(dialog_->preview()->banner()->summary().contains(QLatin1String("Cancelled before")),
                 qPrintable(dialog_->preview()->banner()->summary()));
        QVERIFY(!strip->isVisible());
        QCOMPARE(inDead(), QStringLiteral("1,2,3"));
        f_->world->script = {};
        dialog_->startButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(inWork(), QStringLiteral("1,2,3"), soon);
    }

    void selection_isAllThatGoes() {
        open(sceneOf({2}));
        choose(QStringLiteral("work"));
        QTRY_VERIFY_WITH_TIMEOUT(dialog_->startButton()->isEnabled(), soon);
        QVERIFY2(button().contains(QLatin1String("Replay 1 message")), qPrintable(button()));
        dialog_->startButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(inWork(), QStringLiteral("2"), soon);
        QTRY_COMPARE_WITH_TIMEOUT(inDead(), QStringLiteral("1,3"), soon);
    }

    void order_isThatOfTheRunAndOfItsLimit() {
        PlanScene about = scene();
        about.choice.query.sort = Column::MessageId;
        about.choice.query.descending = true;
        open(about);
        choose(QStringLiteral("work"));
        OrderBox* order = dialog_->choices()->orderBox();
        QCOMPARE(order->currentText(), QStringLiteral("as in the queue"));
        QCOMPARE(order->itemText(order->count() - 1), QStringLiteral("as listed: Message id, Z to A"));
        // The keyboard goes through the fields as they stand on the screen.
        QList<QSpinBox*> behind;
        for (QWidget* next = order->nextInFocusChain(); next != order; next = next->nextInFocusChain()) {
            if (auto* number = qobject_cast<QSpinBox*>(next))
                behind << number;
        }
        QCOMPARE(behind.size(), 2); // rate and limit
        QCOMPARE(behind.at(1), dialog_->choices()->limitBox());
        QWidget* before = order->previousInFocusChain();
        while (before->focusPolicy() == Qt::NoFocus)
            before = before->previousInFocusChain();
        QCOMPARE(before, dialog_->choices()->expirationBox());
        order->choose({Column::Position, true});
        dialog_->choices()->limitBox()->setValue(2);
        QTRY_VERIFY_WITH_TIMEOUT(dialog_->startButton()->isEnabled(), soon);
        QVERIFY(dialog_->planner()
                    .plan()
                    ->warnings.join(QLatin1Char(' '))
                    .contains(QLatin1String("Sent last in the queue first")));
        verifyFindingsAreInSight();
        dialog_->startButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(inWork(), QStringLiteral("3,2"), soon);
        QTRY_COMPARE_WITH_TIMEOUT(inDead(), QStringLiteral("1"), soon);
    }

    void order_ofSelectedOnes() {
        open(sceneOf({1, 3}));
        choose(QStringLiteral("work"));
        dialog_->choices()->orderBox()->choose({Column::Position, true});
        QTRY_VERIFY_WITH_TIMEOUT(dialog_->startButton()->isEnabled(), soon);
        dialog_->startButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(inWork(), QStringLiteral("3,1"), soon);
        QTRY_COMPARE_WITH_TIMEOUT(inDead(), QStringLiteral("2"), soon);
    }

    void limit_refusesTheRest() {
        open(scene());
        choose(QStringLiteral("work"));
        dialog_->choices()->limitBox()->setValue(2);
        QTRY_VERIFY2_WITH_TIMEOUT(button().contains(QLatin1String("Replay 2 messages")), qPrintable(button()),
                                  soon);
        QVERIFY2(!button().contains(QLatin1String("refused")), qPrintable(button()));
        QVERIFY2(dialog_->preview()->totals().contains(QLatin1String("1 beyond the limit")),
                 qPrintable(dialog_->preview()->totals()));
        QAbstractItemModel* rows = dialog_->preview()->findChild<PlanModel*>();
        QVERIFY(rows);
        QCOMPARE(rows->index(2, PlanModel::Verdict).data().toString(), QStringLiteral("beyond the limit"));
    }

    void expiration_canBeRemovedOrPutBack() {
        open(scene());
        QComboBox* box = dialog_->choices()->expirationBox();
        QCOMPARE(dialog_->choices()->options().expiration, KeepOrStrip::Keep);
        box->setFocus();
        QTest::keyClick(box, Qt::Key_Down);
        QCOMPARE(dialog_->choices()->options().expiration, KeepOrStrip::Strip);
        QVERIFY(!dialog_->choices()->options().restoreExpiration);
        QTest::keyClick(box, Qt::Key_Down);
        QCOMPARE(dialog_->choices()->options().expiration, KeepOrStrip::Keep);
        QVERIFY(dialog_->choices()->options().restoreExpiration);
    }

    // These messages do not tell where they died.
    void unknownOrigin_saysWhyNot() {
        open(scene());
        QTRY_COMPARE_WITH_TIMEOUT(
            dialog_->startReason(),
            QStringLiteral("Nothing can be sent: every message is refused or has gone already."), soon);
        QVERIFY(!dialog_->startButton()->isEnabled());
        QVERIFY2(!dialog_->preview()->findings().isEmpty(), "the refusals are named");
    }

    void queueWithoutName_isAskedFor() {
        open(scene());
        choose({});
        QVERIFY(!dialog_->startReason().isEmpty());
        QVERIFY(!dialog_->startButton()->isEnabled());
    }

    // What stood there was the plan of the choice before.
    void missingName_leavesNoPlanOfTheOtherChoice() {
        open(scene());
        choose(QStringLiteral("work"));
        QTRY_VERIFY_WITH_TIMEOUT(dialog_->startButton()->isEnabled(), soon);
        const auto nothingPlanned = [&](const QString& missing) {
            const PlanPreview* preview = dialog_->preview();
            QCOMPARE(preview->totals(), QStringLiteral("There is no plan yet"));
            QCOMPARE(preview->findings(), QString());
            QCOMPARE(preview->table()->model()->rowCount(), 0);
            QVERIFY(preview->table()->emptyState()->isVisible());
            QCOMPARE(preview->table()->emptyState()->headline(), missing);
            QCOMPARE(dialog_->startReason(), missing);
            QCOMPARE(button(), QStringLiteral("Replay"));
        };
        dialog_->choices()->destinationButton(ReplayDestination::Kind::Exchange)->click();
        nothingPlanned(QStringLiteral("Name the exchange to send to."));
        dialog_->choices()->destinationButton(ReplayDestination::Kind::Queue)->click();
        QTRY_VERIFY_WITH_TIMEOUT(dialog_->startButton()->isEnabled(), soon); // the same as before
        QCOMPARE(dialog_->preview()->table()->model()->rowCount(), 3);
        dialog_->choices()->queueEdit()->clear();
        nothingPlanned(QStringLiteral("Name the queue to send to."));
        ConsoleFixture::shoot(*dialog_, QStringLiteral("replay-noname"));
    }

    void letterOfAChoice_leadsToTheNameItNeeds() {
        open(scene());
        QVERIFY(QTest::qWaitForWindowActive(dialog_.get()));
        QTest::keyClick(dialog_.get(), Qt::Key_Q, Qt::AltModifier);
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("work"));
        QCOMPARE(dialog_->choices()->queueEdit()->text(), QStringLiteral("work"));
        QVERIFY(dialog_->choices()->destinationButton(ReplayDestination::Kind::Queue)->isChecked());
        QTest::keyClick(dialog_.get(), Qt::Key_X, Qt::AltModifier);
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("orders"));
        QCOMPARE(dialog_->choices()->exchangeEdit()->text(), QStringLiteral("orders"));
        QVERIFY(dialog_->choices()->destinationButton(ReplayDestination::Kind::Exchange)->isChecked());
    }

    void spentDeliveries_areSaidAndNothingStarts() {
        QueueInfo queue = f_->gateways.last->queuesAnswer->queues.front();
        queue.type = QueueType::Quorum;
        queue.deliveryLimit = 1;
        f_->gateways.last->queueAnswers.emplace(QStringLiteral("dead"), queue);
        open(scene());
        choose(QStringLiteral("work"));
        QTRY_VERIFY_WITH_TIMEOUT(dialog_->preview()->banner()->isVisible(), soon);
        QVERIFY(!dialog_->startButton()->isEnabled());
    }

    // Nobody knows whether giving back costs messages: that is said, with the reason.
    void unknownLimit_isWarnedOf() {
        QueueInfo queue;
        queue.ref = scene().source;
        queue.missing = QStringLiteral("The management API refused the password.");
        f_->gateways.last->queueAnswers.emplace(QStringLiteral("dead"), queue);
        open(scene());
        choose(QStringLiteral("work"));
        QTRY_VERIFY_WITH_TIMEOUT(dialog_->planner().plan() != nullptr, soon);
        const QString warnings = dialog_->planner().plan()->warnings.join(u'\n');
        QVERIFY2(
            warnings.contains(QLatin1String("How often the messages of dead may be delivered is not known")),
            qPrintable(warnings));
        QVERIFY2(warnings.contains(queue.missing), qPrintable(warnings));
    }

    // What the page knew counts where the broker does not answer.
    void silentBroker_leavesTheKnownLimit() {
        PlanScene about = scene();
        about.facts = QueueInfo{};
        about.facts->type = QueueType::Quorum;
        about.facts->deliveryLimit = 1;
        f_->gateways.last->queueAnswers.emplace(QStringLiteral("dead"),
                                                failure(ErrorKind::Lost, QStringLiteral("The link broke.")));
        open(std::move(about));
        choose(QStringLiteral("work"));
        QTRY_VERIFY_WITH_TIMEOUT(dialog_->preview()->banner()->isVisible(), soon);
        QVERIFY(!dialog_->startButton()->isEnabled());
    }

    void serviceBus_hasItsOwnChoices() {
        QVERIFY(snapshot_->noteOpened(QStringLiteral("service-bus")).has_value());
        open(scene());
        const ReplayChoices* choices = dialog_->choices();
        QVERIFY(!choices->exchangeEdit());
        QStringList words;
        for (const QAbstractButton* button : dialog_->findChildren<QAbstractButton*>()) {
            if (button->isVisible())
                words << button->text();
        }
        const QString all = words.join(QLatin1Char('|'));
        for (const char* text : {"where it died", "t&opic again", "&transaction", "&new message id", "later"})
            QVERIFY2(all.contains(QLatin1String(text)), qPrintable(all));
        for (const char* text : {"xchange", "x-", "priority", "user-id"})
            QVERIFY2(!all.contains(QLatin1String(text)), qPrintable(all));
        QVERIFY(!choices->options().separately);
        choices->atOnceBox()->click();
        choices->newIdBox()->click();
        QVERIFY(choices->options().separately);
        QVERIFY(choices->options().messageId == KeepOrStrip::Strip);
        ConsoleFixture::shoot(*dialog_, QStringLiteral("replay-bus"));
    }

    void serviceBus_takesATimeThatIsToCome() {
        QVERIFY(snapshot_->noteOpened(QStringLiteral("service-bus")).has_value());
        open(scene());
        ReplayChoices* choices = dialog_->choices();
        QVERIFY(!choices->options().enqueueAt.isValid());
        QVERIFY(!choices->timeEdit()->isVisible());
        choices->laterBox()->click();
        QVERIFY(choices->timeEdit()->isVisible());
        QVERIFY(choices->problem().isEmpty());
        QCOMPARE(choices->options().enqueueAt, choices->timeEdit()->dateTime().toUTC());
        choices->timeEdit()->setDateTime(QDateTime(QDate(2020, 1, 1), QTime(12, 0)));
        QVERIFY2(choices->problem().contains(QLatin1String("still to come")), qPrintable(choices->problem()));
    }

    void production_isReadOnly() {
        end();
        prepare(Environment::Production);
        open(scene());
        choose(QStringLiteral("work"));
        QTRY_VERIFY_WITH_TIMEOUT(dialog_->planner().plan() != nullptr, soon);
        QVERIFY(!dialog_->startButton()->isEnabled());
        QVERIFY2(dialog_->startReason().contains(QLatin1String("read-only")),
                 qPrintable(dialog_->startReason()));
        dialog_->startButton()->click();
        QCOMPARE(inDead(), QStringLiteral("1,2,3"));
    }

    void edited_isSentInsteadOfTheOriginal() {
        PlanScene about = sceneOf({2});
        Message changed = ConsoleFixture::message(2);
        changed.body = "message 99";
        changed.bodySize = changed.body.size();
        about.edited = {2, changed};
        open(std::move(about));
        choose(QStringLiteral("work"));
        QTRY_VERIFY_WITH_TIMEOUT(dialog_->startButton()->isEnabled(), soon);
        dialog_->startButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(inWork(), QStringLiteral("99"), soon);
        QTRY_COMPARE_WITH_TIMEOUT(inDead(), QStringLiteral("1,3"), soon);
    }
};

QTEST_MAIN(TestReplayDialog)
#include "tst_replaydialog.moc"
