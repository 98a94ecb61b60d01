// Base of every page of the window. The shell shows one at a time, lists its commands in the palette, puts
// them into the Actions menu and binds their shortcuts (pages bind none of them themselves). GUI thread.
#pragma once

#include "models/base/error.h"

#include <QKeySequence>
#include <QVariantMap>
#include <QWidget>
#include <functional>
#include <vector>

namespace signalbox {

struct Command {
    QString id;   // stable, e.g. "deadletters.refresh"
    QString text; // what it does, in the words of a button: "Read queue again"
    QKeySequence shortcut;
    std::function<bool()> enabled; // empty = always
    std::function<void()> run;
    QString iconName; // empty = none
    QString hint;     // second, dim part in the palette: connection of a queue ...
    bool isEnabled() const { return !enabled || enabled(); }
};

class Page : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;

    virtual QString title() const = 0;
    virtual QString iconName() const = 0;
    // Shown by the shell: by a click, a shortcut or somebody's navigate(); arguments are the page's own, e.g.
    // {connection, queue} for dead letters, {run} for replays. Empty = just shown.
    virtual void activate(const QVariantMap& arguments) { Q_UNUSED(arguments) }
    // Ctrl+F.
    virtual void focusSearch() {}
    // F6 walks through these; the first one has the focus after the page was opened. Empty = the page itself.
    virtual QList<QWidget*> panes() { return {}; }
    virtual std::vector<Command> commands() { return {}; }
    // Things one can jump to by name from anywhere (queues, runs); running one navigates there.
    virtual std::vector<Command> places() { return {}; }
    // The connection chosen in the window's switcher; empty = none.
    virtual void setConnection(const QString& connectionId) { Q_UNUSED(connectionId) }
    // Work that would be cut short by leaving the program, in words ("reading queue orders.dlq"); empty =
    // none.
    virtual QString unfinishedWork() const { return {}; }

Q_SIGNALS:
    void errorRaised(const signalbox::Error& error);
    // The person went on with something else on the page, or mended what was wrong: an error it raised before
    // is out of date.
    void wentOn();
    void statusMessage(const QString& text); // shown for some seconds
    // Targets: "deadletters", "replays", "connections", "activity" open that page with the arguments. With
    // {connection: id}: "connection" makes it the current one, "connect" also links it (and asks for its
    // password where needed), "elevate" asks for a reason and lifts its read-only state.
    void navigate(const QString& target, const QVariantMap& arguments);
    void commandsChanged();
};

} // namespace signalbox
