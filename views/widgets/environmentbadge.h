// The environment of a connection as colour and words, with what the guard rails allow right now. Shown on
// every page and dialog that concerns a connection. GUI thread.
#pragma once

#include "views/widgets/consolecontext.h"

#include <QTimer>
#include <QWidget>

class QLabel;

namespace signalbox {

class EnvironmentBadge : public QWidget {
    Q_OBJECT
public:
    enum class Access { Plain, ReadOnly, Elevated };

    explicit EnvironmentBadge(QWidget* parent = nullptr);

    void setEnvironment(Environment environment, Access access, int minutesLeft = -1);
    // Keeps itself up to date with a saved connection; an unknown id hides the badge.
    void follow(const ConsoleContext& context, const QString& connectionId);

    // "PRODUCTION · read-only", "PRODUCTION · elevated, 12 min left", "TEST"
    static QString text(Environment environment, Access access, int minutesLeft = -1);
    QString text() const { return text_; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void read();
    const ConnectionRegistry* connections_ = nullptr;
    const Clock* clock_ = nullptr;
    QString id_;
    QTimer timer_;
    Environment environment_ = Environment::Development;
    Access access_ = Access::Plain;
    QString text_;
};

// Top of a dialog: a bar in the environment's colour, the dialog's headline, the connection's name and badge.
class ConnectionBand : public QWidget {
    Q_OBJECT
public:
    ConnectionBand(const ConsoleContext& context, const QString& connectionId, const QString& headline,
                   QWidget* parent = nullptr);
    // For a connection that is not saved yet.
    ConnectionBand(const QString& headline, QWidget* parent = nullptr);
    void setConnection(const QString& name, Environment environment);
    EnvironmentBadge* badge() const { return badge_; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QLabel* name_;
    EnvironmentBadge* badge_;
    std::optional<Environment> environment_;
};

} // namespace signalbox
