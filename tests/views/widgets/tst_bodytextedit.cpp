// Very long lines are shown broken and copied whole.
#include "views/widgets/bodytextedit.h"

#include <QClipboard>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QTest>

using namespace signalbox;

class TestBodyTextEdit : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void longLines_areBrokenForDisplayOnly() {
        // A character beyond the first plane stands where the first break would fall.
        const QString first = QString(BodyTextEdit::longestLine - 1, u'a') + QStringLiteral("\U0001F680") +
                              QString(2 * BodyTextEdit::longestLine, u'b');
        const QString text = first + QStringLiteral("\nshort\n\nlast");
        BodyTextEdit edit;
        edit.setBody(text);
        QVERIFY(edit.hasBrokenLines());
        for (const QString& line : edit.toPlainText().split(u'\n'))
            QVERIFY2(line.size() <= BodyTextEdit::longestLine, qPrintable(QString::number(line.size())));
        QVERIFY(edit.toPlainText().contains(QStringLiteral("\U0001F680")));
        edit.selectAll();
        edit.copy();
        QCOMPARE(QGuiApplication::clipboard()->text(), text);
        // A part that begins and ends within lines, and one that ends at the end of a line.
        QTextCursor part = edit.textCursor();
        part.setPosition(10);
        part.setPosition(static_cast<int>(edit.toPlainText().indexOf(QLatin1String("short"))) + 2,
                         QTextCursor::KeepAnchor);
        edit.setTextCursor(part);
        edit.copy();
        QCOMPARE(QGuiApplication::clipboard()->text(), first.mid(10) + QStringLiteral("\nsh"));
    }

    void shortLines_areLeftAlone() {
        BodyTextEdit edit;
        for (const QString& text : {QString(), QStringLiteral("one"), QStringLiteral("one\n\ntwo\n")}) {
            edit.setBody(text);
            QCOMPARE(edit.toPlainText(), text);
            QVERIFY(!edit.hasBrokenLines());
        }
    }

    void aMillionLettersInOneLine_areLaidOut() {
        BodyTextEdit edit;
        edit.resize(600, 400);
        edit.show();
        edit.setBody(
            QString(1000000, u'x')); // took half a minute in one piece: the test's time-out would tell
        QVERIFY(QTest::qWaitForWindowExposed(&edit));
        edit.moveCursor(QTextCursor::End);
        QVERIFY(edit.blockCount() >= 1000);
    }
};

QTEST_MAIN(TestBodyTextEdit)
#include "tst_bodytextedit.moc"
