// Editing one message: what can be edited, what is said about mistakes, and that only the edit goes on.
#include "models/messaging/amqp10.h"
#include "models/messaging/amqpreader.h"
#include "tests/views/deadletters/openscene.h"
#include "views/deadletters/editdialog.h"
#include "views/widgets/diffview.h"

#include <QLabel>
#include <QPlainTextEdit>
#include <QTabWidget>

using namespace signalbox;

class TestEditDialog : public QObject, private OpenScene {
    Q_OBJECT
    std::unique_ptr<EditDialog> dialog_;

    static Message order() {
        Message made = ConsoleFixture::message(1);
        made.body = "{\"order\": 1}";
        made.bodySize = made.body.size();
        made.properties.contentType = "application/json";
        made.properties.headers = HeaderTable{{"tenant", HeaderValue::string("acme")}};
        return made;
    }
    void open(const Message& message) {
        dialog_ = std::make_unique<EditDialog>(
            f_->context, EntityRef{crm, QStringLiteral("/"), QStringLiteral("dead")}, message);
        dialog_->show();
    }
    QString said() const { return dialog_->checkLabel()->text(); }

private Q_SLOTS:
    void initTestCase() { qRegisterMetaType<Message>(); }
    void init() { prepare(); }
    void cleanup() {
        dialog_.reset();
        end();
    }

    void unchanged_hasNothingToSend() {
        open(order());
        QVERIFY(!dialog_->planButton()->isEnabled());
        QCOMPARE(said(), QStringLiteral("Nothing is changed yet."));
    }

    void changedBody_goesOn() {
        open(order());
        dialog_->bodyEdit()->setPlainText(QStringLiteral("{\"order\": 2}"));
        QTRY_VERIFY_WITH_TIMEOUT(dialog_->planButton()->isEnabled(), soon);
        QCOMPARE(said(), QStringLiteral("The body is valid JSON."));
        Message got;
        QObject::connect(dialog_.get(), &EditDialog::edited, dialog_.get(),
                         [&got](const Message& message) { got = message; });
        dialog_->planButton()->click();
        QCOMPARE(got.body, QByteArray("{\"order\": 2}"));
        QVERIFY(got.properties == order().properties);
    }

    // The text of an AMQP value is edited, and goes out as such a value again; a map is no text.
    void amqpString_isSentAsOneAgain() {
        Message valued = order();
        valued.properties.amqp10 = HeaderTable{{amqp10::bodyKind, HeaderValue::string("value")}};
        valued.body = amqpString("{\"order\": 1}");
        open(valued);
        QCOMPARE(dialog_->bodyEdit()->toPlainText(), QStringLiteral("{\"order\": 1}"));
        dialog_->bodyEdit()->setPlainText(QStringLiteral("{\"order\": 2}"));
        QTRY_VERIFY_WITH_TIMEOUT(dialog_->planButton()->isEnabled(), soon);
        Message got;
        QObject::connect(dialog_.get(), &EditDialog::edited, dialog_.get(),
                         [&got](const Message& message) { got = message; });
        dialog_->planButton()->click();
        QCOMPARE(got.body, amqpString("{\"order\": 2}"));
        valued.body = QByteArray::fromHex("c10602a1016b5407"); // {"k": 7}
        open(valued);
        QVERIFY(dialog_->bodyEdit()->isReadOnly());
    }

    // A long line of JSON is read and compared indented, and goes out as one line again.
    void oneLineJson_isEditedIndentedAndSentCompact() {
        Message compact = order();
        compact.body = "{\"order\":1,\"note\":\"" + QByteArray(200, 'n') + "\",\"price\":1.10}";
        compact.bodySize = compact.body.size();
        open(compact);
        QString text = dialog_->bodyEdit()->toPlainText();
        QVERIFY2(text.startsWith(QLatin1String("{\n  \"order\": 1,\n")), qPrintable(text));
        // Blanks alone are no change.
        dialog_->bodyEdit()->setPlainText(QString(text).replace(QLatin1String("  "), QLatin1String("    ")));
        dialog_->tabs()->setCurrentIndex(2);
        QVERIFY(!dialog_->planButton()->isEnabled());
        dialog_->bodyEdit()->setPlainText(text.replace(QLatin1String(": 1,"), QLatin1String(": 2,")));
        QTRY_VERIFY_WITH_TIMEOUT(dialog_->planButton()->isEnabled(), soon);
        ConsoleFixture::shoot(*dialog_, QStringLiteral("edit-compact-difference"));
        Message got;
        QObject::connect(dialog_.get(), &EditDialog::edited, dialog_.get(),
                         [&got](const Message& message) { got = message; });
        dialog_->planButton()->click();
        QCOMPARE(got.body, QByteArray(compact.body).replace("\"order\":1", "\"order\":2"));
    }

    // The consumer may want it like that; but the person should know.
    void brokenJson_isSaidAndAllowed() {
        open(order());
        dialog_->bodyEdit()->setPlainText(QStringLiteral("{\"order\": }"));
        QTRY_VERIFY2_WITH_TIMEOUT(said().contains(QLatin1String("The body is not JSON: line 1, column 12")),
                                  qPrintable(said()), soon);
        QVERIFY(dialog_->planButton()->isEnabled());
    }

