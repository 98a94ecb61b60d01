// The body of a message as tree, text and bytes; large ones prepared while the window goes on.
#include "views/widgets/bodypane.h"
#include "views/widgets/hexview.h"
#include "views/widgets/searchline.h"
#include "views/widgets/theme.h"
#include "views/widgets/treepane.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTimer>
#include <QToolButton>
#include <QtTest>

using namespace signalbox;

namespace {

QString s(const char* text) {
    return QString::fromUtf8(text);
}

constexpr int soon = 60000; // waits for a thread, never a measure of speed

Message bodied(const QByteArray& body, const QByteArray& contentType = {}, const QByteArray& encoding = {}) {
    Message message;
    message.body = body;
    message.bodySize = body.size();
    if (!contentType.isEmpty())
        message.properties.contentType = contentType;
    if (!encoding.isEmpty())
        message.properties.contentEncoding = encoding;
    return message;
}

Message orders(const QByteArray& first, qsizetype bytes) {
    QByteArray body = "[\"" + first + '"';
    while (body.size() < bytes)
        body += ",{\"sku\":\"A1\",\"count\":2}";
    return bodied(body + ']', "application/json");
}

const QByteArray json = R"({"order":{"id":7,"lines":["a","b"]}})";
const QByteArray gzipped = // {"order":7}
    QByteArray::fromHex("1f8b0800000000000203ab56ca2f4a492d52b232af0500d88025a90b000000");

} // namespace

