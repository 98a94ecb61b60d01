#include "app/cli/selection.h"

#include "app/cli/interrupt.h"
#include "app/cli/wait.h"
#include "models/deadletters/wherereason.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace signalbox {

namespace {

// A text without a letter or digit would choose every message.
Result<void> needWords(const char* option, const QString& text) {
    if (text.isEmpty() || std::any_of(text.begin(), text.end(), [](QChar c) { return c.isLetterOrNumber(); }))
        return {};
    return failure(ErrorKind::Invalid,
                   QStringLiteral("%1: \"%2\" has no word in it; leave it out or give it one.")
                       .arg(QLatin1String(option), text));
}

} // namespace

Result<SortOrder> setOrder(Selection& selection, const std::string& order) {
    if (order.empty())
        return SortOrder();
    auto parsed = sortOrderFromText(QString::fromStdString(order));
    if (!parsed)
        return failure(parsed.error().kind, QStringLiteral("--order: ") + parsed.error().summary);
    selection.query.sort = parsed->column;
    selection.query.descending = parsed->descending;
    selection.query.tiesAsInQueue = !parsed->isQueues();
    return parsed;
}

Result<Selection> parseSelection(const std::string& where, const std::string& text,
                                 const std::vector<qint64>& ids) {
    Selection selection;
    for (const auto& [option, words] : {std::pair("--where", where), std::pair("--text", text)}) {
        if (auto fine = needWords(option, QString::fromStdString(words)); !fine)
            return failure(std::move(fine.error()));
    }
    auto parsed = Where::parse(QString::fromStdString(where));
    if (!parsed)
        return failure(std::move(parsed.error()));
    selection.query.where = *parsed;
    selection.query.text = QString::fromStdString(text);
    selection.ids = ids;
    std::sort(selection.ids.begin(), selection.ids.end());
    selection.ids.erase(std::unique(selection.ids.begin(), selection.ids.end()), selection.ids.end());
    return selection;
}

namespace {

void tellUnknownReason(Session& session, const std::shared_ptr<Snapshot>& snapshot,
                       const Selection& selection) {
    const QString hint = unknownReasonHint(selection.query.where);
    if (hint.isEmpty())
        return;
    const auto first = IdPages(snapshot, selection).next(1);
    if (first && first->empty())
        session.out().notice(hint);
}

} // namespace

Result<std::shared_ptr<Snapshot>> readSelected(Session& session, const ConnectionProfile& profile,
                                               const ReadRequest& request, Selection& selection) {
    auto reading = readQueue(session, profile, request);
    if (!reading)
        return failure(std::move(reading.error()));
    tellUnknownReason(session, reading->snapshot, selection);
    if (reading->only.isEmpty())
        return std::move(reading->snapshot);
    const QString where = selection.query.where.text();
    auto both = Where::parse(where.isEmpty() ? reading->only
                                             : QStringLiteral("(%1) and %2").arg(where, reading->only));
    if (!both)
        return failure(std::move(both.error()));
    selection.query.where = std::move(*both);
    return std::move(reading->snapshot);
}

IdPages::IdPages(std::shared_ptr<Snapshot> snapshot, Selection selection)
    : snapshot_(std::move(snapshot))
    , selection_(std::move(selection))
    , byNumber_(!selection_.ids.empty()) {}

Result<std::vector<qint64>> IdPages::next(int most) {
    if (Interrupt::raised())
        return failure(cancelledError());
    if (selection_.query.where.needsBody() && !snapshot_->info().bodiesKept)
        return failure(
            ErrorKind::Invalid,
            QStringLiteral("This reading kept no bodies, so a filter on the body cannot be judged. Add "
                           "--refresh to read the queue with its bodies."));
    if (byNumber_) {
        if (auto done = narrow(); !done)
            return failure(std::move(done.error()));
        const std::size_t end = std::min(selection_.ids.size(), given_ + static_cast<std::size_t>(most));
        std::vector<qint64> page(selection_.ids.begin() + static_cast<std::ptrdiff_t>(given_),
                                 selection_.ids.begin() + static_cast<std::ptrdiff_t>(end));
        given_ = end;
        return page;
    }
    return found(most);
}

