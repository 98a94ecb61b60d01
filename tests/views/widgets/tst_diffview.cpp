// The difference of two texts: side by side, unified, change by change.
#include "views/widgets/diffpane.h"
#include "views/widgets/diffview.h"
#include "views/widgets/theme.h"

#include <QLabel>
#include <QRandomGenerator>
#include <QScrollBar>
#include <QSettings>
#include <QTemporaryDir>
#include <QTextBlock>
#include <QToolButton>
#include <QtTest>

using namespace signalbox;

namespace {

QString s(const char* text) {
    return QString::fromUtf8(text);
}

const QString before = s("{\n  \"id\": 7,\n  \"old\": 1,\n  \"gone\": 2,\n  \"end\": 0\n}");
const QString after = s("{\n  \"id\": 7,\n  \"new\": 1,\n  \"end\": 0,\n  \"more\": 3\n}");

// "-2 text" and the like: sign, number of the line as a person counts, text; a filler is "~".
QStringList rowsOf(const DiffPane* pane) {
    QStringList rows;
    for (const DiffRow& row : pane->rows()) {
        const int number = (row.before >= 0 ? row.before : row.after) + 1;
        const char* sign = row.look == DiffRow::Look::Removed ? "-"
                           : row.look == DiffRow::Look::Added ? "+"
                                                              : " ";
        rows << (row.look == DiffRow::Look::Filler
                     ? s("~")
                     : s("%1%2 %3").arg(s(sign)).arg(number).arg(row.text.trimmed()));
    }
    return rows;
}

QStringList randomLines(QRandomGenerator& random, int most) {
    QStringList lines;
    for (int i = random.bounded(most); i > 0; --i)
        lines << QString(QChar(u'a' + random.bounded(4)));
    return lines;
}

// Both texts put together again from the difference, or what is wrong with it.
QString faultOf(const QStringList& a, const QStringList& b, const std::vector<DiffLine>& lines) {
    int nextA = 0;
    int nextB = 0;
    for (const DiffLine& line : lines) {
        const bool hasA = line.kind != DiffLine::Kind::Added;
        const bool hasB = line.kind != DiffLine::Kind::Removed;
        if (line.before != (hasA ? nextA : -1) || line.after != (hasB ? nextB : -1))
            return s("lines out of order");
        if (line.kind == DiffLine::Kind::Same && a.value(nextA) != b.value(nextB))
            return s("what differs is called the same");
        nextA += hasA ? 1 : 0;
        nextB += hasB ? 1 : 0;
    }
    return nextA == a.size() && nextB == b.size() ? QString() : s("lines are missing");
}

} // namespace

