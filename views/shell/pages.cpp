#include "views/shell/pages.h"

#include "views/activity/activitypage.h"
#include "views/connections/connectionspage.h"
#include "views/deadletters/deadletterspage.h"
#include "views/replay/replayspage.h"

namespace signalbox {

std::vector<PageSlot> makePages(ConsoleContext& context, QWidget* parent) {
    return {{QStringLiteral("deadletters"), new DeadLettersPage(context, parent)},
            {QStringLiteral("replays"), new ReplaysPage(context, parent)},
            {QStringLiteral("connections"), new ConnectionsPage(context, parent)},
            {QStringLiteral("activity"), new ActivityPage(context, parent)}};
}

} // namespace signalbox
