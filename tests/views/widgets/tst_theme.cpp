// Light and dark: what the desktop says, what the person says, and that both are followed at any scale.
#include "views/widgets/systemscheme.h"
#include "views/widgets/theme.h"

#include <QApplication>
#include <QLabel>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace signalbox;

namespace {

QProcessEnvironment withTheme(const char* name) {
    QProcessEnvironment environment;
    environment.insert(QStringLiteral("GTK_THEME"), QString::fromLatin1(name));
    return environment;
}

} // namespace

class TestTheme : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;
    std::unique_ptr<QSettings> settings_;

private Q_SLOTS:
    void initTestCase() { qunsetenv("GTK_THEME"); }
    void init() {
        QApplication::setPalette(consolePalette(false));
        QApplication::setFont(QFont(QStringLiteral("DejaVu Sans"), 10));
        settings_ =
            std::make_unique<QSettings>(folder_.filePath(QStringLiteral("s.ini")), QSettings::IniFormat);
        settings_->clear();
    }

    void environment_saysDarkOrLight() {
        QCOMPARE(darkByEnvironment(withTheme("Adwaita:dark")), std::optional(true));
        QCOMPARE(darkByEnvironment(withTheme("Yaru-Dark")), std::optional(true));
        QCOMPARE(darkByEnvironment(withTheme("Adwaita")), std::optional(false));
        QVERIFY(!darkByEnvironment(QProcessEnvironment()));
    }

    void portal_answersAreUnderstood_data() {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<int>("dark"); // -1: nothing is said
        QTest::newRow("dark") << QByteArray("(<<uint32 1>>,)\n") << 1;
        QTest::newRow("light") << QByteArray("(<<uint32 2>>,)\n") << 0;
        QTest::newRow("no preference") << QByteArray("(<<uint32 0>>,)\n") << -1;
        QTest::newRow("of the future") << QByteArray("(<<uint32 7>>,)\n") << -1;
        QTest::newRow("nothing") << QByteArray() << -1;
        QTest::newRow("cut") << QByteArray("(<<uint32 ") << -1;
        QTest::newRow("error") << QByteArray("Error: GDBus.Error:org.freedesktop.DBus.Error") << -1;
    }
    void portal_answersAreUnderstood() {
        QFETCH(QByteArray, answer);
        QFETCH(int, dark);
        const auto said = darkByPortalAnswer(answer);
        QCOMPARE(said ? static_cast<int>(*said) : -1, dark);
    }

    void system_isFollowed() {
        QVERIFY(!Theme(*settings_).dark());
        QApplication::setPalette(consolePalette(true)); // as a dark desktop gives it
        Theme theme(*settings_);
        QCOMPARE(theme.mode(), ThemeMode::System);
        QVERIFY(theme.dark());
        QVERIFY(isDark(QApplication::palette()));
    }

    void person_isFollowedAndRemembered() {
        Theme theme(*settings_);
        QLabel warned(QStringLiteral("warning"));
        setTextTone(&warned, Tone::Warn);
        warned.show();
        QSignalSpy changed(&theme, &Theme::changed);
        theme.setMode(ThemeMode::Dark);
        QVERIFY(theme.dark());
        QCOMPARE(changed.count(), 1);
        QVERIFY(isDark(QApplication::palette()));
        QTRY_COMPARE(warned.palette().color(QPalette::WindowText), toneOf(Tone::Warn, true));
        theme.setMode(ThemeMode::Light);
        QTRY_COMPARE(warned.palette().color(QPalette::WindowText), toneOf(Tone::Warn, false));
        theme.setMode(ThemeMode::Dark);
        QVERIFY(Theme(*settings_).dark());
    }

    void zoom_changesTheFontWithinBounds() {
        Theme theme(*settings_);
        theme.setZoom(200);
        QCOMPARE(QApplication::font().pointSizeF(), 20.0);
        theme.setZoom(900);
        QCOMPARE(theme.zoom(), 200);
        theme.setZoom(1);
        QCOMPARE(theme.zoom(), 75);
        QCOMPARE(Theme(*settings_).zoom(), 75);
    }

    // A picture of 16 points has as many pixels as the screen shows.
    void icons_areDrawnForTheScale_data() {
        QTest::addColumn<double>("scale");
        for (const double scale : {1.0, 1.25, 1.5, 2.0})
            QTest::newRow(qPrintable(QString::number(scale))) << scale;
    }
    void icons_areDrawnForTheScale() {
        QFETCH(double, scale);
        const QIcon refresh = icon(QStringLiteral("refresh"));
        const QPixmap drawn = refresh.pixmap(QSize(16, 16), scale);
        QCOMPARE(drawn.devicePixelRatio(), scale);
        QCOMPARE(drawn.size(), QSize(qRound(16 * scale), qRound(16 * scale)));
        const QImage image = drawn.toImage();
        int inked = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x)
                inked += qAlpha(image.pixel(x, y)) > 0 ? 1 : 0;
        }
        QVERIFY2(inked > image.width() * image.height() / 20, qPrintable(QString::number(inked)));
    }

    void icons_followTheLook() {
        const QIcon refresh = icon(QStringLiteral("refresh"));
        const QImage light = refresh.pixmap(16).toImage();
        QApplication::setPalette(consolePalette(true));
        QVERIFY(refresh.pixmap(16).toImage() != light);
    }
};

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
