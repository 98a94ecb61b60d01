#include "models/connections/guardrail.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr int fewestLetters = 5;
constexpr int longestReason = 500;
constexpr int longestElevation = 120; // minutes
constexpr int secondsPerMinute = 60;

// Letters and digits both count, so that a ticket number is a reason.
qsizetype lettersIn(const QString& text) {
    return std::count_if(text.begin(), text.end(),
                         [](QChar c) { return c.isLetterOrNumber() || c.isSurrogate(); });
}

} // namespace

Result<WritePermit> GuardRail::permit(const ConnectionProfile& profile, const Elevation* elevation,
                                      const QDateTime& now) {
    if (profile.environment != Environment::Production)
        return WritePermit(profile.id, {}, {});
    if (!elevation || elevation->connectionId != profile.id)
        return failure(
            ErrorKind::NotAllowed,
            QStringLiteral("%1 is a production connection and is read-only. Elevate it with a reason, then "
                           "try again.")
                .arg(profile.name));
    if (!elevation->until.isValid() || elevation->until <= now)
        return failure(
            ErrorKind::NotAllowed,
            QStringLiteral("The elevation of %1 has ended; it is read-only again. Elevate it with a reason, "
                           "then try again.")
                .arg(profile.name));
    return WritePermit(profile.id, elevation->reason, elevation->until);
}

Result<Elevation> GuardRail::elevate(const ConnectionProfile& profile, const QString& actor,
                                     const QString& reason, int minutes, const QDateTime& now) {
    if (profile.environment != Environment::Production)
        return failure(
            ErrorKind::Invalid,
            QStringLiteral("%1 is not a production connection and needs no elevation.").arg(profile.name));
    const QString tidy = reason.simplified();
    if (lettersIn(tidy) < fewestLetters)
        return failure(
            ErrorKind::Invalid,
            QStringLiteral("Reason: say in a few words why (at least %1 letters or digits); it goes "
                           "into the audit trail.")
                .arg(fewestLetters));
    if (tidy.size() > longestReason)
        return failure(ErrorKind::Invalid,
                       QStringLiteral("Reason: use at most %1 characters.").arg(longestReason));
    if (minutes < 1 || minutes > longestElevation)
        return failure(ErrorKind::Invalid,
                       QStringLiteral("Time: an elevation lasts 1 to %1 minutes.").arg(longestElevation));
    return Elevation{profile.id, actor, tidy, now.addSecs(static_cast<qint64>(minutes) * secondsPerMinute)};
}

Result<void> GuardRail::confirmPurge(const QString& queue, const QString& typed) {
    if (queue.isEmpty())
        return failure(ErrorKind::Invalid, QStringLiteral("No queue is named."));
    if (typed != queue)
        return failure(
            ErrorKind::Invalid,
            QStringLiteral("The typed name is not the queue's name. Type \"%1\" letter for letter.")
                .arg(queue));
    return {};
}

} // namespace signalbox
