// Ctrl+C and a polite kill (SIGINT, SIGTERM) as a flag that waits and loops look at. The first one asks the
// command to stop in good order; the second one ends the process the system's way.
#pragma once

namespace signalbox {

class Interrupt {
public:
    static void install();
    static bool raised();
    static void raise(); // what the signal does; for tests
    static void reset();
};

} // namespace signalbox
