// Difference of two texts line by line. Pure; any thread.
#pragma once

#include <QStringList>
#include <vector>

namespace signalbox {

struct DiffLine {
    enum class Kind { Same, Removed, Added, Changed };
    Kind kind = Kind::Same;
    int before = -1; // line numbers from 0; -1: not on that side
    int after = -1;
    bool operator==(const DiffLine&) const = default;
};

// Changed pairs a removed with an added line of the same block. Texts that differ in more than about a
// thousand lines are compared roughly: equal ends stay, all between them counts as changed.
std::vector<DiffLine> diffLines(const QStringList& before, const QStringList& after);

// The part of a changed line that differs: common start and end left out.
struct DiffSpan {
    int start = 0;
    int length = 0;
};
std::pair<DiffSpan, DiffSpan> changedSpans(const QString& before, const QString& after);

} // namespace signalbox
