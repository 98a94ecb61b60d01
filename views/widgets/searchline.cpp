#include "views/widgets/searchline.h"

#include "views/widgets/theme.h"

#include <QAction>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>

#include <algorithm>

namespace signalbox {

namespace {
constexpr int pauseMs = 250;
}

SearchLine::SearchLine(const QString& placeholder, QWidget* parent)
    : QWidget(parent)
    , edit_(new QLineEdit(this))
    , message_(new QLabel(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::hair);
    layout->addWidget(edit_);
    layout->addWidget(message_);
    edit_->setPlaceholderText(placeholder);
    edit_->setAccessibleName(placeholder);
    edit_->addAction(icon(QStringLiteral("search"), Tone::TextDim), QLineEdit::LeadingPosition);
    QAction* clear =
        edit_->addAction(icon(QStringLiteral("clear"), Tone::TextDim), QLineEdit::TrailingPosition);
    clear->setToolTip(tr("Clear (Esc)"));
    clear->setVisible(false);
    connect(clear, &QAction::triggered, this, [this] { setText({}); });
    edit_->installEventFilter(this);
    message_->setWordWrap(true);
    message_->setTextFormat(Qt::PlainText);
    message_->setFont(smallFont());
    setTextTone(message_, Tone::Error);
    message_->hide();
    setFocusProxy(edit_);
    pause_.setSingleShot(true);
    pause_.setInterval(pauseMs);
    connect(&pause_, &QTimer::timeout, this, &SearchLine::tell);
    connect(edit_, &QLineEdit::textChanged, this, [this, clear](const QString& text) {
        clear->setVisible(!text.isEmpty());
        pause_.start();
    });
    connect(edit_, &QLineEdit::returnPressed, this, [this] {
        told_ = QString(QChar::Null); // Return asks again even for the same text
        tell();
    });
}

QString SearchLine::text() const {
    return edit_->text();
}

void SearchLine::setText(const QString& text) {
    edit_->setText(text);
    tell();
}

void SearchLine::setDelay(int milliseconds) {
    pause_.setInterval(milliseconds);
}

void SearchLine::setProblem(const QString& message) {
    message_->setText(message);
    message_->setVisible(!message.isEmpty());
    edit_->setProperty("wrong", !message.isEmpty());
    edit_->setAccessibleDescription(message);
    edit_->update();
}

QString SearchLine::problem() const {
    return message_->text();
}

void SearchLine::tell() {
    pause_.stop();
    if (edit_->text() == told_)
        return;
    told_ = edit_->text();
    Q_EMIT searched(told_);
}

bool SearchLine::eventFilter(QObject* watched, QEvent* event) {
    if (watched == edit_ && event->type() == QEvent::ShortcutOverride) {
        // A text field takes Ctrl+E and the like to move in its line; here the commands of the page count.
        const auto* key = static_cast<QKeyEvent*>(event);
        const QKeySequence::StandardKey edits[] = {QKeySequence::Copy,  QKeySequence::Cut,
                                                   QKeySequence::Paste, QKeySequence::Undo,
                                                   QKeySequence::Redo,  QKeySequence::SelectAll};
        const bool isLetter =
            key->modifiers() == Qt::ControlModifier && key->key() >= Qt::Key_A && key->key() <= Qt::Key_Z;
        if (isLetter && std::none_of(std::begin(edits), std::end(edits),
                                     [key](QKeySequence::StandardKey edit) { return key->matches(edit); })) {
            event->ignore();
            return true;
        }
    }
    if (watched == edit_ && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Escape && !edit_->text().isEmpty()) {
            setText({});
            return true;
        }
        if (key->key() == Qt::Key_Down) {
            Q_EMIT leftDownwards();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace signalbox
