#include "views/deadletters/filterbar.h"

#include "models/base/background.h"
#include "models/base/whendone.h"
#include "views/widgets/searchline.h"
#include "views/widgets/theme.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QInputMethodEvent>
#include <QLineEdit>
#include <QMenu>
#include <QRegularExpression>
#include <QTextCharFormat>
#include <QToolButton>

namespace signalbox {

FilterBar::FilterBar(ConsoleContext& context, QWidget* parent)
    : QWidget(parent)
    , context_(context)
    , line_(new SearchLine(tr("Filter, e.g.  reason = rejected and body.order.id = 4711"), this))
    , text_(new SearchLine(tr("Words in headers and body"), this))
    , saved_(new QToolButton(this))
    , menu_(new QMenu(this)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(space::small, space::small, space::small, space::small);
    layout->setSpacing(space::small);
    layout->addWidget(line_, 3, Qt::AlignTop);
    layout->addWidget(text_, 2, Qt::AlignTop);
    layout->addWidget(saved_, 0, Qt::AlignTop);
    line_->edit()->setAccessibleName(tr("Filter"));
    line_->edit()->setToolTip(tr("Columns (reason, queue, exchange, routing_key, error, exception, type, "
                                 "deaths, last_death, size, …), "
                                 "headers.NAME and body.path, with =, !=, <, >, contains, matches /…/, in "
                                 "(…), within 2h, exists, missing; "
                                 "joined by and, or, not."));
    line_->edit()->setMaxLength(4000);
    text_->edit()->setAccessibleName(tr("Full text"));
    text_->edit()->setToolTip(
        tr("All words must occur, in headers or body; a * at the end makes a word a beginning."));
    saved_->setIcon(icon(QStringLiteral("filter")));
    saved_->setText(tr("Filters"));
    saved_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    saved_->setPopupMode(QToolButton::InstantPopup);
    saved_->setMenu(menu_);
    saved_->setFocusPolicy(Qt::StrongFocus);
    saved_->setToolTip(tr("Saved filters"));
    saved_->setAccessibleName(tr("Saved filters"));
    connect(line_, &SearchLine::searched, this, &FilterBar::parse);
    connect(line_->edit(), &QLineEdit::textEdited, this, [this] {
        if (!line_->problem().isEmpty()) { // it is being mended
            line_->setProblem({});
            mark(0);
        }
    });
    connect(text_, &SearchLine::searched, this, &FilterBar::changed);
    for (SearchLine* line : {line_, text_})
        connect(line, &SearchLine::leftDownwards, this, &FilterBar::downwards);
    connect(menu_, &QMenu::aboutToShow, this, &FilterBar::fillMenu);
    readSaved();
}

QString FilterBar::text() const {
    return text_->text().trimmed();
}

bool FilterBar::isEmpty() const {
    return where_.isEmpty() && text().isEmpty();
}

void FilterBar::setWhere(const QString& text) {
    line_->setText(text);
}

void FilterBar::addCondition(const QString& condition) {
    const QString now = line_->text().trimmed();
    const bool either = now.contains(
        QRegularExpression(QStringLiteral("\\bor\\b"), QRegularExpression::CaseInsensitiveOption));
    setWhere(now.isEmpty() ? condition
             : either      ? QStringLiteral("(%1) and %2").arg(now, condition)
                           : QStringLiteral("%1 and %2").arg(now, condition));
}

void FilterBar::clear() {
    text_->setText({});
    line_->setText({});
}

void FilterBar::restore(const QString& where, const QString& words) {
    clear(); // a text that is no longer understood must not leave the former filter in force
    text_->setText(words);
    line_->setText(where);
}

void FilterBar::parse(const QString& text) {
    auto parsed = Where::parse(text.trimmed().isEmpty() ? QString() : text, context_.clock.now());
    if (parsed) {
        line_->setProblem({});
        mark(0);
        const bool differs = !(*parsed == where_) || text.contains(QLatin1String("within"));
        where_ = std::move(*parsed);
        if (differs)
            Q_EMIT changed();
        return;
    }
    // "Filter, column 12: expected ...": the column is marked in the line as well.
    static const QRegularExpression place(QStringLiteral("column (\\d+)"));
    line_->setProblem(parsed.error().summary);
    mark(place.match(parsed.error().summary).captured(1).toInt());
}

// Underlines from that column (1 = first) to the end of its word; 0 = nothing. A QLineEdit takes text formats
// only the way an input method gives them.
void FilterBar::mark(int column) {
    QLineEdit* edit = line_->edit();
    QList<QInputMethodEvent::Attribute> attributes;
    const QString text = edit->text();
    if (column > 0 && !text.isEmpty()) {
        int from = std::min(column - 1, static_cast<int>(text.size()) - 1);
        int to = from + 1;
        while (to < text.size() && !text.at(to).isSpace())
            ++to;
        QTextCharFormat format;
        format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        format.setUnderlineColor(toneOf(Tone::Error, palette()));
        format.setForeground(toneOf(Tone::Error, palette()));
        attributes.append({QInputMethodEvent::TextFormat, from - edit->cursorPosition(), to - from, format});
    }
    QInputMethodEvent event(QString(), attributes);
    QCoreApplication::sendEvent(edit, &event);
}

void FilterBar::readSaved() {
    whenDone(
        inBackground(context_.storeThread, [&triage = context_.triage] { return triage.savedFilters(); }),
        this, [this](const Result<std::vector<SavedFilter>>& filters) {
            if (filters)
                filters_ = *filters;
            else
                Q_EMIT failed(filters.error());
        });
}

QStringList FilterBar::savedNames() const {
    QStringList names;
    for (const SavedFilter& filter : filters_)
        names << filter.name;
    return names;
}

void FilterBar::useSaved(const QString& name) {
    for (const SavedFilter& filter : filters_) {
        if (filter.name == name)
            return restore(filter.where, filter.words);
    }
}

QString FilterBar::whereText() const {
    return line_->text();
}

void FilterBar::fillMenu() {
    menu_->clear();
    QAction* save =
        menu_->addAction(icon(QStringLiteral("save")), tr("Save this filter…"), this, &FilterBar::askName);
    save->setEnabled(!isEmpty() && line_->problem().isEmpty());
    if (!filters_.empty()) {
        menu_->addSeparator();
        auto* removal = new QMenu(tr("Remove"), menu_);
        for (const auto& [name, where, words] : filters_) {
            QAction* use = menu_->addAction(name, this, [this, name = name] { useSaved(name); });
            use->setToolTip(words.isEmpty()   ? where
                            : where.isEmpty() ? tr("words: %1").arg(words)
                                              : tr("%1, words: %2").arg(where, words));
            removal->addAction(name, this, [this, name = name] { remove(name); });
        }
        menu_->addSeparator();
        menu_->addMenu(removal);
    }
    menu_->addSeparator();
    const std::pair<QString, QString> examples[] = {
        {tr("Died within the last hour"), QStringLiteral("last_death within 1h")},
        {tr("Came back after a replay"), QStringLiteral("attempts > 0")},
        {tr("Rejected by a consumer"), QStringLiteral("reason = rejected")},
        {tr("Expired"), QStringLiteral("reason = expired")},
    };
    for (const auto& [name, text] : examples)
        menu_->addAction(name, this, [this, text = text] { setWhere(text); });
}

void FilterBar::askName() {
    auto* dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Save filter"));
    dialog->setLabelText(tr("Name of the filter"));
    dialog->setOkButtonText(tr("Save"));
    connect(dialog, &QInputDialog::textValueSelected, this, &FilterBar::save);
    dialog->open();
}

void FilterBar::save(const QString& name) {
    const QString trimmed = name.trimmed();
    if (trimmed.isEmpty())
        return;
    const SavedFilter filter{trimmed, where_.text(), text()};
    whenDone(inBackground(context_.storeThread,
                          [&triage = context_.triage, filter] { return triage.saveFilter(filter); }),
             this, [this](const Result<void>& done) {
                 if (!done)
                     Q_EMIT failed(done.error());
                 readSaved();
             });
}

void FilterBar::remove(const QString& name) {
    whenDone(inBackground(context_.storeThread,
                          [&triage = context_.triage, name] {
                              return triage.saveFilter({name, {}, {}});
                          }),
             this, [this](const Result<void>& done) {
                 if (!done)
                     Q_EMIT failed(done.error());
                 readSaved();
             });
}

} // namespace signalbox