    // RFC 8259: what a lenient parser lets pass, the consumer's would refuse.
    void bareLineBreakInAString_isNotJson() {
        open(order());
        dialog_->bodyEdit()->setPlainText(QStringLiteral("{\"order\": \"a\nb\"}"));
        QTRY_VERIFY2_WITH_TIMEOUT(said().contains(QLatin1String("The body is not JSON: line 1, column 13")),
                                  qPrintable(said()), soon);
        QVERIFY2(said().contains(QLatin1String("line break")), qPrintable(said()));
        dialog_->bodyEdit()->setPlainText(QStringLiteral("{\"order\": \"a\\\"\\nb\",\n\t\"x\": 1}"));
        QTRY_COMPARE_WITH_TIMEOUT(said(), QStringLiteral("The body is valid JSON."), soon);
    }

    void edits_areNotThrownAwayWithoutAQuestion() {
        open(order());
        QTest::keyClick(dialog_.get(), Qt::Key_Escape); // nothing to lose
        QVERIFY(!dialog_->isVisible());
        open(order());
        dialog_->bodyEdit()->setPlainText(QStringLiteral("{\"order\": 2}"));
        QTest::keyClick(dialog_.get(), Qt::Key_Escape);
        QTRY_VERIFY(ConsoleFixture::answer(QStringLiteral("Throw away")));
        QVERIFY(dialog_->isVisible());
        ConsoleFixture::shoot(*ConsoleFixture::answer(QStringLiteral("Throw away"))->window(),
                              QStringLiteral("edit-throw-away"));
        QTest::keyClick(ConsoleFixture::answer(QStringLiteral("Throw away"))->window(), Qt::Key_Escape);
        QTRY_VERIFY(!ConsoleFixture::answer(QStringLiteral("Throw away")));
        QVERIFY(dialog_->isVisible());
        QCOMPARE(dialog_->bodyEdit()->toPlainText(), QStringLiteral("{\"order\": 2}"));
        dialog_->close();
        QTRY_VERIFY(ConsoleFixture::answer(QStringLiteral("Throw away")));
        ConsoleFixture::answer(QStringLiteral("Throw away"))->click();
        QTRY_VERIFY(!dialog_->isVisible());
    }

    void ctrlReturn_goesOn() {
        open(order());
        QVERIFY(QTest::qWaitForWindowActive(dialog_.get()));
        dialog_->bodyEdit()->setPlainText(QStringLiteral("{\"order\": 2}"));
        QSignalSpy edited(dialog_.get(), &EditDialog::edited);
        QTest::keyClick(dialog_->bodyEdit(), Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(edited.count(), 1);
    }

    void brokenHeaders_stop() {
        open(order());
        dialog_->headersEdit()->setPlainText(QStringLiteral("{ not json"));
        QTRY_VERIFY2_WITH_TIMEOUT(said().startsWith(QLatin1String("Headers:")), qPrintable(said()), soon);
        QVERIFY(!dialog_->planButton()->isEnabled());
    }

    void changedHeader_keepsItsType() {
        open(order());
        QString text = dialog_->headersEdit()->toPlainText();
        QVERIFY2(text.contains(QLatin1String("acme")), qPrintable(text));
        dialog_->headersEdit()->setPlainText(text.replace(QLatin1String("acme"), QLatin1String("globex")));
        QTRY_VERIFY_WITH_TIMEOUT(dialog_->planButton()->isEnabled(), soon);
        Message got;
        QObject::connect(dialog_.get(), &EditDialog::edited, dialog_.get(),
                         [&got](const Message& message) { got = message; });
        dialog_->planButton()->click();
        QVERIFY(got.header("tenant") && *got.header("tenant") == HeaderValue::string("globex"));
        QCOMPARE(got.body, order().body);
    }

    void difference_showsBoth() {
        open(order());
        dialog_->bodyEdit()->setPlainText(QStringLiteral("{\"order\": 77}"));
        dialog_->tabs()->setCurrentIndex(2);
        QString shown;
        for (const QPlainTextEdit* each : dialog_->diff()->findChildren<QPlainTextEdit*>())
            shown += each->toPlainText();
        QVERIFY2(shown.contains(QLatin1String("\"order\": 1")) &&
                     shown.contains(QLatin1String("\"order\": 77")),
                 qPrintable(shown));
    }

    void cutBody_canNeverBeSent() {
        Message cut = order();
        cut.bodyComplete = false;
        cut.bodySize = 1 << 20;
        open(cut);
        QVERIFY(dialog_->bodyEdit()->isReadOnly());
        QString text = dialog_->headersEdit()->toPlainText();
        dialog_->headersEdit()->setPlainText(text.replace(QLatin1String("acme"), QLatin1String("globex")));
        QTRY_VERIFY_WITH_TIMEOUT(!said().isEmpty(), soon);
        QVERIFY(!dialog_->reasonNot().isEmpty());
        QVERIFY(!dialog_->planButton()->isEnabled());
    }

    void binaryBody_isLocked() {
        Message binary = order();
        binary.properties.contentType = "application/octet-stream";
        binary.body = QByteArray("\x00\xff\xfe\x01", 4);
        binary.bodySize = 4;
        open(binary);
        QVERIFY(dialog_->bodyEdit()->isReadOnly());
    }
};

QTEST_MAIN(TestEditDialog)
#include "tst_editdialog.moc"
