// One binary: without a command it is the window, with one it is the command line (which needs no display).
#include "app/application.h"
#include "app/cli/commandline.h"
#include "app/cli/interrupt.h"
#include "app/logsinks.h"
#include "app/options.h"
#include "app/workspace.h"

#include <QApplication>
#include <QEvent>
#include <QMessageBox>
#include <QTimer>

#include <cstdio>

namespace {

using namespace signalbox;

// Cheap arguments for the first look, before any application object is there.
QStringList argumentsOf(int argc, char** argv) {
    QStringList arguments;
    for (int i = 1; i < argc; ++i)
        arguments << QString::fromLocal8Bit(argv[i]);
    return arguments;
}

// Plain lines on standard error or, for a command with --json, JSON lines.
Result<std::unique_ptr<Workspace>> openWithLog(const QString& given, Output& out) {
    auto workspace = Workspace::open(given);
    // The log lies beside the workspace, so it comes after it; not at all where that cannot be opened.
    if (workspace) {
        if (auto log = openLog((*workspace)->file()); !log)
            out.notice(log.error().summary);
    }
    return workspace;
}

int runCommand(int argc, char** argv) {
    QCoreApplication application(argc, argv);
    nameApplication();
    Interrupt::install();
    const int code =
        runCommandLine(argumentsOf(argc, argv), systemTerminal(), [](const QString& file, Output& out) {
            auto workspace = openWithLog(file, out);
            if (workspace) {
                // What is too old goes now, before anything of it is in use.
                if (auto pruned = (*workspace)->prune(); !pruned)
                    out.notice(pruned.error().summary);
            }
            return workspace;
        });
    closeLog();
    return code;
}

// For measuring: says on standard output when the window has been painted and the event loop is free.
class PaintWatch final : public QObject {
public:
    using QObject::QObject;
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::Paint) {
            watched->removeEventFilter(this);
            QTimer::singleShot(0, this, [] {
                std::puts("window ready");
                std::fflush(stdout);
            });
        }
        return false;
    }
};

int runWindow(int argc, char** argv, const ProgramOptions& options) {
    const QString missing = missingDisplay(argumentsOf(argc, argv));
    if (!missing.isEmpty()) {
        std::fputs(missing.toUtf8().constData(), stderr);
        return exitcode::refused;
    }
    explainMissingDisplay();
    QApplication application(argc, argv);
    nameApplication();
    const Terminal terminal = systemTerminal();
    Output out(terminal, false);
    auto workspace = openWithLog(options.workspaceFile, out);
    if (!workspace) {
        const Error& error = workspace.error();
        std::fputs(QStringLiteral("signalbox: %1\n").arg(error.summary).toUtf8().constData(), stderr);
        QMessageBox box(QMessageBox::Critical, QStringLiteral("Signalbox"), error.summary,
                        QMessageBox::Close);
        box.setDetailedText(error.detail);
        box.exec();
        return exitCodeOf(error.kind);
    }
    (*workspace)->takeEnvironmentPasswords();
    auto window = (*workspace)->makeWindow();
    PaintWatch watch;
    if (qEnvironmentVariableIsSet("SIGNALBOX_ANNOUNCE_WINDOW"))
        window->installEventFilter(&watch);
    window->show();
    const int code = QApplication::exec();
    window.reset();
    workspace->reset();
    closeLog();
    return code;
}

} // namespace

int main(int argc, char** argv) {
    prepareProcess();
    const signalbox::ProgramOptions options = signalbox::readOptions(argumentsOf(argc, argv));
    return options.window ? runWindow(argc, argv, options) : runCommand(argc, argv);
}
