// Why a connection cannot be changed right now, and the way out of it. One rule for pages and dialogs, so
// that every disabled action has the same words. GUI thread.
#pragma once

#include "views/widgets/consolecontext.h"

#include <QVariantMap>
#include <QWidget>

class QLabel;
class QPushButton;

namespace signalbox {

struct Access {
    enum class State { Allowed, ReadOnly, NotLinked, Unknown };
    State state = State::Unknown;
    QString reason;     // empty when allowed
    QString actionText; // what to do; empty = nothing here
    QString target;     // for Page::navigate, with {connection}
    bool allowed() const { return state == State::Allowed; }
};
Access accessTo(const ConsoleContext& context, const QString& connectionId);

class AccessNote : public QWidget {
    Q_OBJECT
public:
    explicit AccessNote(const ConsoleContext& context, QWidget* parent = nullptr);
    void setConnection(const QString& connectionId);
    const Access& access() const { return access_; }
    QString text() const;
    QPushButton* button() const { return button_; }

Q_SIGNALS:
    void changed();
    void navigate(const QString& target, const QVariantMap& arguments);

protected:
    void changeEvent(QEvent* event) override;

private:
    void read();
    void drawIcon();
    const ConsoleContext& context_;
    QString id_;
    Access access_;
    QLabel* picture_;
    QLabel* text_;
    QPushButton* button_;
};

} // namespace signalbox
