// Every pair of colours that is read as text keeps WCAG's 4.5:1, in both looks.
#include "views/widgets/tones.h"

#include <QTest>

using namespace signalbox;

class TestTones : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void contrast_ofTextIsEnough_data() {
        QTest::addColumn<int>("front");
        QTest::addColumn<int>("back");
        const auto row = [](const char* name, Tone front, Tone back) {
            QTest::newRow(name) << static_cast<int>(front) << static_cast<int>(back);
        };
        row("text on window", Tone::Text, Tone::Window);
        row("text on panel", Tone::Text, Tone::Panel);
        row("text on base", Tone::Text, Tone::Base);
        row("text on every second row", Tone::Text, Tone::AlternateBase);
        row("dim text on window", Tone::TextDim, Tone::Window);
        row("dim text on panel", Tone::TextDim, Tone::Panel);
        row("dim text on base", Tone::TextDim, Tone::Base);
        row("dim text on every second row", Tone::TextDim, Tone::AlternateBase);
        row("accent", Tone::AccentText, Tone::Accent);
        row("selection", Tone::SelectionText, Tone::Selection);
        row("ok", Tone::Ok, Tone::Base);
        row("warn", Tone::Warn, Tone::Base);
        row("error", Tone::Error, Tone::Base);
        row("info", Tone::Info, Tone::Base);
        row("ok on window", Tone::Ok, Tone::Window);
        row("warn on window", Tone::Warn, Tone::Window);
        row("error on window", Tone::Error, Tone::Window);
        row("text in an ok banner", Tone::Text, Tone::OkBack);
        row("text in a warn banner", Tone::Text, Tone::WarnBack);
        row("text in an error banner", Tone::Text, Tone::ErrorBack);
        row("text in an info banner", Tone::Text, Tone::InfoBack);
        row("ok in its banner", Tone::Ok, Tone::OkBack);
        row("warn in its banner", Tone::Warn, Tone::WarnBack);
        row("error in its banner", Tone::Error, Tone::ErrorBack);
        row("info in its banner", Tone::Info, Tone::InfoBack);
        row("added line", Tone::Text, Tone::Added);
        row("removed line", Tone::Text, Tone::Removed);
        row("added words", Tone::Text, Tone::AddedStrong);
        row("removed words", Tone::Text, Tone::RemovedStrong);
        row("development", Tone::EnvironmentText, Tone::Development);
        row("test", Tone::EnvironmentText, Tone::Test);
        row("production", Tone::EnvironmentText, Tone::Production);
    }
    void contrast_ofTextIsEnough() {
        QFETCH(int, front);
        QFETCH(int, back);
        for (const bool dark : {false, true}) {
            const double ratio =
                contrastRatio(toneOf(static_cast<Tone>(front), dark), toneOf(static_cast<Tone>(back), dark));
            QVERIFY2(
                ratio >= 4.5,
                qPrintable(QStringLiteral("%1: %2").arg(QLatin1String(dark ? "dark" : "light")).arg(ratio)));
        }
    }

    void palettes_areTakenForWhatTheyAre() {
        QVERIFY(!isDark(consolePalette(false)));
        QVERIFY(isDark(consolePalette(true)));
        QCOMPARE(toneOf(Tone::Base, consolePalette(true)), toneOf(Tone::Base, true));
    }

    void environments_areToldApart() {
        for (const bool dark : {false, true}) {
            QVERIFY(toneOf(Tone::Development, dark) != toneOf(Tone::Test, dark));
            QVERIFY(toneOf(Tone::Test, dark) != toneOf(Tone::Production, dark));
            QVERIFY(toneOf(Tone::Development, dark) != toneOf(Tone::Production, dark));
        }
    }

    void contrast_isThatOfTheStandard() {
        QCOMPARE(contrastRatio(Qt::black, Qt::white), 21.0);
        QCOMPARE(contrastRatio(Qt::white, Qt::white), 1.0);
    }
};

QTEST_MAIN(TestTones)
#include "tst_tones.moc"
