// Importing a file as a person meets it: what is in it first, then a button; nothing is sent before.
#include "models/messaging/messagecodec.h"
#include "tests/views/deadletters/openscene.h"
#include "views/deadletters/importdialog.h"
#include "views/widgets/progressstrip.h"

#include <QSemaphore>
#include <QToolButton>

using namespace signalbox;

class TestImportDialog : public QObject, private OpenScene {
    Q_OBJECT
    EntityRef dead() const { return {crm, QStringLiteral("/"), QStringLiteral("dead")}; }
    QString fileWith(const QByteArray& lines) const {
        const QString name = f_->folder.filePath(QStringLiteral("in.jsonl"));
        QFile file(name);
        if (!file.open(QIODevice::WriteOnly) || file.write(lines) != lines.size())
            qFatal("the test's file cannot be written");
        return name;
    }
    static QByteArray line(int number) { return toJsonLine(ConsoleFixture::message(number)) + '\n'; }

private Q_SLOTS:
    void init() { prepare(); }
    void cleanup() { end(); }

    void import_saysWhatIsInTheFileAndSendsNothing() {
        ImportDialog dialog(f_->context, dead(), fileWith(line(7) + line(8)));
        dialog.show();
        QTRY_VERIFY_WITH_TIMEOUT(dialog.sendButton()->isEnabled(), soon);
        QCOMPARE(dialog.sendButton()->text(), QStringLiteral("Send 2 messages to dead"));
        QVERIFY2(dialog.summary().startsWith(QLatin1String("2 messages")), qPrintable(dialog.summary()));
        QVERIFY(!dialog.sendButton()->isDefault());
        QTest::keyClick(&dialog, Qt::Key_Return);
        QVERIFY(f_->journal->runs({}, 10)->empty());
        QCOMPARE(inDead(), QStringLiteral("1,2,3"));
    }

    void import_sendsWhenAsked() {
        ImportDialog dialog(f_->context, dead(), fileWith(line(7) + line(8)));
        dialog.show();
        QTRY_VERIFY_WITH_TIMEOUT(dialog.sendButton()->isEnabled(), soon);
        QSignalSpy started(&dialog, &ImportDialog::started);
        dialog.sendButton()->click();
        QVERIFY(!dialog.sendButton()->isEnabled()); // not twice
        QTRY_COMPARE_WITH_TIMEOUT(started.count(), 1, soon);
        QTRY_COMPARE_WITH_TIMEOUT(inDead(), QStringLiteral("1,2,3,7,8"), soon);
        QVERIFY(!dialog.isVisible());
    }

    void import_refusesAFileWithABadLine() {
        ImportDialog dialog(f_->context, dead(), fileWith(line(7) + "no message\n"));
        dialog.show();
        QTRY_COMPARE_WITH_TIMEOUT(dialog.reasonNot(), QStringLiteral("Nothing of this file can be sent."),
                                  soon);
        QVERIFY(!dialog.sendButton()->isEnabled());
        ImportCheck check(fileWith(line(7) + "no message\n"), Carrier::Amqp091);
        QString said;
        connect(&check, &ImportCheck::ended, this, [&](const Result<ImportContents>& contents) {
            said = contents ? QStringLiteral("fine") : contents.error().summary;
        });
        check.start();
        QTRY_VERIFY_WITH_TIMEOUT(said.startsWith(QLatin1String("Line 2")), soon);
    }

    void import_ofAnEmptyFileSaysSo() {
        ImportDialog dialog(f_->context, dead(), fileWith({}));
        dialog.show();
        QTRY_COMPARE_WITH_TIMEOUT(dialog.summary(), QStringLiteral("The file is empty."), soon);
        QVERIFY(!dialog.sendButton()->isEnabled());
        ImportDialog blank(f_->context, dead(), fileWith("\n\n"));
        blank.show();
        QTRY_COMPARE_WITH_TIMEOUT(blank.summary(), QStringLiteral("The file holds no messages."), soon);
    }

    void import_lookingCanBeCancelled() {
        ImportCheck check(fileWith(line(7)), Carrier::Amqp091);
        std::optional<Error> error;
        connect(&check, &ImportCheck::ended, this, [&](const Result<ImportContents>& contents) {
            error = contents ? Error() : contents.error();
        });
        check.cancel();
        check.start();
        QTRY_VERIFY_WITH_TIMEOUT(error.has_value(), soon);
        QCOMPARE(error->kind, ErrorKind::Cancelled);
    }

    void import_writingIntoTheJournalCanBeCancelled() {
        ImportDialog dialog(f_->context, dead(), fileWith(line(7) + line(8)));
        dialog.show();
        QTRY_VERIFY_WITH_TIMEOUT(dialog.sendButton()->isEnabled(), soon);
        QSemaphore goOn;
        f_->world->script = [&goOn](const QByteArray& call, int) {
            if (call == "addSavedItems")
                goOn.acquire();
            return Trouble::None;
        };
        dialog.sendButton()->click();
        QTRY_VERIFY(dialog.progress()->isVisible());
        QVERIFY2(dialog.progress()->text().endsWith(QLatin1String("of 2")),
                 qPrintable(dialog.progress()->text()));
        dialog.progress()->cancelButton()->click();
        goOn.release();
        QTRY_VERIFY_WITH_TIMEOUT(dialog.sendButton()->isEnabled(), soon);
        QVERIFY(!dialog.progress()->isVisible());
        QVERIFY(dialog.isVisible());
        QCOMPARE(inDead(), QStringLiteral("1,2,3"));
        f_->world->script = {};
        dialog.sendButton()->click(); // the next one is not stopped by it
        QTRY_COMPARE_WITH_TIMEOUT(inDead(), QStringLiteral("1,2,3,7,8"), soon);
    }

    void import_intoProductionIsReadOnly() {
        end();
        prepare(Environment::Production);
        ImportDialog dialog(f_->context, dead(), fileWith(line(7)));
        dialog.show();
        QTRY_COMPARE_WITH_TIMEOUT(dialog.sendButton()->text(), QStringLiteral("Send 1 message to dead"),
                                  soon);
        QVERIFY(!dialog.sendButton()->isEnabled());
        QVERIFY2(dialog.reasonNot().contains(QLatin1String("read-only")), qPrintable(dialog.reasonNot()));
    }
};

QTEST_MAIN(TestImportDialog)
#include "tst_importdialog.moc"
