// Top of the window, on every page: which connection, in which environment, how its link is, and the way to
// connect, elevate and reach every command. GUI thread.
#pragma once

#include "views/widgets/consolecontext.h"

#include <QFrame>

class QComboBox;
class QLabel;
class QPushButton;
class QToolButton;

namespace signalbox {

class EnvironmentBadge;

class ConnectionBar : public QFrame {
    Q_OBJECT
public:
    explicit ConnectionBar(ConsoleContext& context, QWidget* parent = nullptr);

    QString current() const { return current_; }
    void setCurrent(const QString& connectionId);
    QComboBox* switcher() const { return switcher_; }
    EnvironmentBadge* badge() const { return badge_; }
    QPushButton* linkButton() const { return link_; }
    QPushButton* elevateButton() const { return elevate_; }
    QPushButton* paletteButton() const { return palette_; }
    QToolButton* actionsButton() const { return actions_; }
    QToolButton* menuButton() const { return menu_; }
    QString linkText() const;

Q_SIGNALS:
    void currentChanged(const QString& connectionId);
    void connectWanted(const QString& connectionId);
    void elevateWanted(const QString& connectionId);
    void addWanted();

protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void readConnections();
    void followLink();
    void toggleLink();
    void toggleElevation();
    ConsoleContext& context_;
    QString current_;
    QComboBox* switcher_;
    EnvironmentBadge* badge_;
    QLabel* linkIcon_;
    QLabel* linkText_;
    QPushButton* link_;
    QPushButton* elevate_;
    QPushButton* palette_;
    QToolButton* actions_;
    QToolButton* menu_;
};

} // namespace signalbox
