#include "views/shell/commandpalette.h"

#include "views/shell/fuzzymatch.h"
#include "views/widgets/theme.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>

namespace signalbox {

namespace {

constexpr int entryRole = Qt::UserRole + 1;
constexpr int hintRole = Qt::UserRole + 2;
constexpr int keysRole = Qt::UserRole + 3;
constexpr int mostShown = 200;

QString rightText(const QModelIndex& index) {
    return QStringList{index.data(hintRole).toString(), index.data(keysRole).toString()}
        .join(QStringLiteral("    "))
        .trimmed();
}

// Text at the left, place and shortcut dim at the right; neither runs into the other.
class EntryDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        QStyledItemDelegate::paint(painter, option, index);
        const bool selected = option.state.testFlag(QStyle::State_Selected);
        painter->save();
        painter->setPen(selected ? option.palette.color(QPalette::HighlightedText)
                                 : toneOf(Tone::TextDim, option.palette));
        const QRect right = rightPart(option, index);
        painter->drawText(right, Qt::AlignRight | Qt::AlignVCenter,
                          option.fontMetrics.elidedText(rightText(index), Qt::ElideMiddle, right.width()));
        painter->restore();
    }
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override {
        return {0, rowHeight(option.font) + space::tight};
    }

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
        QStyledItemDelegate::initStyleOption(option, index);
        const int room = option->rect.width() - rightPart(*option, index).width() - space::iconSize -
                         space::wide - space::medium;
        option->text = option->fontMetrics.elidedText(option->text, Qt::ElideRight, std::max(room, 0));
    }

private:
    static QRect rightPart(const QStyleOptionViewItem& option, const QModelIndex& index) {
        const int wanted = option.fontMetrics.horizontalAdvance(rightText(index)) + space::hair;
        const int width = std::min(wanted, option.rect.width() / 2);
        return option.rect.adjusted(option.rect.width() - width - space::medium, 0, -space::medium, 0);
    }
};

} // namespace

CommandPalette::CommandPalette(std::vector<PaletteEntry> entries, QWidget* parent)
    : QDialog(parent, Qt::Popup)
    , entries_(std::move(entries))
    , edit_(new QLineEdit(this))
    , list_(new QListWidget(this))
    , none_(dimLabel(tr("Nothing fits. Try other letters."), this)) {
    setAccessibleName(tr("Commands"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(space::small, space::small, space::small, space::small);
    layout->setSpacing(space::small);
    edit_->setPlaceholderText(tr("Command, queue, run or connection"));
    edit_->setAccessibleName(tr("Search commands"));
    edit_->setClearButtonEnabled(true);
    edit_->installEventFilter(this);
    list_->setFrameShape(QFrame::NoFrame);
    list_->setItemDelegate(new EntryDelegate(list_));
    list_->setFocusPolicy(Qt::NoFocus);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    none_->setAlignment(Qt::AlignCenter);
    layout->addWidget(edit_);
    layout->addWidget(none_);
    layout->addWidget(list_, 1);
    connect(edit_, &QLineEdit::textChanged, this, &CommandPalette::search);
    connect(list_, &QListWidget::itemClicked, this, &CommandPalette::runCurrent);
    resize(640, 420);
    search({});
    edit_->setFocus();
}

QString whyNot(const Command& command) {
    return command.hint.isEmpty() ? CommandPalette::tr("choose or connect first") : command.hint;
}

QString CommandPalette::rightOf(int row) const {
    return rightText(list_->model()->index(row, 0));
}

QStringList CommandPalette::shown() const {
    QStringList texts;
    for (int row = 0; row < list_->count(); ++row)
        texts << list_->item(row)->text();
    return texts;
}

void CommandPalette::search(const QString& query) {
    struct Found {
        int rank;
        int score;
        std::size_t index;
    };
    std::vector<Found> found;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        const PaletteEntry& entry = entries_[i];
        const int score = fuzzyScore(query, entry.command.text + QLatin1Char(' ') + entry.command.hint +
                                                QLatin1Char(' ') + entry.place);
        if (score >= 0)
            found.push_back(
                {nameRank(query, entry.command.text), score + (entry.command.isEnabled() ? 1 : 0), i});
    }
    std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
        return std::pair(a.rank, a.score) > std::pair(b.rank, b.score);
    });
    if (found.size() > mostShown)
        found.resize(mostShown);
    list_->clear();
    for (const Found& each : found) {
        const PaletteEntry& entry = entries_[each.index];
        auto* item = new QListWidgetItem(
            icon(entry.command.iconName.isEmpty() ? QStringLiteral("command") : entry.command.iconName),
            entry.command.text, list_);
        item->setData(entryRole, static_cast<qulonglong>(each.index));
        const bool enabled = entry.command.isEnabled();
        const QString hint = entry.command.hint.isEmpty() ? entry.place : entry.command.hint;
        const QString right = enabled ? hint : tr("not now: %1").arg(whyNot(entry.command));
        const QString keys = entry.command.shortcut.toString(QKeySequence::NativeText);
        item->setData(hintRole, right);
        item->setData(keysRole, keys);
        item->setData(Qt::AccessibleTextRole,
                      QStringList{entry.command.text, right, keys}.join(QStringLiteral(", ")));
        item->setToolTip(enabled ? QString() : right);
        if (!enabled)
            item->setForeground(toneOf(Tone::TextDim, palette()));
    }
    list_->setCurrentRow(0);
    none_->setVisible(found.empty());
    list_->setVisible(!found.empty());
}

void CommandPalette::runCurrent() {
    const QListWidgetItem* item = list_->currentItem();
    if (!item)
        return;
    const Command command = entries_[item->data(entryRole).toULongLong()].command;
    if (!command.isEnabled())
        return;
    accept();
    // The palette is gone before the command opens anything of its own.
    QTimer::singleShot(0, parent(), [run = command.run] {
        if (run)
            run();
    });
}

// A popup has no frame of the desktop's.
void CommandPalette::paintEvent(QPaintEvent* event) {
    QDialog::paintEvent(event);
    QPainter painter(this);
    painter.setPen(toneOf(Tone::BorderStrong, palette()));
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
    if (watched == edit_ && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        const int page = std::max(1, list_->height() / std::max(1, list_->sizeHintForRow(0)) - 1);
        const int step = key == Qt::Key_Down       ? 1
                         : key == Qt::Key_Up       ? -1
                         : key == Qt::Key_PageDown ? page
                         : key == Qt::Key_PageUp   ? -page
                                                   : 0;
        if (step != 0) {
            list_->setCurrentRow(std::clamp(list_->currentRow() + step, 0, std::max(0, list_->count() - 1)));
            return true;
        }
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            runCurrent();
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace signalbox
