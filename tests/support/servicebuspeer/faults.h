// What goes wrong on demand. The wire asks; tests and the control endpoint set. Lives on the peer's thread.
#pragma once

#include "tests/support/servicebuspeer/refusal.h"

namespace signalbox::sbpeer {

struct Faults {
    int dropAfterTransfers =
        0;                 // the n-th message sent to the peer from now on cuts its connection, unanswered
    int throttleSends = 0; // so many sends are refused with com.microsoft:server-busy
    int throttleManagement = 0; // so many questions to $management are answered with the same
    int dropBeforeAccepts = 0;  // the n-th send from now on is kept, and then cuts its connection, unanswered
    int swallowAccepts = 0;     // so many sends are kept, and never answered
    int throttleHttp = 0;       // so many management requests are answered with `throttleHttpStatus`
    int throttleHttpStatus = 429;
    int throttleHttpSeconds = -1;    // of Retry-After in those answers; -1: none
    int swallowSettlements = 0;      // so many settlements are done, and never answered
    int exitAfterAccepts = 0;        // after the n-th accepted send from now on the process ends, hard
    int delayMs = 0;                 // every answer is late by so much
    QByteArray sendDisabledAtCommit; // the next commit finds that this entity takes nothing
    int refuseSends = 0;             // so many sends are refused with `refusal`
    Refusal refusal{"amqp:internal-error", "The service was unable to process the request; please retry."};

    // Counts one down; true for the one that reaches zero.
    static bool strikes(int& counter) { return counter > 0 && --counter == 0; }
    // Counts one down; true while there are some left.
    static bool spend(int& counter) { return counter > 0 && counter-- > 0; }
};

} // namespace signalbox::sbpeer