class TestDiffView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        settings_ = std::make_unique<QSettings>(folder_.filePath(s("settings.ini")), QSettings::IniFormat);
        theme_ = std::make_unique<Theme>(*settings_);
        view_ = std::make_unique<DiffView>();
        view_->resize(900, 300);
        view_->show();
        QVERIFY(QTest::qWaitForWindowExposed(view_.get()));
    }
    void cleanup() {
        view_.reset();
        theme_.reset();
    }

    void sides_standBesideEachOther() {
        view_->setTexts(s("Original"), before, s("Edited"), after);
        QVERIFY(view_->leftPane()->isVisible() && view_->rightPane()->isVisible());
        QVERIFY(!view_->unifiedPane()->isVisible());
        QCOMPARE(rowsOf(view_->leftPane()),
                 QStringList({s(" 1 {"), s(" 2 \"id\": 7,"), s("-3 \"old\": 1,"), s("-4 \"gone\": 2,"),
                              s("-5 \"end\": 0"), s(" 6 }")}));
        QCOMPARE(rowsOf(view_->rightPane()),
                 QStringList({s(" 1 {"), s(" 2 \"id\": 7,"), s("+3 \"new\": 1,"), s("+4 \"end\": 0,"),
                              s("+5 \"more\": 3"), s(" 6 }")}));
        QCOMPARE(view_->summary(), s("1 change"));
        QVERIFY(titles().contains(s("Original")) && titles().contains(s("Edited")));
        QVERIFY(view_->leftPane()->isReadOnly() && view_->rightPane()->isReadOnly());
        QCOMPARE(view_->leftPane()->toPlainText(), before);
    }
    void sides_keepStepWithFillers() {
        view_->setTexts({}, s("a\nb\nc"), {}, s("a\nx\ny\nb\nc"));
        QCOMPARE(rowsOf(view_->leftPane()), QStringList({s(" 1 a"), s("~"), s("~"), s(" 2 b"), s(" 3 c")}));
        QCOMPARE(rowsOf(view_->rightPane()),
                 QStringList({s(" 1 a"), s("+2 x"), s("+3 y"), s(" 4 b"), s(" 5 c")}));
        QCOMPARE(view_->leftPane()->blockCount(), view_->rightPane()->blockCount());
    }
    void changedPart_isStronger() {
        view_->setTexts({}, s("price: 10 EUR"), {}, s("price: 25 EUR"));
        const DiffRow left = view_->leftPane()->rows().front();
        const DiffRow right = view_->rightPane()->rows().front();
        QCOMPARE(left.text.mid(left.strong.start, left.strong.length), s("10"));
        QCOMPARE(right.text.mid(right.strong.start, right.strong.length), s("25"));
    }
    void unified_hasRemovedBeforeAdded() {
        view_->setTexts({}, s("a\nb\nc\nd"), {}, s("a\nB\nC\nd"));
        QToolButton* toggle = nullptr;
        for (QToolButton* button : view_->findChildren<QToolButton*>()) {
            if (button->text() == s("Unified"))
                toggle = button;
        }
        QVERIFY(toggle);
        toggle->click();
        QVERIFY(view_->unifiedPane()->isVisible());
        QVERIFY(!view_->leftPane()->isVisible());
        QCOMPARE(rowsOf(view_->unifiedPane()),
                 QStringList({s(" 1 a"), s("-2 b"), s("-3 c"), s("+2 B"), s("+3 C"), s(" 4 d")}));
        QCOMPARE(view_->changes(), 1);
        toggle->click();
        QVERIFY(view_->leftPane()->isVisible());
    }
    void equal_saysSo() {
        view_->setTexts({}, before, {}, before);
        QCOMPARE(view_->summary(), s("No differences"));
        QCOMPARE(view_->changes(), 0);
        for (const QToolButton* button : view_->findChildren<QToolButton*>()) {
            if (button->accessibleName().contains(s("change")))
                QVERIFY(!button->isEnabled());
        }
        QTest::keyClick(view_.get(), Qt::Key_F7); // nowhere to go
    }
    void changes_areReachedOneByOne_data() {
        QTest::addColumn<bool>("unified");
        QTest::newRow("side by side") << false;
        QTest::newRow("unified") << true;
    }
    void changes_areReachedOneByOne() {
        QFETCH(bool, unified);
        QStringList a;
        for (int i = 0; i < 300; ++i)
            a << s("line %1").arg(i);
        QStringList b = a;
        b[10] = s("first");
        b[150] = s("second");
        b[290] = s("third");
        view_->setTexts({}, a.join(u'\n'), {}, b.join(u'\n'));
        view_->setUnified(unified);
        QCOMPARE(view_->summary(), s("3 changes"));
        DiffPane* pane = unified ? view_->unifiedPane() : view_->leftPane();
        const auto at = [&] { return pane->textCursor().block().text(); };
        for (const char* line : {"line 10", "line 150", "line 290", "line 290"}) { // the last one stays
            QTest::keyClick(view_.get(), Qt::Key_F7);
            QCOMPARE(at(), s(line));
            QVERIFY2(pane->viewport()->rect().intersects(pane->cursorRect()), line);
        }
        for (const char* line : {"line 150", "line 10", "line 10"}) {
            QTest::keyClick(view_.get(), Qt::Key_F7, Qt::ShiftModifier);
            QCOMPARE(at(), s(line));
        }
    }
    void firstChange_isInViewFromTheStart() {
        QStringList a;
        for (int i = 0; i < 300; ++i)
            a << s("line %1").arg(i);
        QStringList b = a;
        b[200] = s("changed");
        DiffView view;
        view.setTexts({}, a.join(u'\n'), {}, b.join(u'\n')); // not shown yet, as behind a tab
        view.resize(900, 300);
        view.show();
        const auto inView = [](DiffPane* pane) {
            const QTextCursor line(pane->document()->findBlockByNumber(200));
            return pane->viewport()->rect().contains(pane->cursorRect(line).center());
        };
        QTRY_VERIFY(inView(view.leftPane()) && inView(view.rightPane()));
        view.setUnified(true);
        QTRY_VERIFY(inView(view.unifiedPane()));
        QTest::keyClick(&view, Qt::Key_F7); // the first one is the first
        QCOMPARE(view.unifiedPane()->textCursor().block().text(), s("line 200"));
    }
    void sides_scrollTogether() {
        const QString lines = s("line\n").repeated(300);
        view_->setTexts({}, lines + s("a"), {}, lines + s("b"));
        QTest::keyClick(view_.get(), Qt::Key_F7);
        QVERIFY(view_->leftPane()->verticalScrollBar()->value() > 0);
        QCOMPARE(view_->rightPane()->verticalScrollBar()->value(),
                 view_->leftPane()->verticalScrollBar()->value());
        view_->rightPane()->setFocus();
        QTest::keyClick(view_->rightPane(), Qt::Key_Home, Qt::ControlModifier);
        QCOMPARE(view_->rightPane()->verticalScrollBar()->value(), 0);
        QCOMPARE(view_->leftPane()->verticalScrollBar()->value(), 0);
    }

    void anyTexts_arePutTogetherAgain() {
        QRandomGenerator random(4711);
        for (int round = 0; round < 2000; ++round) {
            const QStringList a = randomLines(random, 12);
            const QStringList b = randomLines(random, 12);
            const QString fault = faultOf(a, b, diffLines(a, b));
            QVERIFY2(fault.isEmpty(), qPrintable(fault + u'\n' + a.join(u' ') + u'\n' + b.join(u' ')));
        }
    }
    void smallEdit_isFoundSmall() {
        QStringList a;
        for (int i = 0; i < 20'000; ++i)
            a << QString::number(i);
        QStringList b = a;
        b.removeAt(15'000);
        b.insert(100, s("new"));
        int changed = 0;
        const auto lines = diffLines(a, b);
        for (const DiffLine& line : lines)
            changed += line.kind == DiffLine::Kind::Same ? 0 : 1;
        QCOMPARE(changed, 2);
        QCOMPARE(faultOf(a, b, lines), QString());
    }
    void allDifferent_isComparedRoughlyButWhole() {
        QStringList a{s("head")};
        QStringList b{s("head")};
        for (int i = 0; i < 5000; ++i) {
            a << s("a%1").arg(i);
            b << s("b%1").arg(i);
        }
        a << s("end");
        b << s("more") << s("end");
        const auto lines = diffLines(a, b);
        QCOMPARE(faultOf(a, b, lines), QString());
        QCOMPARE(lines.front().kind, DiffLine::Kind::Same);
        QCOMPARE(lines.back().kind, DiffLine::Kind::Same);
    }

private:
    QStringList titles() const {
        QStringList all;
        for (const QLabel* label : view_->findChildren<QLabel*>())
            all << label->text();
        return all;
    }

    QTemporaryDir folder_;
    std::unique_ptr<QSettings> settings_;
    std::unique_ptr<Theme> theme_;
    std::unique_ptr<DiffView> view_;
};

QTEST_MAIN(TestDiffView)
#include "tst_diffview.moc"
