#include "views/activity/auditmodel.h"

#include "models/base/background.h"
#include "models/base/whendone.h"
#include "views/activity/actionwords.h"
#include "views/widgets/icons.h"
#include "views/widgets/words.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr int auditPageSize = 500;
constexpr std::size_t screenful = 100;

bool isFine(const AuditRecord& record) {
    return record.event.outcome == QLatin1String("ok") || record.event.outcome.isEmpty();
}

} // namespace

AuditModel::AuditModel(AuditTrail& trail, QThreadPool& storeThread, QObject* parent)
    : QAbstractTableModel(parent)
    , trail_(trail)
    , pool_(storeThread) {}

void AuditModel::reload() {
    beginResetModel();
    records_.clear();
    shown_.clear();
    atEnd_ = false;
    reading_ = false;
    ++generation_;
    endResetModel();
    fetchMore({});
}

void AuditModel::setFilter(const QString& words) {
    beginResetModel();
    words_ = words.simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    shown_.clear();
    for (std::size_t i = 0; i < records_.size(); ++i) {
        if (fits(records_[i]))
            shown_.push_back(i);
    }
    endResetModel();
    if (shown_.size() < screenful)
        fetchMore({});
}

const AuditRecord* AuditModel::at(int row) const {
    return row >= 0 && row < rowCount() ? &records_[shown_[static_cast<std::size_t>(row)]] : nullptr;
}

bool AuditModel::fits(const AuditRecord& record) const {
    const AuditEvent& event = record.event;
    const QString all = QStringList{event.actor,
                                    event.action,
                                    actionText(event.action),
                                    event.connection,
                                    event.subject,
                                    event.reason,
                                    event.outcome,
                                    event.detail,
                                    words::when(record.at),
                                    QString::number(record.number)}
                            .join(QLatin1Char('\n'));
    return std::all_of(words_.begin(), words_.end(),
                       [&](const QString& word) { return all.contains(word, Qt::CaseInsensitive); });
}

bool AuditModel::canFetchMore(const QModelIndex& parent) const {
    return !parent.isValid() && !atEnd_ && !reading_;
}

void AuditModel::fetchMore(const QModelIndex& parent) {
    if (!canFetchMore(parent))
        return;
    reading_ = true;
    wanted_ = std::max(wanted_, shown_.size() + screenful);
    Q_EMIT readingChanged();
    const qint64 before = records_.empty() ? 0 : records_.back().number;
    AuditTrail* trail = &trail_;
    whenDone(inBackground(pool_, [trail, before] { return trail->page(before, auditPageSize); }), this,
             [this, generation = generation_](Result<std::vector<AuditRecord>> page) {
                 if (generation != generation_)
                     return;
                 reading_ = false;
                 if (page) {
                     take(std::move(*page));
                 } else {
                     atEnd_ = true;
                     Q_EMIT errorRaised(page.error());
                 }
                 if (!atEnd_ && shown_.size() < wanted_ && !words_.isEmpty())
                     fetchMore({});
                 Q_EMIT readingChanged();
             });
}

void AuditModel::take(std::vector<AuditRecord> page) {
    atEnd_ = page.empty() || page.back().number <= 1;
    std::vector<std::size_t> fresh;
    for (AuditRecord& record : page) {
        if (fits(record))
            fresh.push_back(records_.size());
        records_.push_back(std::move(record));
    }
    if (fresh.empty())
        return;
    const int first = rowCount();
    beginInsertRows({}, first, first + static_cast<int>(fresh.size()) - 1);
    shown_.insert(shown_.end(), fresh.begin(), fresh.end());
    endInsertRows();
}

int AuditModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(shown_.size());
}

int AuditModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant AuditModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const AuditRecord& record = *at(index.row());
    if (role == Qt::TextAlignmentRole && index.column() == Number)
        return static_cast<int>(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::DecorationRole && index.column() == Outcome)
        return isFine(record) ? icon(QStringLiteral("ok"), Tone::Ok)
                              : icon(QStringLiteral("error"), Tone::Error);
    if (role == Qt::ToolTipRole && index.column() == When)
        return words::whenExact(record.at);
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Number:
        return record.number;
    case When:
        return words::when(record.at);
    case Who:
        return record.event.actor;
    case Action:
        return actionText(record.event.action);
    case Connection:
        return record.event.connection;
    case Subject:
        return record.event.subject;
    case Outcome:
        return record.event.outcome;
    case Reason:
        return record.event.reason;
    default:
        return {};
    }
}

QVariant AuditModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole && section == Number)
        return static_cast<int>(Qt::AlignRight | Qt::AlignVCenter);
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Number:
        return tr("No.");
    case When:
        return tr("When");
    case Who:
        return tr("Who");
    case Action:
        return tr("What");
    case Connection:
        return tr("Connection");
    case Subject:
        return tr("On");
    case Outcome:
        return tr("Outcome");
    case Reason:
        return tr("Reason");
    default:
        return {};
    }
}

} // namespace signalbox
