#include "app/cli/terminal.h"

#include <iostream>

#ifdef Q_OS_WIN
#include <io.h>
#include <windows.h>
#else
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#endif

namespace signalbox {

namespace {

enum class Echo { On, Off };

#ifdef Q_OS_WIN

bool isTerminal(int descriptor) {
    return _isatty(descriptor) != 0;
}

int columns() {
    CONSOLE_SCREEN_BUFFER_INFO info;
    if (!GetConsoleScreenBufferInfo(GetStdHandle(STD_OUTPUT_HANDLE), &info))
        return 0;
    return info.srWindow.Right - info.srWindow.Left + 1;
}

class EchoGuard {
public:
    explicit EchoGuard(Echo echo)
        : handle_(GetStdHandle(STD_INPUT_HANDLE)) {
        changed_ = echo == Echo::Off && GetConsoleMode(handle_, &before_) &&
                   SetConsoleMode(handle_, before_ & ~ENABLE_ECHO_INPUT);
    }
    ~EchoGuard() {
        if (changed_)
            SetConsoleMode(handle_, before_);
    }
    EchoGuard(const EchoGuard&) = delete;
    EchoGuard& operator=(const EchoGuard&) = delete;
    bool silent() const { return changed_; }

private:
    HANDLE handle_;
    DWORD before_ = 0;
    bool changed_ = false;
};

std::optional<QByteArray> readLine() {
    std::string line;
    if (!std::getline(std::cin, line))
        return std::nullopt;
    return QByteArray::fromStdString(line);
}

#else

bool isTerminal(int descriptor) {
    return ::isatty(descriptor) != 0;
}

int columns() {
    winsize size{};
    return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

class EchoGuard {
public:
    explicit EchoGuard(Echo echo) {
        if (echo == Echo::On || ::tcgetattr(STDIN_FILENO, &before_) != 0)
            return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        changed_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
    }
    ~EchoGuard() {
        if (changed_)
            ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
    EchoGuard(const EchoGuard&) = delete;
    EchoGuard& operator=(const EchoGuard&) = delete;
    bool silent() const { return changed_; }

private:
    termios before_{};
    bool changed_ = false;
};

// By read(2), so that Ctrl+C ends the question (the handler is set without SA_RESTART).
std::optional<QByteArray> readLine() {
    QByteArray line;
    char letter = 0;
    for (;;) {
        const ssize_t got = ::read(STDIN_FILENO, &letter, 1);
        if (got <= 0)
            return got == 0 && !line.isEmpty() ? std::optional(line) : std::nullopt;
        if (letter == '\n')
            return line;
        line.append(letter);
    }
}

#endif

Result<QByteArray> ask(const QString& prompt, Echo echo) {
    std::optional<QByteArray> line;
    {
        const EchoGuard guard(echo);
        if (echo == Echo::Off && !guard.silent())
            return failure(ErrorKind::Unsupported,
                           QStringLiteral("The terminal cannot hide what is typed, so no password is asked. "
                                          "Use the keychain or an environment variable."));
        std::cerr << prompt.toStdString() << std::flush;
        line = readLine();
        if (echo == Echo::Off)
            std::cerr << '\n';
    }
    if (!line)
        return failure(ErrorKind::Cancelled, QStringLiteral("The question was not answered."));
    if (line->endsWith('\r'))
        line->chop(1);
    return *line;
}

} // namespace

Terminal systemTerminal() {
    constexpr int inputDescriptor = 0;
    constexpr int outputDescriptor = 1;
    constexpr int errorDescriptor = 2;
    Terminal terminal;
    terminal.out = &std::cout;
    terminal.err = &std::cerr;
    terminal.personAtInput = isTerminal(inputDescriptor);
    terminal.personAtErrors = isTerminal(errorDescriptor);
    terminal.width = isTerminal(outputDescriptor) ? columns() : 0;
    terminal.variable = [](const QByteArray& name) -> std::optional<QByteArray> {
        if (!qEnvironmentVariableIsSet(name.constData()))
            return std::nullopt;
        return qgetenv(name.constData());
    };
    terminal.askSecret = [](const QString& prompt) -> Result<Secret> {
        auto typed = ask(prompt, Echo::Off);
        if (!typed)
            return failure(std::move(typed.error()));
        return Secret(*typed);
    };
    terminal.askLine = [](const QString& prompt) -> Result<QString> {
        auto typed = ask(prompt, Echo::On);
        if (!typed)
            return failure(std::move(typed.error()));
        return QString::fromUtf8(*typed);
    };
    return terminal;
}

} // namespace signalbox
