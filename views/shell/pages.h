// The one place that names the pages of the window, in the order of the navigation. GUI thread.
#pragma once

#include "views/widgets/consolecontext.h"
#include "views/widgets/page.h"

namespace signalbox {

struct PageSlot {
    QString id; // target of Page::navigate
    Page* page = nullptr;
};

std::vector<PageSlot> makePages(ConsoleContext& context, QWidget* parent);

} // namespace signalbox
