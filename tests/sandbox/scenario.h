// What happens at the sandbox company, read from resources/sandbox. Values only.
#pragma once

#include "models/base/result.h"
#include "tests/sandbox/company.h"

#include <QMap>

namespace signalbox::sandbox {

struct Scenario {
    std::vector<Cause> deaths;
    Cause stream;   // entries of the audit stream
    Cause unrouted; // published with a key nobody is bound for

    // From the program's resources.
    static Result<Scenario> load();
    // Dead letters per queue when the scenario has been played.
    QMap<QString, qint64> deadLetters() const;
};

// Virtual host, exchanges, queues, bindings and policies of the company, for the management API.
Result<QByteArray> companyDefinitions();
constexpr auto companyHost = "company";

} // namespace signalbox::sandbox
