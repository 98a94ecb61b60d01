#include "views/widgets/formfield.h"

#include "views/widgets/theme.h"

#include <QLabel>
#include <QVBoxLayout>

namespace signalbox {

FormField::FormField(const QString& name, QWidget* editor, QWidget* parent)
    : QWidget(parent)
    , editor_(editor)
    , message_(new QLabel(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::hair);
    layout->addWidget(editor);
    layout->addWidget(message_);
    editor->setAccessibleName(name);
    setFocusProxy(editor);
    message_->setWordWrap(true);
    message_->setTextFormat(Qt::PlainText);
    message_->setFont(smallFont());
    refresh();
}

void FormField::setHint(const QString& hint) {
    hint_ = hint;
    refresh();
}

void FormField::setProblem(const QString& message) {
    problem_ = message;
    refresh();
}

void FormField::setWarning(const QString& message) {
    warning_ = message;
    refresh();
}

QString FormField::message() const {
    return message_->text();
}

void FormField::refresh() {
    const bool wrong = !problem_.isEmpty();
    const bool warned = !wrong && !warning_.isEmpty();
    message_->setText(wrong ? problem_ : warned ? warning_ : hint_);
    message_->setVisible(!message_->text().isEmpty());
    setTextTone(message_, wrong ? Tone::Error : warned ? Tone::Warn : Tone::TextDim);
    editor_->setProperty("wrong", wrong);
    editor_->setAccessibleDescription(message_->text());
    editor_->update();
}

} // namespace signalbox
