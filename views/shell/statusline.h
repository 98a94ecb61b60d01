// Right end of the status line: how the link of the current connection is, and the work under way behind one
// button, wherever one looks. GUI thread.
#pragma once

#include "views/shell/pages.h"

#include <QPointer>
#include <QTimer>
#include <QWidget>

class QLabel;
class QToolButton;

namespace signalbox {

class WorkPanel;

class StatusLine : public QWidget {
    Q_OBJECT
public:
    StatusLine(ConsoleContext& context, const std::vector<PageSlot>& pages, QWidget* parent = nullptr);

    void setConnection(const QString& connectionId);
    void openWork(); // the list; nothing happens while there is no work
    QString linkText() const;
    QString workText() const; // empty: none
    QToolButton* workButton() const { return work_; }
    WorkPanel* openedPanel() const;

Q_SIGNALS:
    void navigate(const QString& target, const QVariantMap& arguments);

protected:
    void changeEvent(QEvent* event) override;

private:
    void followLink();
    void followWork();
    ConsoleContext& context_;
    const std::vector<PageSlot>& pages_;
    QString connection_;
    QLabel* linkIcon_;
    QLabel* link_;
    QToolButton* work_;
    QTimer look_; // pages tell what they do only when asked
    QPointer<WorkPanel> panel_;
};

} // namespace signalbox
