#include "views/widgets/accessnote.h"

#include "views/widgets/linkwords.h"
#include "views/widgets/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace signalbox {

Access accessTo(const ConsoleContext& context, const QString& connectionId) {
    const ConnectionProfile* profile = context.connections.find(connectionId);
    if (!profile)
        return {
            Access::State::Unknown, AccessNote::tr("The connection is no longer in this workspace."), {}, {}};
    const auto permit = context.connections.knownPermit(connectionId);
    if (!permit)
        return {
            Access::State::ReadOnly,
            AccessNote::tr("%1 is a production connection and read-only: nothing is sent or removed before "
                           "it is elevated with a reason.")
                .arg(profile->name),
            AccessNote::tr("Elevate…"), QStringLiteral("elevate")};
    const LinkState link = linkStateOf(context.connections.gateway(connectionId));
    if (link != LinkState::Connected && link != LinkState::Blocked)
        return {Access::State::NotLinked, AccessNote::tr("%1 is not connected.").arg(profile->name),
                AccessNote::tr("Connect"), QStringLiteral("connect")};
    return {Access::State::Allowed, {}, {}, {}};
}

AccessNote::AccessNote(const ConsoleContext& context, QWidget* parent)
    : QWidget(parent)
    , context_(context)
    , picture_(new QLabel(this))
    , text_(new QLabel(this))
    , button_(new QPushButton(this)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::small);
    text_->setWordWrap(true);
    text_->setTextFormat(Qt::PlainText);
    layout->addWidget(picture_);
    layout->addWidget(text_, 1);
    layout->addWidget(button_);
    connect(button_, &QPushButton::clicked, this, [this] {
        Q_EMIT navigate(access_.target, {{QStringLiteral("connection"), id_}});
    });
    const auto mine = [this](const QString& id) {
        if (id == id_)
            read();
    };
    connect(&context.connections, &ConnectionRegistry::linkChanged, this, mine);
    connect(&context.connections, &ConnectionRegistry::elevationChanged, this, mine);
    connect(&context.connections, &ConnectionRegistry::changed, this, &AccessNote::read);
    hide();
}

void AccessNote::setConnection(const QString& connectionId) {
    id_ = connectionId;
    read();
}

QString AccessNote::text() const {
    return text_->text();
}

void AccessNote::read() {
    access_ = accessTo(context_, id_);
    text_->setText(access_.reason);
    button_->setText(access_.actionText);
    button_->setVisible(!access_.actionText.isEmpty());
    setVisible(!access_.allowed());
    setAccessibleName(access_.reason);
    drawIcon();
    Q_EMIT changed();
}

void AccessNote::drawIcon() {
    const bool locked = access_.state == Access::State::ReadOnly;
    picture_->setPixmap(iconPixmap(locked ? QStringLiteral("lock") : QStringLiteral("disconnect"),
                                   space::iconSize, locked ? Tone::Production : Tone::Warn, this));
}

void AccessNote::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        drawIcon();
}

} // namespace signalbox