class TestBodyPane : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        settings_ = std::make_unique<QSettings>(folder_.filePath(s("settings.ini")), QSettings::IniFormat);
        theme_ = std::make_unique<Theme>(*settings_);
        pane_ = std::make_unique<BodyPane>();
        pane_->resize(900, 500);
        pane_->show();
        QVERIFY(QTest::qWaitForWindowExposed(pane_.get()));
    }
    void cleanup() {
        pane_.reset();
        theme_.reset();
    }

    void json_isATreeAndLaidOut() {
        pane_->setMessage(bodied(json, "application/json"));
        QCOMPARE(shown(), BodyPane::Tree);
        const QModelIndex order = pane_->treePane()->model()->index(0, 0);
        QVERIFY(pane_->treePane()->isExpanded(order));
        QCOMPARE(pane_->treePane()->model()->index(0, DataTreeModel::Value, order).data().toString(), s("7"));
        QCOMPARE(pane_->infoText(), s("JSON · UTF-8 · 36 bytes"));
        QVERIFY(problem()->isHidden());
        press(BodyPane::Text);
        QCOMPARE(pane_->textEdit()->toPlainText(), s("{\n  \"order\": {\n    \"id\": 7,\n    \"lines\": [\n"
                                                     "      \"a\",\n      \"b\"\n    ]\n  }\n}"));
        QVERIFY(pane_->textEdit()->isReadOnly());
        press(BodyPane::Hex);
        QCOMPARE(pane_->hexView()->line(0),
                 s("00000000  7b 22 6f 72 64 65 72 22  3a 7b 22 69 64 22 3a 37  {\"order\":{\"id\":7"));
        QCOMPARE(pane_->hexView()->lineCount(), 3);
    }
    void xml_isATree() {
        pane_->setMessage(bodied("<a x=\"1\"><b>t</b></a>", "application/xml"));
        QCOMPARE(shown(), BodyPane::Tree);
        QCOMPARE(pane_->treePane()->model()->index(0, 0).data().toString(), s("a"));
        QVERIFY(pane_->infoText().startsWith(s("XML · UTF-8 · ")));
    }
    void text_hasNoTree() {
        pane_->setMessage(bodied("two\nlines", "text/plain"));
        QCOMPARE(shown(), BodyPane::Text);
        QCOMPARE(pane_->textEdit()->toPlainText(), s("two\nlines"));
        QVERIFY(!pane_->modeButton(BodyPane::Tree)->isEnabled());
        QVERIFY(pane_->modeButton(BodyPane::Hex)->isEnabled());
    }
    void binary_isBytesOnly() {
        pane_->setMessage(bodied(QByteArray("\x08\x96\x01\x00\xff", 5)));
        QCOMPARE(shown(), BodyPane::Hex);
        QVERIFY(pane_->infoText().startsWith(s("binary · ")));
        QVERIFY(!pane_->modeButton(BodyPane::Tree)->isEnabled());
        QVERIFY(!pane_->modeButton(BodyPane::Text)->isEnabled());
        pane_->copy();
        QCOMPARE(clipboard(), s("08 96 01 00 ff"));
    }
    void charset_isHonouredAndNamed() {
        pane_->setMessage(bodied("Gr\xFC\xDF\x65", "text/plain; charset=iso-8859-1"));
        QCOMPARE(pane_->textEdit()->toPlainText(), s("Grüße"));
        QVERIFY(pane_->infoText().contains(s("ISO-8859-1")));
        pane_->copy();
        QCOMPARE(clipboard(), s("Grüße"));
    }
    void packed_isShownUnpackedAndSavedAsItIs() {
        pane_->setMessage(bodied(gzipped, "application/json", "gzip"));
        QCOMPARE(shown(), BodyPane::Tree);
        QCOMPARE(pane_->infoText(), s("JSON · UTF-8 · 11 bytes · gzip, 31 bytes unpacked to 11"));
        pane_->copy();
        QCOMPARE(clipboard(), s("{\"order\":7}"));
        const QString file = folder_.filePath(s("body.bin"));
        QSignalSpy saved(pane_.get(), &BodyPane::saved);
        pane_->saveTo(file);
        QTRY_COMPARE(saved.count(), 1);
        QFile written(file);
        QVERIFY(written.open(QIODevice::ReadOnly));
        QCOMPARE(written.readAll(), gzipped);
    }
    void save_failedIsTold() {
        pane_->setMessage(bodied(json));
        QString told;
        connect(pane_.get(), &BodyPane::errorRaised, this, [&](const Error& error) { told = error.summary; });
        pane_->saveTo(folder_.filePath(s("no/such/folder/body.json")));
        QTRY_VERIFY(told.startsWith(s("The body cannot be written to ")));
    }
    void cut_isPlainlyMarked() {
        Message message = bodied("{\"a\":[1,2", "application/json");
        message.bodyComplete = false;
        message.bodySize = 5000;
        pane_->setMessage(message);
        QVERIFY(problem()->isVisible());
        QVERIFY(problem()->text().startsWith(s("This body is cut: 9 of 5000 bytes; it cannot be replayed.")));
        pane_->setMessage(bodied(json));
        QVERIFY(!problem()->isVisible());
    }
    void empty_offersNothing() {
        pane_->setMessage(bodied({}));
        QCOMPARE(pane_->infoText(), s("empty · 0 bytes"));
        QVERIFY(!pane_->modeButton(BodyPane::Text)->isEnabled());
        for (const QPushButton* button : pane_->findChildren<QPushButton*>())
            QVERIFY2(!button->isEnabled(), qPrintable(button->text()));
    }

    // What a person chose stays from message to message, where a body can be shown like that.
    void chosenMode_stays() {
        pane_->setMessage(bodied(json));
        press(BodyPane::Hex);
        pane_->setMessage(bodied("[1]"));
        QCOMPARE(shown(), BodyPane::Hex);
        press(BodyPane::Text);
        pane_->setMessage(bodied(QByteArray(3, '\0')));
        QCOMPARE(shown(), BodyPane::Hex);
        pane_->setMessage(orders("large", 200'000));
        QTRY_VERIFY_WITH_TIMEOUT(!pane_->isPreparing(), soon);
        QCOMPARE(shown(), BodyPane::Text);
    }

    void large_isPreparedWhileTheWindowGoesOn() {
        int turns = 0;
        QTimer idle;
        connect(&idle, &QTimer::timeout, this, [&] { turns += pane_->isPreparing() ? 1 : 0; });
        idle.start(0);
        QSignalSpy prepared(pane_.get(), &BodyPane::prepared);
        const Message message = orders("large", 5 << 20);
        pane_->setMessage(message);
        QVERIFY2(pane_->isPreparing(), "5 MB were prepared inside the call");
        QCOMPARE(pane_->infoText(), s("Preparing 5.2 MB…"));
        QCOMPARE(prepared.count(), 0);
        QTRY_COMPARE_WITH_TIMEOUT(prepared.count(), 1, soon);
        QVERIFY2(turns > 0, "the window stood still meanwhile");
        QVERIFY(!pane_->isPreparing());
        QCOMPARE(shown(), BodyPane::Tree);
        QCOMPARE(pane_->view().bytes, message.body);
        QVERIFY(pane_->infoText().contains(s("the text is cut in this view: save the body to see all")));
    }
    void large_overtakenIsForgotten() {
        QSignalSpy prepared(pane_.get(), &BodyPane::prepared);
        pane_->setMessage(orders("first", 1 << 20));
        pane_->setMessage(orders("second", 1 << 20));
        QTRY_COMPARE_WITH_TIMEOUT(prepared.count(), 1, soon);
        QCOMPARE(firstValue(), s("second"));
        pane_->setMessage(orders("third", 1 << 20));
        pane_->setMessage(bodied("[\"small\"]"));
        QCOMPARE(prepared.count(), 2);
        pane_->setMessage(orders("last", 1 << 20)); // after "third" on the same thread
        QTRY_COMPARE_WITH_TIMEOUT(prepared.count(), 3, soon);
        QCOMPARE(firstValue(), s("last"));
    }
    void large_canBeLeftWhileItIsPrepared() {
        pane_->setMessage(orders("left", 5 << 20));
        QVERIFY(pane_->isPreparing());
        pane_.reset(); // must neither crash nor be told of the body later
        QCoreApplication::processEvents();
    }

    void find_goesRoundAndSaysWhenThereIsNone() {
        pane_->setMessage(bodied("one two\none", "text/plain"));
        pane_->findNext(s("one"));
        const int first = pane_->textEdit()->textCursor().position();
        pane_->findNext(s("one"));
        QVERIFY(pane_->textEdit()->textCursor().position() > first);
        pane_->findNext(s("one"));
        QCOMPARE(pane_->textEdit()->textCursor().position(), first);
        QCOMPARE(find()->problem(), QString());
        pane_->findNext(s("three"));
        QCOMPARE(find()->problem(), s("Not in the text"));
        pane_->findNext({});
        QCOMPARE(find()->problem(), QString());
    }
    void tree_copiesValueAndPath() {
        pane_->setMessage(bodied(json));
        TreePane* tree = pane_->treePane();
        const QModelIndex lines = tree->model()->index(1, 0, tree->model()->index(0, 0));
        tree->setCurrentIndex(tree->model()->index(1, 0, lines));
        tree->setFocus();
        QTest::keyClick(tree, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(clipboard(), s("b"));
        tree->copyPath();
        QCOMPARE(clipboard(), s("order.lines[1]"));
    }
    void tree_opensBelowAsFarAsItGoes() {
        pane_->setMessage(orders("large", 5 << 20));
        QTRY_VERIFY_WITH_TIMEOUT(!pane_->isPreparing(), soon);
        TreePane* tree = pane_->treePane();
        const QModelIndex line = tree->model()->index(1, 0);
        QVERIFY2(!tree->isExpanded(line), "a large tree is opened at once");
        tree->setCurrentIndex(line);
        QTest::keyClick(tree, Qt::Key_Asterisk);
        QVERIFY(tree->isExpanded(line));

        QByteArray deep = "0";
        for (int i = 0; i < 200; ++i)
            deep = "[" + deep + ",1]";
        pane_->setMessage(bodied(deep));
        QModelIndex last = tree->model()->index(0, 0);
        tree->setCurrentIndex(last);
        QTest::keyClick(tree, Qt::Key_Asterisk);
        int opened = 0;
        for (; tree->model()->hasChildren(last); last = tree->model()->index(0, 0, last))
            opened += tree->isExpanded(last) ? 1 : 0;
        QCOMPARE(opened, 199);
    }

private:
    static QString clipboard() { return QGuiApplication::clipboard()->text(); }
    // What is in front, and its button says so.
    int shown() const {
        const QWidget* views[] = {pane_->treePane(), pane_->textEdit(),
                                  static_cast<const QWidget*>(pane_->hexView())};
        for (const int mode : {BodyPane::Tree, BodyPane::Text, BodyPane::Hex}) {
            if (views[mode]->isVisible() && pane_->modeButton(static_cast<BodyPane::Mode>(mode))->isChecked())
                return mode;
        }
        return -1;
    }
    void press(BodyPane::Mode mode) {
        QTest::mouseClick(pane_->modeButton(mode), Qt::LeftButton);
        QCOMPARE(shown(), mode);
    }
    QString firstValue() const {
        return pane_->treePane()->model()->index(0, DataTreeModel::Value).data().toString();
    }
    SearchLine* find() const { return pane_->findChild<SearchLine*>(); }
    QLabel* problem() const {
        for (QLabel* label : pane_->findChildren<QLabel*>(QString(), Qt::FindDirectChildrenOnly)) {
            if (label->wordWrap() && label->text() != pane_->infoText())
                return label;
        }
        return nullptr;
    }

    QTemporaryDir folder_;
    std::unique_ptr<QSettings> settings_;
    std::unique_ptr<Theme> theme_;
    std::unique_ptr<BodyPane> pane_;
};

QTEST_MAIN(TestBodyPane)
#include "tst_bodypane.moc"
