// What DeadLettersPage does to the entities of a namespace: status, rules, deletion.
#include "views/deadletters/deadletterspage.h"
#include "views/deadletters/entitydeletedialog.h"
#include "views/deadletters/entitystatusdialog.h"
#include "views/deadletters/rulesdialog.h"
#include "views/widgets/icons.h"

#include <QMenu>

namespace signalbox {

namespace {

// "orders" of "orders/$DeadLetterQueue": what such a queue belongs to.
QString entityOfQueue(const QString& queue) {
    QString entity = queue;
    for (const QLatin1String suffix :
         {QLatin1String("/$Transfer/$DeadLetterQueue"), QLatin1String("/$DeadLetterQueue")}) {
        if (entity.endsWith(suffix, Qt::CaseInsensitive)) {
            entity.chop(suffix.size());
            break;
        }
    }
    return entity;
}

} // namespace

std::vector<Command> DeadLettersPage::entityCommands(const QString& queue) {
    const ConnectionProfile* profile = context_.connections.find(board_.connectionId());
    if (!profile || profile->technology != technology::serviceBus)
        return {};
    const QString entity = entityOfQueue(queue);
    const auto can = [this, entity] {
        return !entity.isEmpty() && board_.gateway() && board_.gateway()->entityAdmin();
    };
    const auto canRules = [can, entity] { return can() && !topicOf(entity).isEmpty(); };
    const QString id = board_.connectionId();
    return {
        {QStringLiteral("deadletters.entityStatus"),
         tr("Status of the entity…"),
         {},
         can,
         [this, id, entity] { presentEntity(new EntityStatusDialog(context_, entities_, id, entity, this)); },
         QStringLiteral("pause"),
         {}},
        {QStringLiteral("deadletters.entityRules"),
         tr("Rules of the subscription…"),
         {},
         canRules,
         [this, id, entity] { presentEntity(new RulesDialog(context_, entities_, id, entity, this)); },
         QStringLiteral("filter"),
         {}},
        {QStringLiteral("deadletters.entityDelete"),
         tr("Delete the entity…"),
         {},
         can,
         [this, id, entity] { presentEntity(new EntityDeleteDialog(context_, entities_, id, entity, this)); },
         QStringLiteral("remove"),
         {}}};
}

template<class Dialog>
void DeadLettersPage::presentEntity(Dialog* dialog) {
    connect(dialog, &Dialog::navigate, this, &Page::navigate);
    connect(dialog, &Dialog::changed, this, [this](const QString& words) {
        Q_EMIT statusMessage(words);
        board_.refresh();
    });
    present(static_cast<QDialog*>(dialog));
}

void DeadLettersPage::fillQueueMenu(QMenu* menu, const QString& queue) {
    for (const Command& command : entityCommands(queue)) {
        QAction* action = menu->addAction(icon(command.iconName), command.text, this, command.run);
        action->setEnabled(command.isEnabled());
    }
}

} // namespace signalbox
