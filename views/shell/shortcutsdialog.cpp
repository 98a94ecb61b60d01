#include "views/shell/shortcutsdialog.h"

#include "views/widgets/theme.h"

#include <QDialogButtonBox>
#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace signalbox {

ShortcutsDialog::ShortcutsDialog(const QStringList& subjects, const QString& pageTitle,
                                 const std::vector<Command>& commands, QWidget* parent)
    : QDialog(parent) {
    setWindowTitle(tr("Keyboard"));
    auto* layout = new QVBoxLayout(this);
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(space::wide);
    int row = 0;
    const auto head = [&](const QString& text) {
        auto* label = new QLabel(text, this);
        label->setFont(headlineFont());
        grid->addWidget(label, row++, 0, 1, 2);
    };
    const auto line = [&](const QString& keys, const QString& text) {
        auto* key = new QLabel(keys, this);
        key->setFont(monospaceFont());
        grid->addWidget(key, row, 0);
        grid->addWidget(new QLabel(text, this), row++, 1);
    };
    head(tr("Everywhere"));
    const auto native = [](const char* keys) {
        return QKeySequence(QString::fromLatin1(keys)).toString(QKeySequence::NativeText);
    };
    line(native("Ctrl+K"), tr("Find any command, queue, run or connection"));
    for (qsizetype i = 0; i < subjects.size(); ++i)
        line(QKeySequence(QStringLiteral("Ctrl+%1").arg(i + 1)).toString(QKeySequence::NativeText),
             subjects.at(i));
    line(native("Ctrl+L"), tr("Choose the connection"));
    line(native("Ctrl+J"), tr("Work under way"));
    line(native("Ctrl+F"), tr("Search on this page"));
    line(tr("%1, %2").arg(native("F6"), native("Shift+F6")), tr("Next and previous part of the page"));
    line(tr("%1, %2, %3").arg(native("Ctrl++"), native("Ctrl+-"), native("Ctrl+0")),
         tr("Larger, smaller, usual text"));
    line(native("Ctrl+Q"), tr("Leave"));
    head(pageTitle);
    for (const Command& command : commands) {
        if (!command.shortcut.isEmpty())
            line(command.shortcut.toString(QKeySequence::NativeText), command.text);
    }
    layout->addLayout(grid);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    layout->addWidget(buttons);
}

} // namespace signalbox
