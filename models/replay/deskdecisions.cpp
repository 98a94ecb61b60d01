// What a person decides about runs that did not end well, and the audit lines of the desk.
#include "models/replay/replaydeskstate.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace signalbox {
namespace {

constexpr int pageSize = 2000;
constexpr std::size_t markAtOnce = 5000;

} // namespace

Result<void> DeskAudit::append(const QString& action, const RunHeader& header, const QString& outcome,
                               const QByteArray& detail) {
    AuditEvent event;
    event.actor = actor_;
    event.action = action;
    event.connection = header.connectionName;
    event.subject = header.source.name;
    event.reason = header.reason;
    event.outcome = outcome;
    event.detail = QString::fromUtf8(detail);
    const std::lock_guard lock(mutex_);
    return trail_.append(event);
}

QByteArray auditDetail(const RunRecord& record) {
    QJsonObject detail{{QStringLiteral("run"), record.header.id}};
    for (const auto& [state, count] : record.counts) {
        if (count > 0)
            detail.insert(itemStateWord(state), count);
    }
    return QJsonDocument(detail).toJson(QJsonDocument::Compact);
}

QByteArray auditDetail(const QString& runId, const ReplayPlan& plan) {
    QJsonObject refusals;
    for (const auto& [refusal, count] : plan.refusals)
        refusals.insert(refusalWord(refusal), count);
    const QJsonObject detail{{QStringLiteral("run"), runId},
                             {QStringLiteral("sendable"), plan.sendable},
                             {QStringLiteral("refused"), refusals}};
    return QJsonDocument(detail).toJson(QJsonDocument::Compact);
}

void DeskCore::remember(const RunHeader& header) {
    const std::lock_guard lock(mutex_);
    headers_[header.id] = header;
}

std::optional<RunHeader> DeskCore::remembered(const QString& runId) const {
    const std::lock_guard lock(mutex_);
    const auto found = headers_.find(runId);
    return found == headers_.end() ? std::optional<RunHeader>() : std::optional<RunHeader>(found->second);
}

Result<std::vector<qint64>> DeskCore::numbersIn(const QString& run, ItemState state, bool withCopy) {
    std::vector<qint64> numbers;
    qint64 after = 0;
    for (;;) {
        auto page = ports.journal->items(run, state, after, pageSize);
        if (!page)
            return failure(std::move(page.error()));
        for (const ItemRecord& item : *page) {
            after = item.plan.number;
            if (!withCopy || item.hasCopy)
                numbers.push_back(item.plan.number);
        }
        if (static_cast<int>(page->size()) < pageSize)
            return numbers;
    }
}

// Only with the run's lease: a living process still waits for its answers.
Result<void> DeskCore::doubtUnanswered(const QString& run) {
    auto numbers = numbersIn(run, ItemState::Published, false);
    if (!numbers)
        return failure(std::move(numbers.error()));
    if (numbers->empty())
        return {};
    return ports.journal->mark(run, *numbers, ItemState::InDoubt,
                               QStringLiteral("the run was cut off before the broker answered"));
}

Result<std::vector<RunRecord>> DeskCore::unfinished() {
    constexpr int newest = 200;
    const auto recent = ports.journal->runs({}, newest);
    if (!recent)
        return failure(recent.error());
    if (auto ended = endTorn(*recent); !ended)
        return failure(std::move(ended.error()));
    auto open = ports.journal->unfinished();
    if (!open)
        return open;
    for (RunRecord& record : *open) {
        remember(record.header);
        if (record.counts[ItemState::Published] == 0 || record.header.options.atomic)
            continue; // of moves, the queue tells when the run is resumed
        auto lease = ports.journal->lease(record.header.id);
        if (!lease)
            continue; // somebody resumed it this moment
        if (auto doubted = doubtUnanswered(record.header.id); !doubted)
            return failure(std::move(doubted.error()));
        if (auto fresh = ports.journal->run(record.header.id))
            record = std::move(*fresh);
    }
    return open;
}

namespace {

// "3, 7-12"; of very many the first ones, which the journal has all.
QString rangesText(const std::vector<qint64>& sorted) {
    constexpr qsizetype most = 50;
    QStringList ranges;
    for (std::size_t i = 0; i < sorted.size() && ranges.size() <= most; ++i) {
        const qint64 first = sorted[i];
        while (i + 1 < sorted.size() && sorted[i + 1] == sorted[i] + 1)
            ++i;
        ranges << (first == sorted[i] ? QString::number(first)
                                      : QStringLiteral("%1-%2").arg(first).arg(sorted[i]));
    }
    if (ranges.size() > most)
        ranges.back() = QStringLiteral("...");
    return ranges.join(QStringLiteral(", "));
}

} // namespace

