#include "views/widgets/systemscheme.h"

#include "views/widgets/tones.h"

#include <QGuiApplication>
#include <QProcess>
#include <QSettings>
#include <QStandardPaths>

namespace signalbox {

std::optional<bool> darkByEnvironment(const QProcessEnvironment& environment) {
    const QString theme = environment.value(QStringLiteral("GTK_THEME")).toLower();
    if (theme.isEmpty())
        return std::nullopt;
    return theme.endsWith(QLatin1String(":dark")) || theme.endsWith(QLatin1String("-dark"));
}

std::optional<bool> darkByPortalAnswer(const QByteArray& answer) {
    const qsizetype at = answer.indexOf("uint32 ");
    if (at < 0)
        return std::nullopt;
    const char value = answer.size() > at + 7 ? answer.at(at + 7) : '0';
    if (value == '1')
        return true;
    if (value == '2')
        return false;
    return std::nullopt; // 0: no preference
}

SystemScheme::SystemScheme(const QPalette& platformPalette, QObject* parent)
    : QObject(parent)
    , byPalette_(isDark(platformPalette))
    , dark_(byPalette_) {
    settle(std::nullopt);
    ask();
    connect(qGuiApp, &QGuiApplication::applicationStateChanged, this, [this](Qt::ApplicationState state) {
        if (state == Qt::ApplicationActive)
            ask();
    });
}

void SystemScheme::ask() {
#if defined(Q_OS_WIN)
    settle(std::nullopt);
#elif defined(Q_OS_UNIX) && !defined(Q_OS_MACOS)
    const QString platform = QGuiApplication::platformName();
    if (portal_ || (platform != QLatin1String("xcb") && !platform.startsWith(QLatin1String("wayland"))) ||
        !qEnvironmentVariableIsSet("DBUS_SESSION_BUS_ADDRESS"))
        return;
    const QString program = QStandardPaths::findExecutable(QStringLiteral("gdbus"));
    if (program.isEmpty())
        return;
    portal_ = new QProcess(this);
    const auto end = [this](std::optional<bool> answer) {
        if (!portal_)
            return;
        portal_->deleteLater();
        portal_ = nullptr;
        settle(answer);
    };
    connect(portal_, &QProcess::finished, this, [this, end] {
        end(portal_ ? darkByPortalAnswer(portal_->readAllStandardOutput()) : std::nullopt);
    });
    connect(portal_, &QProcess::errorOccurred, this, [end] { end(std::nullopt); });
    portal_->start(program,
                   {QStringLiteral("call"), QStringLiteral("--session"), QStringLiteral("--timeout"),
                    QStringLiteral("2"), QStringLiteral("--dest"),
                    QStringLiteral("org.freedesktop.portal.Desktop"), QStringLiteral("--object-path"),
                    QStringLiteral("/org/freedesktop/portal/desktop"), QStringLiteral("--method"),
                    QStringLiteral("org.freedesktop.portal.Settings.Read"),
                    QStringLiteral("org.freedesktop.appearance"), QStringLiteral("color-scheme")});
#endif
}

void SystemScheme::settle(std::optional<bool> portal) {
    bool dark = byPalette_;
#if defined(Q_OS_WIN)
    const QSettings person(QStringLiteral("HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\"
                                          "Themes\\Personalize"),
                           QSettings::NativeFormat);
    dark = !person.value(QStringLiteral("AppsUseLightTheme"), true).toBool();
#endif
    if (const auto said = darkByEnvironment(QProcessEnvironment::systemEnvironment()))
        dark = *said;
    else if (portal)
        dark = *portal;
    if (dark == dark_)
        return;
    dark_ = dark;
    Q_EMIT changed();
}

} // namespace signalbox
