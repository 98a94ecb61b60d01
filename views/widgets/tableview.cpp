#include "views/widgets/tableview.h"

#include "views/widgets/emptystate.h"
#include "views/widgets/theme.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QToolTip>

#include <algorithm>
#include <utility>

namespace signalbox {

namespace {

constexpr int saveDelayMs = 300;
constexpr int longestToolTip = 2000;

QString columnsKey(const QString& key) {
    return QStringLiteral("columns/%1").arg(key);
}

} // namespace

TableView::TableView(QWidget* parent)
    : QTableView(parent)
    , empty_(new EmptyState(viewport())) {
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setAlternatingRowColors(true);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setHorizontalScrollMode(ScrollPerPixel);
    setVerticalScrollMode(ScrollPerItem);
    setTextElideMode(Qt::ElideRight);
    setCornerButtonEnabled(false);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed); // else a million rows are measured one by one
    auto* header = horizontalHeader();
    header->setSectionsMovable(true);
    header->setHighlightSections(false);
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header->setStretchLastSection(true);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(header, &QWidget::customContextMenuRequested, this, &TableView::showHeaderMenu);
    empty_->hide();
    saveSoon_.setSingleShot(true);
    saveSoon_.setInterval(saveDelayMs);
    connect(&saveSoon_, &QTimer::timeout, this, &TableView::saveColumns);
    const auto later = [this] {
        if (settings_)
            saveSoon_.start();
    };
    connect(header, &QHeaderView::sectionMoved, this, later);
    connect(header, &QHeaderView::sectionResized, this, later);
    connect(header, &QHeaderView::sortIndicatorChanged, this, later);
    connect(this, &QAbstractItemView::doubleClicked, this, &TableView::opened);
    dress();
}

TableView::~TableView() {
    if (saveSoon_.isActive())
        saveColumns();
}

void TableView::setModel(QAbstractItemModel* newModel) {
    if (model())
        disconnect(model(), nullptr, this, nullptr);
    QTableView::setModel(newModel);
    if (newModel) {
        for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
            connect(newModel, signal, this, &TableView::followRows);
        connect(newModel, &QAbstractItemModel::modelReset, this, &TableView::followRows);
        connect(newModel, &QAbstractItemModel::layoutChanged, this, &TableView::followRows);
    }
    followRows();
}

void TableView::rememberColumns(QSettings& settings, const QString& key, const QList<int>& hiddenAtFirst,
                                const QList<int>& widthsAtFirst) {
    settings_ = nullptr; // changes made here are not the person's
    key_ = key;
    hiddenAtFirst_ = hiddenAtFirst;
    widthsAtFirst_ = widthsAtFirst;
    sortedAtFirst_ = horizontalHeader()->sortIndicatorSection();
    orderAtFirst_ = horizontalHeader()->sortIndicatorOrder();
    applyFirstColumns();
    settings.beginGroup(columnsKey(key));
    const QByteArray state = settings.value(QStringLiteral("state")).toByteArray();
    const int columns = settings.value(QStringLiteral("columns")).toInt();
    settings.endGroup();
    // A state of another set of columns would hide or mix up the new ones.
    if (columns == horizontalHeader()->count() && !state.isEmpty())
        horizontalHeader()->restoreState(state);
    horizontalHeader()->setStretchLastSection(true);
    settings_ = &settings;
}

void TableView::applyFirstColumns() {
    auto* header = horizontalHeader();
    for (int column = 0; column < header->count(); ++column) {
        header->moveSection(header->visualIndex(column), column);
        header->setSectionHidden(column, hiddenAtFirst_.contains(column));
        if (const int width = firstWidth(column); width > 0)
            header->resizeSection(column, width);
    }
}

int TableView::firstWidth(int column) const {
    const double scale = QFontMetricsF(font()).averageCharWidth() / 7.0;
    return qRound(widthsAtFirst_.value(column, 0) * std::max(1.0, scale));
}

void TableView::fitColumn(int column, int width) {
    auto* header = horizontalHeader();
    const int now = header->sectionSize(column);
    const int first = firstWidth(column);
    if (header->isSectionHidden(column) || (now != first && now != fitted_.value(column)))
        return;
    fitted_[column] = std::max(first, width);
    QSettings* const settings = std::exchange(settings_, nullptr); // nothing the person did
    header->resizeSection(column, fitted_[column]);
    settings_ = settings;
}

void TableView::resetColumns() {
    applyFirstColumns();
    if (isSortingEnabled())
        sortByColumn(sortedAtFirst_, orderAtFirst_);
    saveColumns();
}

void TableView::showColumn(int column, bool show) {
    auto* header = horizontalHeader();
    if (!show && !header->isSectionHidden(column) && header->count() - header->hiddenSectionCount() <= 1)
        return;
    header->setSectionHidden(column, !show);
    if (show && header->sectionSize(column) < header->minimumSectionSize())
        header->resizeSection(column, header->defaultSectionSize());
    saveColumns();
}

void TableView::saveColumns() {
    saveSoon_.stop();
    if (!settings_)
        return;
    settings_->beginGroup(columnsKey(key_));
    settings_->setValue(QStringLiteral("state"), horizontalHeader()->saveState());
    settings_->setValue(QStringLiteral("columns"), horizontalHeader()->count());
    settings_->endGroup();
}

