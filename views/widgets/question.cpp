#include "views/widgets/question.h"

#include "views/widgets/environmentbadge.h"
#include "views/widgets/theme.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace signalbox {

namespace {
constexpr int questionWidth = 460;
} // namespace

Question::Question(const ConsoleContext& context, const QString& connectionId, const Words& words,
                   QWidget* parent)
    : QDialog(parent) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(words.title);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(new ConnectionBand(context, connectionId, words.title, this));
    auto* inside = new QVBoxLayout;
    inside->setContentsMargins(space::large, space::large, space::large, space::medium);
    inside->setSpacing(space::medium);
    const auto add = [&](const QString& text) {
        auto* label = new QLabel(text, this);
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        inside->addWidget(label);
        return label;
    };
    QLabel* question = add(words.question);
    QFont bold = question->font();
    bold.setBold(true);
    question->setFont(bold);
    add(words.explanation);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    QPushButton* yes = buttons->addButton(words.yes, QDialogButtonBox::AcceptRole);
    yes->setAutoDefault(false);
    QPushButton* cancel = buttons->button(QDialogButtonBox::Cancel);
    cancel->setDefault(true);
    cancel->setFocus();
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    inside->addWidget(buttons);
    layout->addLayout(inside);
    setMinimumWidth(questionWidth);
}

} // namespace signalbox
