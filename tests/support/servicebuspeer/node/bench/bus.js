// What the vendor's JavaScript client needs for the same work, as its documentation would have it done.
// Usage: node bus.js peek|take|replay AMQP_PORT SOURCE TARGET COUNT   -> {"perSecond":..,"peakKb":..}
"use strict";
const { readFileSync } = require("node:fs");
const { ServiceBusClient } = require("@azure/service-bus");

async function main() {
    const [part, port, source, target, countText] = process.argv.slice(2);
    const count = Number(countText);
    const client = new ServiceBusClient(
        `Endpoint=sb://localhost:${port};SharedAccessKeyName=RootManageSharedAccessKey;` +
            "SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;",
    );
    const dead = source.endsWith("/$DeadLetterQueue");
    const receiver = client.createReceiver(dead ? source.slice(0, -"/$DeadLetterQueue".length) : source, {
        subQueueType: dead ? "deadLetter" : undefined,
    });
    const sender = target ? client.createSender(target) : undefined;
    const begin = process.hrtime.bigint();
    let done = 0;
    while (done < count) {
        if (part === "peek") {
            const some = await receiver.peekMessages(250);
            if (some.length === 0) break;
            done += some.length;
            continue;
        }
        const some = await receiver.receiveMessages(Math.min(500, count - done), { maxWaitTimeInMs: 2000 });
        if (some.length === 0) break;
        if (part === "replay") {
            const copies = some.map((message) => ({
                body: message.body,
                messageId: message.messageId,
                contentType: message.contentType,
                applicationProperties: message.applicationProperties,
            }));
            let batch = await sender.createMessageBatch();
            for (const copy of copies) {
                if (batch.tryAddMessage(copy)) continue;
                await sender.sendMessages(batch);
                batch = await sender.createMessageBatch();
                batch.tryAddMessage(copy);
            }
            await sender.sendMessages(batch);
        }
        await Promise.all(some.map((message) => receiver.completeMessage(message)));
        done += some.length;
    }
    const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1];
    await client.close();
    if (done < count) throw new Error(`only ${done} of ${count} came`);
    console.log(JSON.stringify({ perSecond: count / seconds, peakKb: Number(peak) }));
}

main().catch((error) => {
    console.error(String(error));
    process.exit(1);
});
