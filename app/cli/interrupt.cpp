#include "app/cli/interrupt.h"

#include <csignal>

namespace signalbox {

namespace {

volatile std::sig_atomic_t flag = 0; // written by the signal handler, which may touch nothing else

extern "C" void noteSignal(int number) {
    flag = 1;
    std::signal(number, SIG_DFL);
}

} // namespace

void Interrupt::install() {
#ifdef _WIN32
    std::signal(SIGINT, noteSignal);
    std::signal(SIGTERM, noteSignal);
#else
    struct sigaction action {};
    action.sa_handler = noteSignal; // without SA_RESTART: a question on the terminal ends at once
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN; // `signalbox ... | head` ends by a failed write, not by a signal
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGPIPE, &ignore, nullptr);
#endif
}

bool Interrupt::raised() {
    return flag != 0;
}

void Interrupt::raise() {
    flag = 1;
}

void Interrupt::reset() {
    flag = 0;
}

} // namespace signalbox
