// One message in full: what happened to it, its headers with their types, its body. Everything shown is
// treated as hostile; big bodies are decoded on a thread of its own. GUI thread.
#pragma once

#include "models/base/error.h"
#include "models/messaging/deathfacts.h"

#include <QWidget>

class QLabel;
class QStackedWidget;
class QTabWidget;

namespace signalbox {

class BodyPane;
class EmptyState;
class MessageSummary;
class TreePane;

class MessageView : public QWidget {
    Q_OBJECT
public:
    explicit MessageView(QWidget* parent = nullptr);
    ~MessageView() override;

    // The queue the following messages were read from, named as the end of the death path; empty = unknown.
    void setQueue(const QString& queue);
    // The chosen tab stays. `note`: a sentence shown above the message, e.g. that it has left the queue.
    void setMessage(const Message& message, const DeathFacts& facts, const QString& note = {});
    // Shows no message; `reason` says why ("Choose a message").
    void clear(const QString& reason = {});

    QTabWidget* tabs() const { return tabs_; }
    MessageSummary* summary() const { return summary_; }
    BodyPane* body() const { return body_; }
    TreePane* headers() const { return headers_; }
    QString note() const;

Q_SIGNALS:
    void errorRaised(const signalbox::Error& error);
    void runWanted(const QString& runId); // the replay run that sent it last

private:
    QString queue_;
    QStackedWidget* stack_;
    EmptyState* empty_;
    QLabel* note_;
    QTabWidget* tabs_;
    MessageSummary* summary_;
    TreePane* headers_;
    BodyPane* body_;
};

} // namespace signalbox
