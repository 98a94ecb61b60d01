// What only Service Bus has: cancelling what is scheduled, dead-lettering by hand, a purge without copies.
#include "models/messaging/amqp10.h"
#include "tests/views/deadletters/openscene.h"
#include "views/deadletters/deadletterdialog.h"
#include "views/deadletters/deletedialog.h"
#include "views/deadletters/planpreview.h"
#include "views/deadletters/purgedialog.h"

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>

using namespace signalbox;

class TestBusDialogs : public QObject, private OpenScene {
    Q_OBJECT
    // 0: active, 1: deferred, 2: scheduled
    PlanScene busScene(const std::vector<int>& states) {
        auto snapshot = std::make_shared<FakeSnapshot>([](const Message&) { return DeathFacts(); });
        std::vector<SnapshotEntry> entries;
        for (std::size_t i = 0; i < states.size(); ++i) {
            Message made = ConsoleFixture::message(static_cast<int>(i) + 1);
            made.properties.amqp10 =
                HeaderTable{{amqp10::annotations,
                             HeaderValue::table(
                                 {{"x-opt-sequence-number", HeaderValue::int64(static_cast<qint64>(i) + 1)},
                                  {"x-opt-message-state", HeaderValue::int64(states[i])}})}};
            entries.push_back({std::move(made), static_cast<qint64>(i) + 1});
        }
        const bool kept = snapshot->beginReading().has_value() && snapshot->append(entries).has_value() &&
                          snapshot->finish(true, QStringLiteral("end of queue")).has_value();
        if (!kept)
            QTest::qFail("the snapshot was not kept", __FILE__, __LINE__);
        PlanScene made = scene();
        made.source.name = QStringLiteral("orders");
        made.snapshot = snapshot;
        made.choice.all = made.choice.filtered = static_cast<qint64>(states.size());
        return made;
    }
    // In both themes, where somebody wants to look at it.
    void shootBoth(QWidget& widget, const QString& name) {
        for (const ThemeMode mode : {ThemeMode::Light, ThemeMode::Dark}) {
            theme_->setMode(mode);
            QCoreApplication::processEvents(); // colours and the widths of new words
            ConsoleFixture::shoot(widget, name + (mode == ThemeMode::Dark ? QStringLiteral("-dark")
                                                                          : QStringLiteral("-light")));
        }
    }

private Q_SLOTS:
    void init() { prepare(); }
    void cleanup() { end(); }

    void scheduled_areCancelledInWords_data() {
        QTest::addColumn<std::vector<int>>("states");
        QTest::addColumn<QString>("button");
        QTest::addColumn<QString>("totals");
        QTest::newRow("only scheduled")
            << std::vector<int>{2, 2} << QStringLiteral("Cancel 2 scheduled messages")
            << QStringLiteral("2 scheduled messages can be cancelled");
        QTest::newRow("one") << std::vector<int>{2} << QStringLiteral("Cancel 1 scheduled message")
                             << QStringLiteral("1 scheduled message can be cancelled");
        QTest::newRow("both") << std::vector<int>{0, 1, 2} << QStringLiteral("Delete 2, cancel 1 scheduled")
                              << QStringLiteral(
                                     "2 messages can be deleted · 1 scheduled message can be cancelled");
    }
    void scheduled_areCancelledInWords() {
        QFETCH(std::vector<int>, states);
        QFETCH(QString, button);
        QFETCH(QString, totals);
        DeleteDialog dialog(f_->context, busScene(states));
        dialog.show();
        QTRY_COMPARE_WITH_TIMEOUT(dialog.deleteButton()->text(), button, soon);
        QCOMPARE(dialog.preview()->totals(), totals);
        QVERIFY2(dialog.preview()->findings().contains(QLatin1String("told as missing")),
                 qPrintable(dialog.preview()->findings()));
        shootBoth(dialog, QStringLiteral("cancel-scheduled-%1").arg(states.size()));
    }

    void deadLetter_keepsItsWordsInTheRun() {
        DeadLetterDialog dialog(f_->context, busScene({0, 1, 2}));
        dialog.show();
        QTRY_VERIFY_WITH_TIMEOUT(dialog.moveButton()->isEnabled(), soon);
        QCOMPARE(dialog.moveButton()->text(), QStringLiteral("Dead-letter 2 messages; 1 refused"));
        QVERIFY(!dialog.moveButton()->isDefault());
        dialog.deadLetterReason()->setText(QStringLiteral(" BadCustomer "));
        dialog.deadLetterDescription()->setText(QStringLiteral("unknown since the move"));
        shootBoth(dialog, QStringLiteral("dead-letter"));
        QSignalSpy started(&dialog, &DeadLetterDialog::started);
        dialog.moveButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(started.count(), 1, soon);
        const auto record = f_->journal->run(started.front().front().toString());
        QVERIFY(record.has_value());
        QCOMPARE(runKindWord(record->header.kind), QStringLiteral("dead-letter"));
        QCOMPARE(record->header.options.deadLetter.reason, QStringLiteral("BadCustomer"));
        QCOMPARE(record->header.options.deadLetter.description, QStringLiteral("unknown since the move"));
        QCOMPARE(record->header.destination, QStringLiteral("dead-lettered, with a copy kept"));
    }

    void deadLetter_takesNoMoreWordsThanTheService() {
        DeadLetterDialog dialog(f_->context, busScene({0}));
        dialog.deadLetterReason()->setText(QString(5000, QLatin1Char('x')));
        QCOMPARE(dialog.deadLetterReason()->text().size(), 4096);
    }

    void production_isReadOnly() {
        end();
        prepare(Environment::Production);
        DeadLetterDialog dialog(f_->context, busScene({0}));
        dialog.show();
        QTRY_COMPARE_WITH_TIMEOUT(dialog.moveButton()->text(), QStringLiteral("Dead-letter 1 message"), soon);
        QVERIFY(!dialog.moveButton()->isEnabled());
        QVERIFY2(dialog.reasonNot().contains(QLatin1String("read-only")), qPrintable(dialog.reasonNot()));
    }

    void purgeWithoutCopies_isAChoiceThatSaysWhatItMeans() {
        QueueInfo queue;
        queue.ref = {crm, QStringLiteral("/"), QStringLiteral("orders")};
        queue.type = QueueType::ServiceBus;
        queue.ready = 3;
        PurgeDialog dialog(f_->context, queue);
        dialog.show();
        QVERIFY(dialog.noCopiesBox());
        QVERIFY(!dialog.noCopiesBox()->isChecked());
        const auto says = [&dialog](const char* words) {
            const auto labels = dialog.findChildren<QLabel*>();
            return std::any_of(labels.begin(), labels.end(), [words](const QLabel* label) {
                return label->text().contains(QLatin1String(words));
            });
        };
        QVERIFY(says("A copy of each is saved"));
        dialog.noCopiesBox()->setChecked(true);
        QVERIFY(says("nothing can bring them back"));
        QVERIFY(!dialog.purgeButton()->isEnabled()); // the name is asked for all the same
        dialog.nameEdit()->setText(QStringLiteral("orders"));
        QVERIFY(dialog.purgeButton()->isEnabled());
        shootBoth(dialog, QStringLiteral("purge-no-copies"));
        queue.type = QueueType::Quorum;
        PurgeDialog other(f_->context, queue);
        QVERIFY(!other.noCopiesBox());
    }
};

QTEST_MAIN(TestBusDialogs)
#include "tst_busdialogs.moc"
