#include "views/deadletters/readingbar.h"

#include "views/deadletters/readingwords.h"
#include "views/widgets/theme.h"

#include <QApplication>
#include <QPushButton>
#include <QVBoxLayout>
#include <utility>

namespace signalbox {

ReadingBar::ReadingBar(ConsoleContext& context, QWidget* parent)
    : QWidget(parent)
    , context_(context)
    , panel_(new BrowsePanel(context.settings, this))
    , strip_(new ProgressStrip(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(panel_);
    strip_->setContentsMargins(space::medium, space::tight, space::medium, space::tight);
    layout->addWidget(strip_);
    panel_->hide();
    connect(panel_, &BrowsePanel::readWanted, this, &ReadingBar::read);
    connect(panel_, &BrowsePanel::closed, this, [this] {
        close();
        leave();
    });
    connect(panel_, &BrowsePanel::limitChanged, this, [this](qint64 limit) {
        if (session_)
            session_->setLimit(limit);
    });
    const auto tell = [this](auto act) {
        return [this, act] {
            if (session_)
                act(*session_);
        };
    };
    connect(strip_, &ProgressStrip::pauseWanted, this,
            tell([](SnapshotSession& session) { session.pause(); }));
    connect(strip_, &ProgressStrip::resumeWanted, this,
            tell([](SnapshotSession& session) { session.resume(); }));
    connect(strip_, &ProgressStrip::cancelWanted, this,
            tell([](SnapshotSession& session) { session.cancel(); }));
}

BrokerGateway* ReadingBar::gateway() const {
    BrokerGateway* gateway =
        session_ ? context_.connections.gateway(session_->queue().connectionId) : nullptr;
    const bool up = gateway && (gateway->linkState() == LinkState::Connected ||
                                gateway->linkState() == LinkState::Blocked); // publishers alone are blocked
    return up ? gateway : nullptr;
}

void ReadingBar::setSession(SnapshotSession* session) {
    if (session_)
        session_->disconnect(this);
    session_ = session;
    panel_->hide();
    strip_->hide();
    if (session_) {
        connect(session_, &SnapshotSession::noticeChanged, this, &ReadingBar::followNotice);
        connect(session_, &SnapshotSession::readingChanged, this, &ReadingBar::followReading);
        connect(session_, &SnapshotSession::progressChanged, this, &ReadingBar::followReading);
        followReading();
    }
    Q_EMIT changed();
}

bool ReadingBar::isAsking() const {
    return !panel_->isHidden();
}

void ReadingBar::ask(bool takesFocus) {
    BrokerGateway* broker = gateway();
    if (!broker || session_->isReading())
        return;
    wantsFocus_ = takesFocus;
    panel_->present(session_->queue().name, std::nullopt, std::nullopt, session_->reader() != nullptr);
    panel_->show();
    session_->askNotice(*broker, panel_->choice().limit);
    Q_EMIT changed();
}

void ReadingBar::followNotice() {
    if (!isAsking())
        return;
    if (!session_->notice()) { // the error says why
        close();
        leave();
        return;
    }
    panel_->present(session_->queue().name, session_->facts(), session_->notice(),
                    session_->reader() != nullptr);
    const bool canRead = panel_->readButton()->isEnabled();
    if (!canRead)
        panel_->closeButton()->show();
    if (std::exchange(wantsFocus_, false))
        (canRead ? panel_->readButton() : panel_->closeButton())->setFocus(Qt::ShortcutFocusReason);
}

bool ReadingBar::holdsFocus() const {
    const QWidget* focus = QApplication::focusWidget();
    return focus && (focus == this || isAncestorOf(focus));
}

// What is hidden hands its focus to whatever comes next, which is far off; it waits here instead.
void ReadingBar::close() {
    if (holdsFocus())
        setFocus(Qt::OtherFocusReason);
    panel_->hide();
    Q_EMIT changed();
}

void ReadingBar::read(const SnapshotSession::Choice& choice) {
    BrokerGateway* broker = gateway();
    close();
    if (broker)
        session_->read(*broker, choice);
    if (!session_ || !session_->isReading())
        leave();
}

void ReadingBar::leave() {
    if (holdsFocus())
        Q_EMIT left();
}

void ReadingBar::followReading() {
    if (session_ && session_->isReading())
        strip_->present(readingProgress(*session_));
    else if (!strip_->isHidden()) {
        if (holdsFocus())
            setFocus(Qt::OtherFocusReason);
        strip_->hide();
        if (!isAsking())
            leave();
    }
}

} // namespace signalbox
