#include "views/widgets/linediff.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr int mostEdits = 1000;

struct Matcher {
    const QStringList& a;
    const QStringList& b;
    int from = 0; // common start
    int aEnd = 0;
    int bEnd = 0;

    // Myers' greedy search for the shortest edit; gives the matched pairs between the common ends, or none
    // when the texts are too different.
    std::vector<std::pair<int, int>> matches() const {
        const int n = aEnd - from;
        const int m = bEnd - from;
        const int limit = std::min(n + m, mostEdits);
        std::vector<int> furthest(static_cast<std::size_t>(2 * limit + 3), 0);
        std::vector<std::vector<int>> trace;
        const auto at = [&](std::vector<int>& v, int k) -> int& {
            return v[static_cast<std::size_t>(k + limit + 1)];
        };
        for (int d = 0; d <= limit; ++d) {
            trace.push_back(furthest);
            for (int k = -d; k <= d; k += 2) {
                const bool down = k == -d || (k != d && at(furthest, k - 1) < at(furthest, k + 1));
                int x = down ? at(furthest, k + 1) : at(furthest, k - 1) + 1;
                int y = x - k;
                while (x < n && y < m && a[from + x] == b[from + y]) {
                    ++x;
                    ++y;
                }
                at(furthest, k) = x;
                if (x >= n && y >= m)
                    return walkBack(trace, d, limit, n, m);
            }
        }
        return {};
    }

private:
    std::vector<std::pair<int, int>> walkBack(const std::vector<std::vector<int>>& trace, int d, int limit,
                                              int x, int y) const {
        std::vector<std::pair<int, int>> pairs;
        for (; d >= 0; --d) {
            const std::vector<int>& v = trace[static_cast<std::size_t>(d)];
            const auto at = [&](int k) { return v[static_cast<std::size_t>(k + limit + 1)]; };
            const int k = x - y;
            const bool down = k == -d || (k != d && at(k - 1) < at(k + 1));
            const int previous = d == 0 ? 0 : (down ? k + 1 : k - 1);
            const int startX = d == 0 ? 0 : at(previous);
            const int startY = startX - previous;
            while (x > startX && y > startY && x > 0 && y > 0) {
                pairs.emplace_back(from + x - 1, from + y - 1);
                --x;
                --y;
            }
            x = startX;
            y = startY;
        }
        std::reverse(pairs.begin(), pairs.end());
        return pairs;
    }
};

} // namespace

std::vector<DiffLine> diffLines(const QStringList& before, const QStringList& after) {
    Matcher matcher{before, after, 0, static_cast<int>(before.size()), static_cast<int>(after.size())};
    while (matcher.from < matcher.aEnd && matcher.from < matcher.bEnd &&
           before[matcher.from] == after[matcher.from])
        ++matcher.from;
    while (matcher.aEnd > matcher.from && matcher.bEnd > matcher.from &&
           before[matcher.aEnd - 1] == after[matcher.bEnd - 1]) {
        --matcher.aEnd;
        --matcher.bEnd;
    }
    std::vector<DiffLine> lines;
    lines.reserve(static_cast<std::size_t>(std::max(matcher.aEnd, matcher.bEnd)));
    for (int i = 0; i < matcher.from; ++i)
        lines.push_back({DiffLine::Kind::Same, i, i});
    int a = matcher.from;
    int b = matcher.from;
    const auto block = [&](int aTo, int bTo) {
        for (; a < aTo && b < bTo; ++a, ++b)
            lines.push_back({DiffLine::Kind::Changed, a, b});
        for (; a < aTo; ++a)
            lines.push_back({DiffLine::Kind::Removed, a, -1});
        for (; b < bTo; ++b)
            lines.push_back({DiffLine::Kind::Added, -1, b});
    };
    for (const auto& [x, y] : matcher.matches()) {
        block(x, y);
        lines.push_back({DiffLine::Kind::Same, a++, b++});
    }
    block(matcher.aEnd, matcher.bEnd);
    while (a < before.size())
        lines.push_back({DiffLine::Kind::Same, a++, b++});
    return lines;
}

std::pair<DiffSpan, DiffSpan> changedSpans(const QString& before, const QString& after) {
    const int shorter = static_cast<int>(std::min(before.size(), after.size()));
    int start = 0;
    while (start < shorter && before[start] == after[start])
        ++start;
    int end = 0;
    while (end < shorter - start && before[before.size() - 1 - end] == after[after.size() - 1 - end])
        ++end;
    return {{start, static_cast<int>(before.size()) - start - end},
            {start, static_cast<int>(after.size()) - start - end}};
}

} // namespace signalbox
