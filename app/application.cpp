#include "app/application.h"

#include "app/cli/output.h"
#include "app/options.h"

#include <QCoreApplication>

#include <cstdio>
#include <cstdlib>

#ifdef Q_OS_UNIX
#include <sys/stat.h>
#endif

namespace signalbox {

namespace {

QtMessageHandler before = nullptr;

void explainFatal(QtMsgType type, const QMessageLogContext& context, const QString& message) {
    if (type == QtFatalMsg && message.contains(QStringLiteral("platform plugin"))) {
        std::fputs("signalbox: the display cannot be reached.\n"
                   "  On a virtual one:     xvfb-run -a signalbox      (Debian: apt-get install xvfb xauth)\n"
                   "  On the command line:  signalbox --help\n",
                   stderr);
        std::fprintf(stderr, "  %s\n", message.simplified().toUtf8().constData());
        std::_Exit(exitcode::refused);
    }
    if (before)
        before(type, context, message);
}

} // namespace

void prepareProcess() {
#ifdef Q_OS_UNIX
    // Workspace, snapshots, exports and logs are for this person alone, also in the moment they are made.
    ::umask(S_IRWXG | S_IRWXO);
#endif
}

void nameApplication() {
    QCoreApplication::setApplicationName(QStringLiteral("signalbox"));
    QCoreApplication::setApplicationVersion(QStringLiteral(SIGNALBOX_VERSION));
}

void explainMissingDisplay() {
    before = qInstallMessageHandler(explainFatal);
}

} // namespace signalbox
