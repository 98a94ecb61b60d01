// The window's half of the composition root.
#include "app/azure/armdiscovery.h"
#include "app/servicebus/servicebusprofile.h"
#include "app/workspaceparts.h"
#include "models/base/background.h"
#include "models/base/lognames.h"
#include "views/shell/mainwindow.h"

#include <spdlog/spdlog.h>

namespace signalbox {

std::unique_ptr<QWidget> Workspace::makeWindow() {
    Parts* parts = parts_.get();
    parts->namespaces = std::make_unique<azure::ArmDiscovery>();
    parts->context = std::unique_ptr<ConsoleContext>(new ConsoleContext{
        *parts->registry, *parts->desk, *parts->snapshots, *parts->triage, *parts->audit, parts->conventions,
        *parts->clock, parts->storeThread, *parts->settings, parts->file, parts->notice, serviceBusProfile,
        parts->namespaces.get(), [] { return variableSecret(azureTokenVariable, environmentVariable); }});
    // First in the queue of the store's thread, so that no page opens what is about to go.
    (void)inBackground(parts->storeThread, [parts] {
        auto pruned = parts->prune();
        if (auto log = spdlog::get(lognames::app); log && !pruned)
            log->warn("old snapshots and copies were not removed: {}", pruned.error().summary.toStdString());
        return pruned;
    });
    return std::make_unique<MainWindow>(*parts->context);
}

} // namespace signalbox
