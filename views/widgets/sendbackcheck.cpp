#include "views/widgets/sendbackcheck.h"

#include "models/base/whendone.h"

namespace signalbox {

void checkSendBack(ConsoleContext& context, const EntityRef& queue, QObject* receiver,
                   std::function<void(const Result<SendBack>&)> then) {
    const ConnectionProfile* profile = context.connections.find(queue.connectionId);
    BrokerGateway* gateway = context.connections.gateway(queue.connectionId);
    if (!profile || profile->technology != technology::serviceBus || !gateway) {
        then(SendBack{});
        return;
    }
    whenDone(gateway->routing(), receiver,
             [queue, then = std::move(then)](const Result<RoutingTable>& routing) {
                 if (!routing) {
                     then(failure(routing.error()));
                     return;
                 }
                 const SendBackJudgement judged = judgeSendBack(*routing, queue.name);
                 if (!judged.refusal.isEmpty()) {
                     then(failure(ErrorKind::Unsupported, judged.refusal));
                     return;
                 }
                 SendBack how;
                 how.isServiceBus = true;
                 how.newMessageIds = judged.newMessageIds;
                 then(how);
             });
}

} // namespace signalbox
