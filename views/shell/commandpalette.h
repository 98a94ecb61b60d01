// Ctrl+K: every command of every page, every queue, run and connection, found by typing. Return runs, Escape
// closes; what cannot be done now is listed dim with the reason. GUI thread.
#pragma once

#include "views/widgets/page.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QListWidget;

namespace signalbox {

struct PaletteEntry {
    Command command;
    QString place; // dim second part: the page it belongs to
};

// Why a command that is not enabled cannot be run now: its hint then says so.
QString whyNot(const Command& command);

class CommandPalette : public QDialog {
    Q_OBJECT
public:
    explicit CommandPalette(std::vector<PaletteEntry> entries, QWidget* parent = nullptr);

    QLineEdit* edit() const { return edit_; }
    QListWidget* list() const { return list_; }
    QStringList shown() const;      // texts from the top
    QString rightOf(int row) const; // place or reason, and keys

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void search(const QString& query);
    void runCurrent();
    std::vector<PaletteEntry> entries_;
    QLineEdit* edit_;
    QListWidget* list_;
    QLabel* none_;
};

} // namespace signalbox
