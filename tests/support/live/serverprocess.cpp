#include "tests/support/live/serverprocess.h"

#include <QDeadlineTimer>
#include <QFile>
#include <QThread>
#include <csignal>

#ifdef Q_OS_LINUX
#include <sys/prctl.h>
#endif
#ifdef Q_OS_UNIX
#include <signal.h>
#endif

namespace signalbox::live {

namespace {

constexpr int pollMs = 10;

#ifdef Q_OS_LINUX
QByteArray procFile(qint64 pid, const char* name) {
    QFile file(QStringLiteral("/proc/%1/%2").arg(pid).arg(QLatin1String(name)));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// The command line is empty for a zombie, and for a moment while a process becomes another program by exec.
QByteArray commandLine(qint64 pid) {
    constexpr int execMs = 2000;
    const QDeadlineTimer deadline(execMs);
    for (;;) {
        const QByteArray line = procFile(pid, "cmdline");
        const QByteArray stat = procFile(pid, "stat"); // "pid (name) state ..."; the name may hold anything
        const char state = stat.mid(stat.lastIndexOf(')') + 2, 1).append(1, 'X').front();
        if (!line.isEmpty() || stat.isEmpty() || state == 'Z' || state == 'X' || deadline.hasExpired())
            return line;
        QThread::msleep(1);
    }
}
#endif

} // namespace

bool processIs(qint64 pid, const QString& marker) {
    if (pid <= 0)
        return false;
#ifdef Q_OS_LINUX
    QByteArray line = commandLine(pid);
    line.replace('\0', ' ');
#else
    QProcess ps;
    ps.start(QStringLiteral("ps"), {QStringLiteral("-ww"), QStringLiteral("-o"), QStringLiteral("args="),
                                    QStringLiteral("-p"), QString::number(pid)});
    ps.waitForFinished();
    const QByteArray line = ps.readAllStandardOutput().trimmed() + ' ';
#endif
    return QString::fromLocal8Bit(line).contains(marker);
}

Result<void> ServerProcess::start(const Launch& launch, const QString& marker) {
    auto process = std::make_unique<QProcess>();
    process->setProgram(launch.program);
    process->setArguments(launch.arguments);
    process->setProcessEnvironment(launch.environment);
    process->setWorkingDirectory(launch.folder);
    process->setStandardInputFile(QProcess::nullDevice());
    process->setStandardOutputFile(launch.outputFile, QIODevice::Append);
    process->setStandardErrorFile(launch.outputFile, QIODevice::Append);
    marker_ = marker;
    bool started = false;
    if (launch.outlives) {
        started = process->startDetached(&pid_);
    } else {
#ifdef Q_OS_LINUX
        process->setChildProcessModifier([] { prctl(PR_SET_PDEATHSIG, SIGKILL); });
#endif
        process->start();
        started = process->waitForStarted();
        pid_ = process->processId();
        child_ = std::move(process);
    }
    if (!started)
        return failure(ErrorKind::NotFound, QStringLiteral("%1 cannot be started.").arg(launch.program));
    return {};
}

ServerProcess::~ServerProcess() {
    if (!child_)
        return;
    kill();
    child_->waitForFinished();
}

void ServerProcess::adopt(qint64 pid, const QString& marker) {
    child_.reset();
    pid_ = pid;
    marker_ = marker;
}

bool ServerProcess::running() {
    if (!child_)
        return processIs(pid_, marker_);
    if (child_->state() != QProcess::NotRunning)
        child_->waitForFinished(0);
    return child_->state() != QProcess::NotRunning;
}

void ServerProcess::raise(int signal) {
    if (!running())
        return;
#ifdef Q_OS_UNIX
    ::kill(static_cast<pid_t>(pid_), signal);
#else
    Q_UNUSED(signal)
    if (child_)
        child_->kill();
#endif
}

void ServerProcess::terminate() {
    raise(SIGTERM);
}

void ServerProcess::kill() {
#ifdef Q_OS_UNIX
    raise(SIGKILL);
#else
    raise(SIGTERM);
#endif
}

void ServerProcess::suspend() {
#ifdef Q_OS_UNIX
    raise(SIGSTOP);
#endif
}

void ServerProcess::resume() {
#ifdef Q_OS_UNIX
    raise(SIGCONT);
#endif
}

bool ServerProcess::waitGone(int timeoutMs) {
    QDeadlineTimer deadline(timeoutMs);
    while (running()) {
        if (deadline.hasExpired())
            return false;
        if (child_)
            child_->waitForFinished(pollMs);
        else
            QThread::msleep(pollMs);
    }
    return true;
}

} // namespace signalbox::live