QString TableView::cellText(const QModelIndex& index) const {
    return index.data(Qt::DisplayRole).toString();
}

QString TableView::selectedText() const {
    if (!selectionModel())
        return {};
    QModelIndexList rows = selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.row() < b.row(); });
    const auto* header = horizontalHeader();
    QStringList lines;
    for (const QModelIndex& row : std::as_const(rows)) {
        QStringList cells;
        for (int visual = 0; visual < header->count(); ++visual) {
            const int column = header->logicalIndex(visual);
            if (!header->isSectionHidden(column))
                cells << cellText(row.siblingAtColumn(column))
                             .replace(QLatin1Char('\t'), QLatin1Char(' '))
                             .replace(QLatin1Char('\n'), QLatin1Char(' '));
        }
        lines << cells.join(QLatin1Char('\t'));
    }
    return lines.join(QLatin1Char('\n'));
}

void TableView::copyCell() {
    if (currentIndex().isValid())
        QGuiApplication::clipboard()->setText(cellText(currentIndex()));
}

void TableView::copyRows() {
    const QString text = selectedText();
    if (!text.isEmpty())
        QGuiApplication::clipboard()->setText(text);
}

void TableView::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy)) {
        // One row: the cell one stands on, as with a double click in a terminal; more: all of them.
        if (selectionModel() && selectionModel()->selectedRows().size() > 1)
            copyRows();
        else
            copyCell();
        return;
    }
    const auto both = Qt::ControlModifier | Qt::ShiftModifier;
    if (event->key() == Qt::Key_C && (event->modifiers() & both) == both) {
        copyRows();
        return;
    }
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && currentIndex().isValid() &&
        event->modifiers() == Qt::NoModifier) {
        Q_EMIT opened(currentIndex());
        return;
    }
    QTableView::keyPressEvent(event);
}

bool TableView::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const QModelIndex index = indexAt(help->pos());
        QString tip = index.data(Qt::ToolTipRole).toString();
        if (tip.isEmpty() && index.isValid()) {
            const QString text = cellText(index);
            const int icon = index.data(Qt::DecorationRole).isNull() ? 0 : space::iconSize + space::tight;
            const int room =
                visualRect(index).intersected(viewport()->rect()).width() - 2 * space::tight - icon;
            if (text.contains(QLatin1Char('\n')) || fontMetrics().horizontalAdvance(text) > room)
                tip = text;
        }
        if (tip.isEmpty()) {
            QToolTip::hideText();
        } else {
            // Plain text: a message's words must not be read as markup. In a span, so that it wraps.
            QToolTip::showText(help->globalPos(),
                               QStringLiteral("<span style='white-space:pre-wrap'>%1</span>")
                                   .arg(tip.left(longestToolTip).toHtmlEscaped()),
                               viewport());
        }
        return true;
    }
    return QTableView::viewportEvent(event);
}

void TableView::changeEvent(QEvent* event) {
    QTableView::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        dress();
}

void TableView::resizeEvent(QResizeEvent* event) {
    QTableView::resizeEvent(event);
    empty_->setGeometry(viewport()->rect());
}

void TableView::dress() {
    verticalHeader()->setMinimumSectionSize(1);
    verticalHeader()->setDefaultSectionSize(signalbox::rowHeight(font()));
    horizontalHeader()->setMinimumSectionSize(2 * space::wide);
}

void TableView::followRows() {
    const bool nothing = !model() || model()->rowCount(rootIndex()) == 0;
    empty_->setGeometry(viewport()->rect());
    empty_->setVisible(nothing && !empty_->headline().isEmpty());
}

void TableView::contextMenuEvent(QContextMenuEvent* event) {
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const QModelIndex index = byKey ? currentIndex() : indexAt(event->pos());
    if (!index.isValid())
        return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    Q_EMIT menuWanted(menu, index);
    if (!menu->isEmpty())
        menu->addSeparator();
    menu->addAction(icon(QStringLiteral("copy")), tr("Copy cell"), this, &TableView::copyCell);
    menu->addAction(tr("Copy rows"), this, &TableView::copyRows);
    menu->popup(byKey ? viewport()->mapToGlobal(visualRect(index).bottomLeft()) : event->globalPos());
}

void TableView::showHeaderMenu(const QPoint& position) {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    auto* header = horizontalHeader();
    const int shown = header->count() - header->hiddenSectionCount();
    for (int visual = 0; visual < header->count(); ++visual) {
        const int column = header->logicalIndex(visual);
        const QString name = model()->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        if (name.isEmpty())
            continue;
        QAction* action = menu->addAction(name);
        action->setCheckable(true);
        action->setChecked(!header->isSectionHidden(column));
        action->setEnabled(header->isSectionHidden(column) || shown > 1); // never hide the last one
        connect(action, &QAction::toggled, this, [this, column](bool show) { showColumn(column, show); });
    }
    menu->addSeparator();
    menu->addAction(tr("Reset columns"), this, &TableView::resetColumns);
    menu->popup(header->mapToGlobal(position));
}

} // namespace signalbox
