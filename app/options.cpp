#include "app/options.h"

namespace signalbox {

namespace {

// Options of QApplication that take the next argument.
bool takesValue(const QString& option) {
    static const QStringList known{
        QStringLiteral("-platform"),        QStringLiteral("-platformpluginpath"),
        QStringLiteral("-platformtheme"),   QStringLiteral("-plugin"),
        QStringLiteral("-qwindowgeometry"), QStringLiteral("-geometry"),
        QStringLiteral("-qwindowicon"),     QStringLiteral("-icon"),
        QStringLiteral("-qwindowtitle"),    QStringLiteral("-title"),
        QStringLiteral("-display"),         QStringLiteral("-style"),
        QStringLiteral("-stylesheet"),      QStringLiteral("-fontengine"),
        QStringLiteral("-session"),
    };
    return known.contains(option);
}

bool isQtOption(const QString& argument) {
    return argument.size() > 2 && argument.startsWith(QLatin1Char('-')) && argument[1] != QLatin1Char('-');
}

} // namespace

ProgramOptions readOptions(const QStringList& arguments) {
    const QString workspace = QStringLiteral("--workspace");
    ProgramOptions options;
    bool fileGiven = false;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        const QString& argument = arguments[i];
        if (argument == workspace && i + 1 < arguments.size()) {
            options.workspaceFile = arguments[++i];
            fileGiven = true;
        } else if (argument.startsWith(workspace + QLatin1Char('='))) {
            options.workspaceFile = argument.mid(workspace.size() + 1);
            fileGiven = true;
        } else if (isQtOption(argument)) {
            i += takesValue(argument) ? 1 : 0;
        } else {
            return {};
        }
    }
    // An empty name is a mistake: the default workspace was not meant.
    if (fileGiven && options.workspaceFile.isEmpty())
        return {};
    options.window = true;
    return options;
}

QString missingDisplay(const QStringList& arguments) {
#if defined(Q_OS_UNIX) && !defined(Q_OS_MACOS)
    if (arguments.contains(QStringLiteral("-platform")) || arguments.contains(QStringLiteral("-display")))
        return {};
    for (const char* variable : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) {
        if (!qEnvironmentVariableIsEmpty(variable))
            return {};
    }
    return QStringLiteral(
        "signalbox: there is no display for the window (neither DISPLAY nor WAYLAND_DISPLAY is set).\n"
        "  On a virtual one:     xvfb-run -a signalbox      (Debian: apt-get install xvfb xauth)\n"
        "  On the command line:  signalbox --help\n");
#else
    Q_UNUSED(arguments)
    return {};
#endif
}

} // namespace signalbox