namespace {

qint64 missingIn(std::span<const qint64> wanted, const std::vector<SnapshotRow>& rows) {
    const auto missing = std::find_if(wanted.begin(), wanted.end(), [&](qint64 id) {
        return std::none_of(rows.begin(), rows.end(), [id](const SnapshotRow& row) { return row.id == id; });
    });
    return missing == wanted.end() ? 0 : *missing;
}

} // namespace

// Once: of the given numbers, those the query finds, in its order.
Result<void> IdPages::narrow() {
    if (std::exchange(narrowed_, true))
        return {};
    constexpr std::size_t batch = 300;
    const std::vector<qint64>& given = selection_.ids;
    for (std::size_t from = 0; from < given.size(); from += batch) {
        const auto part = std::span(given).subspan(from, std::min(batch, given.size() - from));
        const auto rows = snapshot_->rows(part);
        if (!rows)
            return failure(rows.error());
        if (rows->size() < part.size())
            return failure(ErrorKind::NotFound,
                           QStringLiteral("The snapshot has no message %1. Take the number from signalbox "
                                          "deadletters list.")
                               .arg(missingIn(part, *rows)));
    }
    if (!selection_.hasQuery() && !selection_.hasOrder())
        return {};
    constexpr int page = 2000;
    std::vector<qint64> both;
    while (both.size() < given.size()) {
        const auto ids = found(page);
        if (!ids)
            return failure(ids.error());
        if (ids->empty())
            break;
        std::copy_if(ids->begin(), ids->end(), std::back_inserter(both),
                     [&](qint64 id) { return std::binary_search(given.begin(), given.end(), id); });
    }
    selection_.ids = std::move(both);
    return {};
}

Result<std::vector<qint64>> IdPages::found(int most) {
    // A page may be empty before the end, when the filter is decided row by row.
    while (!cursor_.atEnd) {
        auto page = snapshot_->ids(selection_.query, cursor_, most);
        if (!page)
            return failure(std::move(page.error()));
        cursor_ = page->next;
        if (!page->ids.empty())
            return std::move(page->ids);
        if (Interrupt::raised())
            return failure(cancelledError());
    }
    return std::vector<qint64>();
}

std::function<Result<std::vector<PlanInput>>()>
planInputs(std::shared_ptr<Snapshot> snapshot, const Selection& selection, const Conventions& conventions) {
    constexpr int batch = 300;
    auto pages = std::make_shared<IdPages>(snapshot, selection);
    auto twins = std::make_shared<std::optional<std::map<Fingerprint, int>>>();
    return [snapshot, pages, twins, &conventions]() -> Result<std::vector<PlanInput>> {
        if (!*twins) {
            auto all = snapshot->twins();
            if (!all)
                return failure(std::move(all.error()));
            *twins = std::move(*all);
        }
        auto ids = pages->next(batch);
        if (!ids)
            return failure(std::move(ids.error()));
        auto rows = snapshot->rows(*ids);
        if (!rows)
            return failure(std::move(rows.error()));
        std::vector<PlanInput> inputs;
        inputs.reserve(rows->size());
        for (const SnapshotRow& row : *rows) {
            auto message = snapshot->message(row.id);
            if (!message)
                return failure(std::move(message.error()));
            PlanInput input;
            input.snapshotId = row.id;
            input.position = row.position;
            input.fingerprint = row.fingerprint;
            input.occurrence = row.occurrence;
            const auto equal = (*twins)->find(row.fingerprint);
            input.twins = equal == (*twins)->end() ? 1 : equal->second;
            input.facts = deathFacts(*message, conventions);
            input.message = std::move(*message);
            inputs.push_back(std::move(input));
        }
        return inputs;
    };
}

} // namespace signalbox
