// The chosen message in full: loads it from the snapshot and shows it. GUI thread; loading on a thread of its
// own.
#pragma once

#include "models/deadletters/snapshotreader.h"
#include "views/widgets/consolecontext.h"

#include <QWidget>

namespace signalbox {

class MessageView;

class MessagePane : public QWidget {
    Q_OBJECT
public:
    explicit MessagePane(ConsoleContext& context, QWidget* parent = nullptr);
    ~MessagePane() override;

    void setReader(std::shared_ptr<SnapshotReader> reader, const QString& queue);
    void showMessage(qint64 id); // 0 = none
    void refresh();              // the same one, after the queue was read again
    qint64 shownId() const { return message_ ? id_ : 0; }
    const std::optional<Message>& message() const { return message_; }
    MessageView* view() const { return view_; }

Q_SIGNALS:
    void shown(); // a message, or none
    void failed(const signalbox::Error& error);
    void runWanted(const QString& runId);

private:
    void load(bool again);
    ConsoleContext& context_;
    std::shared_ptr<SnapshotReader> reader_;
    MessageView* view_;
    qint64 id_ = 0;
    int turn_ = 0;
    std::optional<Message> message_;
    QThreadPool pool_;
};

} // namespace signalbox
