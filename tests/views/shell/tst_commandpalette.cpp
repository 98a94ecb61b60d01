#include "views/shell/commandpalette.h"
#include "views/shell/fuzzymatch.h"

#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QtTest>

using namespace signalbox;

namespace {

struct Made {
    std::vector<PaletteEntry> entries;
    QStringList ran;

    void add(const QString& text, const QString& place, const QString& keys = {}, bool enabled = true,
             const QString& hint = {}) {
        entries.push_back({{text,
                            text,
                            QKeySequence(keys),
                            [enabled] { return enabled; },
                            [this, text] { ran << text; },
                            {},
                            hint},
                           place});
    }
};

} // namespace

class TestCommandPalette : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void fuzzy_fits_data();
    void fuzzy_fits();
    void fuzzy_prefersTheBeginningsOfWords();
    void typing_narrowsAndReturnRuns();
    void arrows_chooseWithinTheList();
    void disabled_isShownWithTheReasonAndNotRun();
    void shortcuts_areShown();
    void nothingFits_saysSo();
    void escape_closesWithoutRunning();
    void thousandsOfPlaces_staySearchable();
    void wholeName_comesFirst();
};

void TestCommandPalette::fuzzy_fits_data() {
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("fits");
    const auto row = [](const char* query, const char* text, bool fits) {
        QTest::newRow(query) << QString::fromUtf8(query) << QString::fromUtf8(text) << fits;
    };
    row("", "Read the queue", true);
    row("read", "Read the queue", true);
    row("QUEUE", "Read the queue", true);
    row("rtq", "Read the queue", true);
    row("queue read", "Read the queue", true);
    row("  read   ", "Read the queue", true);
    row("qr", "Read the queue", false);
    row("readx", "Read the queue", false);
    row("ü", "Übersicht", true);
    row("(.*", "Read the queue", false);
}

void TestCommandPalette::fuzzy_fits() {
    QFETCH(QString, query);
    QFETCH(QString, text);
    QFETCH(bool, fits);
    QCOMPARE(fuzzyScore(query, text) >= 0, fits);
}

void TestCommandPalette::fuzzy_prefersTheBeginningsOfWords() {
    const QString query = QStringLiteral("exp");
    const int word = fuzzyScore(query, QStringLiteral("Export the run"));
    const int inside = fuzzyScore(query, QStringLiteral("Unexpected"));
    const int scattered = fuzzyScore(query, QStringLiteral("Read the next page"));
    QVERIFY(word > inside);
    QVERIFY(inside > scattered);
    QVERIFY(scattered >= 0);
    // Scattered over the beginnings of many words, and a later word that begins with it.
    const QString note = QStringLiteral("note");
    const int own = fuzzyScore(note, QStringLiteral("Note…"));
    QVERIFY(own > fuzzyScore(note, QStringLiteral("Pin or unpin this queue")));
    QVERIFY(own > fuzzyScore(note, QStringLiteral("New order, team, east")));
    QCOMPARE(fuzzyScore(note, QStringLiteral("Footnote note")), own);
}

void TestCommandPalette::typing_narrowsAndReturnRuns() {
    Made made;
    made.add(QStringLiteral("Read the queue"), QStringLiteral("Dead letters"));
    made.add(QStringLiteral("Export the run"), QStringLiteral("Replays"));
    QWidget window;
    auto* palette = new CommandPalette(made.entries, &window);
    palette->show();
    QCOMPARE(palette->shown().size(), 2);
    QTest::keyClicks(palette->edit(), QStringLiteral("exp"));
    QCOMPARE(palette->shown(), QStringList{QStringLiteral("Export the run")});
    QTest::keyClick(palette->edit(), Qt::Key_Return);
    QVERIFY(palette->isHidden());
    QTRY_COMPARE(made.ran, QStringList{QStringLiteral("Export the run")});
}

void TestCommandPalette::arrows_chooseWithinTheList() {
    Made made;
    for (const char* text : {"One", "Two", "Three"})
        made.add(QString::fromLatin1(text), QStringLiteral("Window"));
    QWidget window;
    auto* palette = new CommandPalette(made.entries, &window);
    palette->show();
    for (const Qt::Key key : {Qt::Key_Up, Qt::Key_Down, Qt::Key_Down, Qt::Key_PageDown, Qt::Key_Up})
        QTest::keyClick(palette->edit(), key);
    QCOMPARE(palette->list()->currentItem()->text(), QStringLiteral("Two"));
    QTest::keyClick(palette->edit(), Qt::Key_Enter);
    QTRY_COMPARE(made.ran, QStringList{QStringLiteral("Two")});
}

