#include "views/deadletters/ruledialog.h"

#include "models/base/whendone.h"
#include "views/widgets/formfield.h"
#include "views/widgets/theme.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace signalbox {

namespace {
constexpr int filterLines = 5;
}

RuleDialog::RuleDialog(ConsoleContext& context, EntityDesk& desk, const QString& connectionId,
                       QString subscription, const BusRule* old, QWidget* parent)
    : EntityDialog(context, desk, connectionId,
                   old ? tr("Change the rule %1").arg(old->name) : tr("Add a rule"), parent)
    , subscription_(std::move(subscription))
    , isNew_(!old)
    , name_(new QLineEdit(this))
    , kind_(new QComboBox(this))
    , filter_(new QPlainTextEdit(this))
    , filterField_(new FormField(tr("Filter"), filter_, this))
    , change_(new QLineEdit(this))
    , note_(dimLabel({}, this)) {
    const RuleDraft start = old ? draftOf(*old) : RuleDraft();
    kind_->addItem(tr("SQL condition"), static_cast<int>(BusRule::Kind::Sql));
    kind_->addItem(tr("Values that have to match"), static_cast<int>(BusRule::Kind::Correlation));
    kind_->addItem(tr("Every message"), static_cast<int>(BusRule::Kind::Always));
    kind_->addItem(tr("No message"), static_cast<int>(BusRule::Kind::Never));
    kind_->setCurrentIndex(std::max(0, kind_->findData(static_cast<int>(start.kind))));
    kind_->setAccessibleName(tr("What it takes"));
    name_->setText(start.name);
    name_->setEnabled(isNew_);
    name_->setAccessibleName(tr("Name"));
    filter_->setFont(monospaceFont());
    filter_->setTabChangesFocus(true);
    filter_->setFixedHeight(filter_->fontMetrics().lineSpacing() * filterLines + space::large);
    sql_ = start.sql;
    conditions_ = start.conditions.join(QLatin1Char('\n'));
    shown_ = kind();
    filter_->setPlainText(shown_ == BusRule::Kind::Correlation ? conditions_ : sql_);
    change_->setText(start.action);
    change_->setFont(monospaceFont());
    change_->setPlaceholderText(tr("none; e.g. SET priority = 1; REMOVE trace"));
    change_->setAccessibleName(tr("Change in its copy"));
    note_->setWordWrap(true);
    note_->setTextFormat(Qt::PlainText);

    auto* form = new QFormLayout;
    form->setVerticalSpacing(space::small);
    QLabel* place = dimLabel(subscription_, this);
    place->setTextFormat(Qt::PlainText);
    place->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // a long name widens nothing
    form->addRow(tr("Subscription"), place);
    form->addRow(tr("&Name"), name_);
    form->addRow(tr("&Takes"), kind_);
    form->addRow(tr("&Filter"), filterField_);
    form->addRow(tr("C&hanges"), change_);
    inside()->addLayout(form);
    inside()->addWidget(note_);
    finish(isNew_ ? tr("Add rule") : tr("Replace rule"), QStringLiteral("check"));
    for (QLineEdit* each : {name_, change_})
        guardReturn(each);
    connect(kind_, &QComboBox::currentIndexChanged, this, &RuleDialog::followKind);
    connect(name_, &QLineEdit::textChanged, this, &RuleDialog::check);
    connect(filter_, &QPlainTextEdit::textChanged, this, &RuleDialog::check);
    connect(change_, &QLineEdit::textChanged, this, &RuleDialog::check);
    followKind();
    (isNew_ ? static_cast<QWidget*>(name_) : filter_)->setFocus();
}

BusRule::Kind RuleDialog::kind() const {
    return static_cast<BusRule::Kind>(kind_->currentData().toInt());
}

QString RuleDialog::note() const {
    return note_->text();
}

void RuleDialog::followKind() {
    // What was typed for the other kind is still there when one comes back to it.
    if (shown_ == BusRule::Kind::Correlation)
        conditions_ = filter_->toPlainText();
    else if (shown_ == BusRule::Kind::Sql)
        sql_ = filter_->toPlainText();
    shown_ = kind();
    const bool isTyped = shown_ == BusRule::Kind::Sql || shown_ == BusRule::Kind::Correlation;
    filter_->setPlainText(!isTyped ? QString() : shown_ == BusRule::Kind::Correlation ? conditions_ : sql_);
    filterField_->setEnabled(isTyped);
    filterField_->setHint(
        shown_ == BusRule::Kind::Sql
            ? tr("For example: region = 'EU' AND quantity > 5. sys.Label and the like are the "
                 "message's own properties.")
        : shown_ == BusRule::Kind::Correlation
            ? tr("One NAME=VALUE in a line, and all have to match: label=OrderPlaced, "
                 "message-id=…, or a property of your own: region=EU, quantity:int=5.")
            : QString());
    check();
}

RuleDraft RuleDialog::draft() const {
    RuleDraft draft;
    draft.name = name_->text();
    draft.kind = kind();
    draft.sql = filter_->toPlainText();
    draft.conditions = filter_->toPlainText().split(QLatin1Char('\n'));
    draft.action = change_->text();
    return draft;
}

void RuleDialog::check() {
    checked_ = checkedRule(draft());
    note_->setText(checked_ ? checked_->notes.join(QLatin1Char('\n')) : QString());
    note_->setVisible(!note_->text().isEmpty());
    follow();
}

QString RuleDialog::problem() const {
    return checked_ ? QString() : checked_.error().summary;
}

void RuleDialog::act(const EntityDesk::Scene& scene) {
    const BusRule rule = checked_->rule;
    whenDone(isNew_ ? desk().addRule(scene, subscription_, rule)
                    : desk().replaceRule(scene, subscription_, rule),
             this, [this, rule](const Result<void>& done) {
                 if (!done) {
                     fail(done.error());
                     return;
                 }
                 accept();
                 Q_EMIT changed(isNew_ ? tr("%1 has the rule %2 now.").arg(subscription_, rule.name)
                                       : tr("%1: the rule %2 was replaced.").arg(subscription_, rule.name));
             });
}

} // namespace signalbox