Result<void> DeskCore::decide(const QString& run, std::vector<qint64> numbers, DoubtChoice choice) {
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    auto record = ports.journal->run(run);
    if (!record)
        return failure(std::move(record.error()));
    const RunHeader& header = record->header;
    auto lease = ports.journal->lease(header.id);
    if (!lease)
        return failure(ErrorKind::Conflict,
                       QStringLiteral("The run is being worked on: cancel it or let it end, then decide."),
                       lease.error().summary);
    // Of moves, the queue tells when the run is resumed.
    if (auto doubted = header.options.atomic ? Result<void>() : doubtUnanswered(header.id); !doubted)
        return doubted;
    for (const qint64 number : numbers) {
        auto item = ports.journal->item(header.id, number);
        if (!item)
            return failure(std::move(item.error()));
        if (item->state == ItemState::Cancelled && item->reason.startsWith(decidedDoubt))
            return failure(
                ErrorKind::Conflict,
                QStringLiteral("Message %1 is not in doubt any more: it was left in the queue by an "
                               "earlier decision, which stands.")
                    .arg(number));
        if (item->state != ItemState::InDoubt)
            return failure(ErrorKind::Conflict,
                           QStringLiteral("Message %1 is not in doubt (any more): it is %2.")
                               .arg(number)
                               .arg(itemStateWord(item->state)));
    }
    const bool fromCopies = header.kind == RunKind::Restore || header.kind == RunKind::Import;
    if (choice == DoubtChoice::Leave && (fromCopies || header.sourceIsStream))
        return failure(
            ErrorKind::Unsupported,
            QStringLiteral("Nothing of this run is in a queue where it could be left: say that the "
                           "messages arrived or send them again, or leave them in doubt."));
    ItemState next = ItemState::Cancelled;
    QString word = QStringLiteral("leave");
    if (choice == DoubtChoice::SendAgain) {
        next = fromCopies ? ItemState::Saved : ItemState::Planned;
        word = QStringLiteral("send again");
    } else if (choice == DoubtChoice::TreatAsSent) {
        next = ItemState::Confirmed;
        word = QStringLiteral("treat as sent");
    }
    const QString reason = decidedDoubt + QStringLiteral(" %1 decided: %2").arg(audit.actor(), word);
    const QJsonObject detail{{QStringLiteral("run"), header.id},
                             {QStringLiteral("choice"), word},
                             {QStringLiteral("messages"), static_cast<qint64>(numbers.size())},
                             {QStringLiteral("items"), rangesText(numbers)}};
    if (auto noted = audit.append(QStringLiteral("replay.decide"), header, QStringLiteral("ok"),
                                  QJsonDocument(detail).toJson(QJsonDocument::Compact));
        !noted)
        return noted;
    for (std::size_t at = 0; at < numbers.size(); at += markAtOnce) {
        const std::span part = std::span(numbers).subspan(at, std::min(markAtOnce, numbers.size() - at));
        if (auto done = ports.journal->mark(header.id, part, next, reason); !done)
            return done;
    }
    // A run that is over has work again; without a start after this it would not be offered any more.
    if (choice != DoubtChoice::Leave && !isOpen(record->state))
        return ports.journal->setRunState(header.id, RunState::Paused,
                                          QStringLiteral("decided; carried out when the run is resumed"));
    return {};
}

Result<RunRecord> DeskCore::abandon(const QString& run) {
    auto record = ports.journal->run(run);
    if (!record)
        return record;
    const QString id = record->header.id;
    auto lease = ports.journal->lease(id);
    if (!lease)
        return failure(std::move(lease.error()));
    record = ports.journal->run(id); // nobody else ends it from here on
    if (!record)
        return record;
    if (!isOpen(record->state))
        return failure(ErrorKind::Invalid,
                       QStringLiteral("Run %1 has ended already; there is nothing to give up.").arg(id));
    if (auto doubted = doubtUnanswered(id); !doubted)
        return failure(std::move(doubted.error()));
    for (const ItemState state : {ItemState::Planned, ItemState::Saved}) {
        // A saved item of a delete may have lost its original already: only its copy is sure.
        const bool mayBeGone = state == ItemState::Saved && !sends(record->header.kind);
        auto numbers = numbersIn(id, state, false);
        if (!numbers)
            return failure(std::move(numbers.error()));
        for (std::size_t at = 0; at < numbers->size(); at += markAtOnce) {
            const std::span part =
                std::span(*numbers).subspan(at, std::min(markAtOnce, numbers->size() - at));
            auto done =
                mayBeGone
                    ? ports.journal->mark(id, part, ItemState::Missing,
                                          QStringLiteral("the run was abandoned before it was known whether "
                                                         "the original had gone; its copy can be restored"))
                    : ports.journal->mark(id, part, ItemState::Cancelled,
                                          QStringLiteral("the run was abandoned"));
            if (!done)
                return failure(std::move(done.error()));
        }
    }
    if (auto done = ports.journal->setRunState(id, RunState::Cancelled, QStringLiteral("abandoned")); !done)
        return failure(std::move(done.error()));
    auto after = ports.journal->run(id);
    if (after)
        (void)audit.append(QStringLiteral("replay.abandon"), after->header, QStringLiteral("ok"),
                           auditDetail(*after));
    return after;
}

} // namespace signalbox