void TestCommandPalette::disabled_isShownWithTheReasonAndNotRun() {
    Made made;
    made.add(QStringLiteral("Send again"), QStringLiteral("Replays"), {}, false,
             QStringLiteral("nothing is in doubt"));
    made.add(QStringLiteral("Delete"), QStringLiteral("Dead letters"), {}, false);
    QWidget window;
    CommandPalette palette(made.entries, &window);
    palette.show();
    QCOMPARE(palette.rightOf(0), QStringLiteral("not now: nothing is in doubt"));
    QVERIFY(palette.rightOf(1).startsWith(QLatin1String("not now: ")));
    const QString spoken = palette.list()->item(0)->data(Qt::AccessibleTextRole).toString();
    QVERIFY2(spoken.contains(QLatin1String("nothing is in doubt")), qPrintable(spoken));
    QTest::keyClick(palette.edit(), Qt::Key_Return);
    QCoreApplication::processEvents();
    QVERIFY(palette.isVisible());
    QVERIFY(made.ran.isEmpty());
}

void TestCommandPalette::shortcuts_areShown() {
    Made made;
    made.add(QStringLiteral("Export the run"), QStringLiteral("Replays"), QStringLiteral("Ctrl+E"));
    QWidget window;
    const CommandPalette palette(made.entries, &window);
    QVERIFY2(palette.rightOf(0).contains(
                 QKeySequence(QStringLiteral("Ctrl+E")).toString(QKeySequence::NativeText)),
             qPrintable(palette.rightOf(0)));
    QVERIFY(palette.rightOf(0).contains(QLatin1String("Replays")));
}

void TestCommandPalette::nothingFits_saysSo() {
    Made made;
    made.add(QStringLiteral("Export the run"), QStringLiteral("Replays"));
    QWidget window;
    CommandPalette palette(made.entries, &window);
    palette.show();
    QTest::keyClicks(palette.edit(), QStringLiteral("zzz"));
    QVERIFY(palette.shown().isEmpty());
    const auto labels = palette.findChildren<QLabel*>();
    QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
        return label->isVisible() && label->text().startsWith(QLatin1String("Nothing fits"));
    }));
    QTest::keyClick(palette.edit(), Qt::Key_Return);
    QVERIFY(palette.isVisible());
}

void TestCommandPalette::escape_closesWithoutRunning() {
    Made made;
    made.add(QStringLiteral("Export the run"), QStringLiteral("Replays"));
    QWidget window;
    CommandPalette palette(made.entries, &window);
    palette.show();
    QTest::keyClick(palette.edit(), Qt::Key_Escape);
    QCoreApplication::processEvents();
    QVERIFY(!palette.isVisible());
    QVERIFY(made.ran.isEmpty());
}

void TestCommandPalette::thousandsOfPlaces_staySearchable() {
    Made made;
    for (int i = 0; i < 5000; ++i)
        made.add(QStringLiteral("Queue: crm.orders.%1.dlq").arg(i), QStringLiteral("Dead letters"));
    QWidget window;
    CommandPalette palette(made.entries, &window);
    palette.edit()->setText(QStringLiteral("orders.4321"));
    QCOMPARE(palette.shown().first(), QStringLiteral("Queue: crm.orders.4321.dlq"));
}

void TestCommandPalette::wholeName_comesFirst() {
    Made made;
    for (const char* name : {"EasyNetQ_Default_Error_Queue", "billing.error", "error.late", "error"})
        made.add(QStringLiteral("Queue: ") + QLatin1String(name), QStringLiteral("Dead letters"));
    QWidget window;
    CommandPalette palette(made.entries, &window);
    for (const char* query : {"error", "queue: error", "Error "}) {
        palette.edit()->setText(QLatin1String(query));
        QCOMPARE(palette.shown().mid(0, 2),
                 (QStringList{QStringLiteral("Queue: error"), QStringLiteral("Queue: error.late")}));
        QCOMPARE(palette.shown().size(), 4);
    }
}

QTEST_MAIN(TestCommandPalette)
#include "tst_commandpalette.moc"
