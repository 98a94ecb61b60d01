#include "views/widgets/detailsbox.h"

#include "views/widgets/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QPushButton>

namespace signalbox {

namespace {
constexpr int usualLines = 5;
}

DetailsBox::DetailsBox(QWidget* parent)
    : QWidget(parent)
    , box_(new QPlainTextEdit(this))
    , copy_(new QPushButton(icon(QStringLiteral("copy")), tr("Copy"), this)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(box_, 1);
    layout->addWidget(copy_, 0, Qt::AlignTop);
    box_->setReadOnly(true);
    box_->setTabChangesFocus(true);
    box_->setFont(monospaceFont());
    box_->setAccessibleName(tr("Details"));
    setVisibleLines(usualLines);
    copy_->setAccessibleName(tr("Copy details"));
    connect(copy_, &QPushButton::clicked, this, &DetailsBox::copy);
}

void DetailsBox::setText(const QString& text) {
    box_->setPlainText(text);
}

QString DetailsBox::text() const {
    return box_->toPlainText();
}

void DetailsBox::setCopyText(const QString& text) {
    copyText_ = text;
}

void DetailsBox::setVisibleLines(int lines) {
    box_->setFixedHeight(box_->fontMetrics().lineSpacing() * lines + space::medium);
}

void DetailsBox::setFlexible() {
    box_->setMinimumHeight(box_->fontMetrics().lineSpacing() * 2 + space::medium);
    box_->setMaximumHeight(QWIDGETSIZE_MAX);
}

void DetailsBox::copy() {
    QGuiApplication::clipboard()->setText(copyText_.isEmpty() ? text() : copyText_);
}

} // namespace signalbox
