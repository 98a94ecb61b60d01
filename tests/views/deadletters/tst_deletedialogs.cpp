// Deleting and purging as a person meets them: a copy of everything, the typed name, the guard of production.
#include "tests/views/deadletters/openscene.h"
#include "views/deadletters/deletedialog.h"
#include "views/deadletters/planpreview.h"
#include "views/deadletters/purgedialog.h"
#include "views/widgets/errorbanner.h"

#include <QLabel>
#include <QLineEdit>

using namespace signalbox;

class TestDeleteDialogs : public QObject, private OpenScene {
    Q_OBJECT
    QueueInfo queue() const {
        QueueInfo made;
        made.ref = {crm, QStringLiteral("/"), QStringLiteral("dead")};
        made.type = QueueType::Classic;
        made.ready = 3;
        return made;
    }
    int copies(const QString& run) const {
        int count = 0;
        const auto items = f_->journal->items(run, ItemState::Removed, 0, 100);
        for (const ItemRecord& item : *items)
            count += f_->journal->copy(run, item.plan.number).has_value() ? 1 : 0;
        return count;
    }
    bool isOver(const QString& run) const {
        const auto record = f_->journal->run(run);
        return record && record->state == RunState::Finished;
    }

private Q_SLOTS:
    void init() { prepare(); }
    void cleanup() { end(); }

    void delete_keepsACopyOfEach() {
        DeleteDialog dialog(f_->context, sceneOf({1, 3}));
        dialog.show();
        QTRY_VERIFY_WITH_TIMEOUT(dialog.deleteButton()->isEnabled(), soon);
        QCOMPARE(dialog.deleteButton()->text(), QStringLiteral("Delete 2 messages"));
        QSignalSpy started(&dialog, &DeleteDialog::started);
        dialog.deleteButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(started.count(), 1, soon);
        const QString run = started.front().front().toString();
        QTRY_VERIFY_WITH_TIMEOUT(isOver(run), soon);
        QCOMPARE(inDead(), QStringLiteral("2"));
        QVERIFY(inWork().isEmpty());
        QCOMPARE(copies(run), 2);
    }

    void purge_tellsOfMessagesInDoubt() {
        PurgeDialog before(f_->context, queue());
        const QString doubt = QStringLiteral("1 message of an earlier run is in doubt");
        const auto says = [&](const PurgeDialog& dialog) {
            const auto labels = dialog.findChildren<QLabel*>();
            return std::any_of(labels.begin(), labels.end(),
                               [&](const QLabel* label) { return label->text().contains(doubt); });
        };
        QCOMPARE(f_->desk.inDoubtIn(queue().ref).result().value_or(-1), 0);
        QVERIFY(!says(before));
        const QString run = QStringLiteral("run-in-doubt");
        f_->addRun(f_->header(run), 2, RunState::Finished);
        f_->mark(run, {2}, ItemState::InDoubt);
        PurgeDialog dialog(f_->context, queue());
        QTRY_VERIFY_WITH_TIMEOUT(says(dialog), soon);
    }

    void delete_isNotTheDefaultButton() {
        DeleteDialog dialog(f_->context, scene());
        dialog.show();
        QTRY_VERIFY_WITH_TIMEOUT(dialog.deleteButton()->isEnabled(), soon);
        QVERIFY(!dialog.deleteButton()->isDefault());
        QTest::keyClick(&dialog, Qt::Key_Return);
        QVERIFY(f_->journal->runs({}, 10)->empty());
        QCOMPARE(inDead(), QStringLiteral("1,2,3"));
    }

    void purge_needsTheTypedName() {
        PurgeDialog dialog(f_->context, queue());
        dialog.show();
        QVERIFY(!dialog.purgeButton()->isEnabled());
        QCOMPARE(dialog.reasonNot(), QStringLiteral("Type the queue's name to go on."));
        for (const char* wrong : {"Dead", "dea", "dead "}) {
            dialog.nameEdit()->setText(QLatin1String(wrong));
            QVERIFY2(!dialog.purgeButton()->isEnabled(), wrong);
            QVERIFY(!dialog.reasonNot().isEmpty());
        }
        dialog.nameEdit()->setText(QStringLiteral("dead"));
        QVERIFY(dialog.purgeButton()->isEnabled());
        QSignalSpy started(&dialog, &PurgeDialog::started);
        dialog.purgeButton()->click();
        QCOMPARE(started.count(), 1);
        const QString run = started.front().front().toString();
        QTRY_VERIFY_WITH_TIMEOUT(isOver(run), soon);
        QVERIFY(inDead().isEmpty());
        QCOMPARE(copies(run), 3);
    }

    void purge_returnWithAWrongNameSaysSoAndStays() {
        PurgeDialog dialog(f_->context, queue());
        dialog.show();
        QTest::keyClicks(dialog.nameEdit(), QStringLiteral("deat"));
        QTest::keyClick(dialog.nameEdit(), Qt::Key_Return);
        QVERIFY(dialog.isVisible());
        QVERIFY(dialog.banner()->isVisible());
        QCOMPARE(dialog.banner()->summary(), dialog.reasonNot());
        ConsoleFixture::shoot(dialog, QStringLiteral("purge-wrong-name"));
        QTest::keyClick(dialog.nameEdit(), Qt::Key_Backspace); // it is being mended
        QVERIFY(!dialog.banner()->isVisible());
        QTest::keyClicks(dialog.nameEdit(), QStringLiteral("d"));
        QTest::keyClick(dialog.nameEdit(), Qt::Key_Return);
        QVERIFY(dialog.isVisible());
        QCOMPARE(inDead(), QStringLiteral("1,2,3")); // the button is one key further
    }

    void delete_byCtrlReturn() {
        DeleteDialog dialog(f_->context, sceneOf({1}));
        dialog.show();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        QTRY_VERIFY_WITH_TIMEOUT(dialog.deleteButton()->isEnabled(), soon);
        QSignalSpy started(&dialog, &DeleteDialog::started);
        QTest::keyClick(&dialog, Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE_WITH_TIMEOUT(started.count(), 1, soon);
        const QString run = started.front().front().toString();
        QTRY_VERIFY_WITH_TIMEOUT(isOver(run), soon);
        QCOMPARE(inDead(), QStringLiteral("2,3"));
    }

    void purge_refusesStreams() {
        QueueInfo stream = queue();
        stream.type = QueueType::Stream;
        PurgeDialog dialog(f_->context, stream);
        dialog.nameEdit()->setText(QStringLiteral("dead"));
        QVERIFY(!dialog.purgeButton()->isEnabled());
        QVERIFY(dialog.reasonNot().contains(QLatin1String("stream")));
    }

    void production_isReadOnly() {
        end();
        prepare(Environment::Production);
        DeleteDialog remove(f_->context, scene());
        remove.show();
        QTRY_COMPARE_WITH_TIMEOUT(remove.deleteButton()->text(), QStringLiteral("Delete 3 messages"), soon);
        QVERIFY(!remove.deleteButton()->isEnabled());
        QVERIFY2(remove.reasonNot().contains(QLatin1String("read-only")), qPrintable(remove.reasonNot()));
        PurgeDialog purge(f_->context, queue());
        purge.nameEdit()->setText(QStringLiteral("dead"));
        QVERIFY(!purge.purgeButton()->isEnabled());
        QCOMPARE(inDead(), QStringLiteral("1,2,3"));
    }
};

QTEST_MAIN(TestDeleteDialogs)
#include "tst_deletedialogs.moc"
