// Above the messages of a queue: what reading it does, asked before it is read, and how the reading goes. GUI
// thread.
#pragma once

#include "views/deadletters/browsepanel.h"

#include <QPointer>

namespace signalbox {

class ProgressStrip;

class ReadingBar : public QWidget {
    Q_OBJECT
public:
    explicit ReadingBar(ConsoleContext& context, QWidget* parent = nullptr);

    void setSession(SnapshotSession* session); // null: none
    // Asks the broker what reading does, then offers to read.
    // `takesFocus`: a person asked for it, and the next key answers.
    void ask(bool takesFocus = false);
    bool isAsking() const;
    BrowsePanel* panel() const { return panel_; }
    ProgressStrip* strip() const { return strip_; }

Q_SIGNALS:
    void changed(); // the offer came or went
    void left();    // nothing is to be done here any more, and the focus is still in here

private:
    BrokerGateway* gateway() const;
    void read(const SnapshotSession::Choice& choice);
    void followNotice();
    void followReading();
    void close();
    bool holdsFocus() const;
    void leave();
    ConsoleContext& context_;
    QPointer<SnapshotSession> session_;
    bool wantsFocus_ = false; // as soon as the notice is there
    BrowsePanel* panel_;
    ProgressStrip* strip_;
};

} // namespace signalbox
