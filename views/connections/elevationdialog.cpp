#include "views/connections/elevationdialog.h"

#include "views/widgets/consolestyle.h"
#include "views/widgets/environmentbadge.h"
#include "views/widgets/errorbanner.h"
#include "views/widgets/formfield.h"
#include "views/widgets/theme.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace signalbox {

namespace {
constexpr int elevationWidth = 480;
constexpr int longestMinutes = 120;
} // namespace

ElevationDialog::ElevationDialog(ConsoleContext& context, const QString& connectionId, QWidget* parent)
    : QDialog(parent)
    , context_(context)
    , id_(connectionId)
    , banner_(new ErrorBanner(this))
    , reason_(new QLineEdit(this))
    , reasonField_(new FormField(tr("Reason"), reason_, this))
    , minutes_(new QSpinBox(this)) {
    const ConnectionProfile* profile = context.connections.find(connectionId);
    setWindowTitle(tr("Elevate %1").arg(profile ? profile->name : QString()));
    setWindowModality(Qt::WindowModal);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(new ConnectionBand(context, connectionId, tr("Allow changes for a while"), this));
    layout->addWidget(banner_);
    auto* inside = new QVBoxLayout;
    inside->setContentsMargins(space::large, space::large, space::large, space::medium);
    inside->setSpacing(space::medium);
    auto* what = new QLabel(tr("Until the time is over you can replay, delete and purge on this production "
                               "connection. Reason, time and every change go into the audit trail under %1.")
                                .arg(context.connections.actor()),
                            this);
    what->setWordWrap(true);
    what->setTextFormat(Qt::PlainText);
    inside->addWidget(what);
    const auto labelled = [&](const QString& text, QWidget* editor, QWidget* shown) {
        auto* caption = new QLabel(text, this);
        caption->setBuddy(editor);
        auto* pair = new QVBoxLayout;
        pair->setSpacing(space::tight);
        pair->addWidget(caption);
        pair->addWidget(shown, 0, shown == editor ? Qt::AlignLeft : Qt::Alignment());
        inside->addLayout(pair);
    };
    reason_->setPlaceholderText(tr("e.g. INC-4711: replay orders after the price service was mended"));
    labelled(tr("&Reason"), reason_, reasonField_);
    minutes_->setRange(1, longestMinutes);
    minutes_->setValue(GuardRail::elevationMinutes);
    minutes_->setSuffix(tr(" minutes"));
    minutes_->setAccessibleName(tr("Minutes"));
    labelled(tr("&Time"), minutes_, minutes_);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    elevate_ = buttons->addButton(tr("Elevate"), QDialogButtonBox::AcceptRole);
    elevate_->setIcon(icon(QStringLiteral("unlock"), Tone::AccentText));
    ConsoleStyle::makeAccent(elevate_);
    elevate_->setDefault(true);
    inside->addWidget(buttons);
    layout->addLayout(inside);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, this, &ElevationDialog::elevate);
    connect(reason_, &QLineEdit::textChanged, this, [this] { reasonField_->setProblem({}); });
    setMinimumWidth(elevationWidth);
    reason_->setFocus();
}

QString ElevationDialog::problem() const {
    return reasonField_->problem();
}

void ElevationDialog::elevate() {
    const auto elevation = context_.connections.elevate(id_, reason_->text(), minutes_->value());
    if (elevation) {
        accept();
        return;
    }
    const Error& error = elevation.error();
    if (error.kind == ErrorKind::Invalid && error.summary.startsWith(QLatin1String("Reason: "))) {
        QString text = error.summary.mid(8);
        text[0] = text[0].toUpper();
        reasonField_->setProblem(text);
        reason_->setFocus();
    } else {
        banner_->present(error);
    }
}

} // namespace signalbox
