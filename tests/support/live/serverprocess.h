// A server program started by a test or by the sandbox. By default it dies with the thread that started it,
// so that a crashed test leaves nothing running; with `outlives` it stays and is found again by its process
// id. Blocking; belongs to the thread that starts it.
#pragma once

#include "models/base/result.h"

#include <QProcess>
#include <QStringList>
#include <memory>

namespace signalbox::live {

struct Launch {
    QString program;
    QStringList arguments;
    QProcessEnvironment environment;
    QString folder;     // working directory
    QString outputFile; // standard output and error are appended here
    bool outlives = false;
};

class ServerProcess {
public:
    ServerProcess() = default;
    ~ServerProcess();
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;
    ServerProcess(ServerProcess&&) = delete;
    ServerProcess& operator=(ServerProcess&&) = delete;

    // `marker` is a text in its command line: a process id alone may be somebody else's by now.
    Result<void> start(const Launch& launch, const QString& marker);
    void adopt(qint64 pid, const QString& marker);

    qint64 pid() const { return pid_; }
    bool running();
    void terminate();
    void kill();
    // It stands still with its connections open until resume(), as behind a network that swallows everything.
    void suspend();
    void resume();
    bool waitGone(int timeoutMs);

private:
    void raise(int signal);
    std::unique_ptr<QProcess> child_; // none when it outlives us
    qint64 pid_ = 0;
    QString marker_;
};

// Is there a process of that id with `marker` in its command line? Arguments are parted and ended by one
// space.
bool processIs(qint64 pid, const QString& marker);

} // namespace signalbox::live
