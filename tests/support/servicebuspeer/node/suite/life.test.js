"use strict";
const { test, before, after, describe } = require("node:test");
const assert = require("node:assert/strict");
const { Peer, take } = require("./peer.js");

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Time, duplicates and forwarding, as the vendor's client sees them.
describe("life of a message", () => {
    let peer, client;
    before(async () => {
        peer = await Peer.start({
            queues: [
                { name: "expiring", timeToLiveMs: 60000, deadLettersExpired: true },
                { name: "gone" },
                { name: "once", detectsDuplicates: true, duplicateWindowMs: 60000 },
                { name: "a", forwardTo: "b" },
                { name: "b", forwardTo: "c" },
                { name: "c" },
                { name: "mail", forwardDeadLettersTo: "graveyard", maxDeliveryCount: 1 },
                { name: "graveyard" },
                { name: "broken", forwardTo: "nowhere" },
            ],
            topics: [{ name: "t", subscriptions: [{ name: "on", forwardTo: "c" }] }],
        });
        client = peer.client();
    });
    after(() => peer.stop());

    test("expired messages go to the dead letters, or away", async () => {
        const sender = client.createSender("expiring");
        await sender.sendMessages([{ body: "short", timeToLive: 300 }, { body: "capped", timeToLive: 3600000 }]);
        await client.createSender("gone").sendMessages({ body: "x", timeToLive: 300 });
        const receiver = client.createReceiver("expiring");
        const peeked = await receiver.peekMessages(2);
        assert.deepEqual(peeked.map((m) => m.timeToLive), [300, 60000]);
        await pause(500);
        const dead = client.createReceiver("expiring", { subQueueType: "deadLetter" });
        const [found] = await take(dead, 1);
        assert.equal(found.body, "short");
        assert.equal(found.deadLetterReason, "TTLExpiredException");
        await dead.completeMessage(found);
        await peer.control("POST", "clock", { advanceMs: 60000 });
        assert.equal((await take(dead, 1))[0].body, "capped");
        assert.deepEqual((await peer.control("GET", "counts")).gone, {
            active: 0, dead: 0, deferred: 0, locked: 0, scheduled: 0, transfer: 0,
        });
    });

    test("an id seen in the window is accepted and dropped", async () => {
        const sender = client.createSender("once");
        await sender.sendMessages({ body: 1, messageId: "same" });
        await sender.sendMessages({ body: 2, messageId: "same" });
        await sender.sendMessages([{ body: 3, messageId: "same" }, { body: 4, messageId: "other" }]);
        await peer.control("POST", "clock", { advanceMs: 61000 });
        await sender.sendMessages({ body: 5, messageId: "same" });
        const receiver = client.createReceiver("once", { receiveMode: "receiveAndDelete" });
        assert.deepEqual((await take(receiver, 3)).map((m) => m.body), [1, 4, 5]);
        assert.equal((await receiver.receiveMessages(1, { maxWaitTimeInMs: 50 })).length, 0);
    });

    test("forwarding passes messages on, with the first number kept", async () => {
        await client.createSender("c").sendMessages({ body: "direct" });
        await client.createSender("a").sendMessages({ body: "chained" });
        await client.createSender("t").sendMessages({ body: "from a topic" });
        const receiver = client.createReceiver("c", { receiveMode: "receiveAndDelete" });
        const got = await take(receiver, 3);
        assert.deepEqual(got.map((m) => m.body), ["direct", "chained", "from a topic"]);
        assert.deepEqual(got.map((m) => Number(m.sequenceNumber)), [1, 2, 3]);
        assert.equal(got[1].enqueuedSequenceNumber, 1);
    });

    test("forwarded dead letters say where they died", async () => {
        await client.createSender("mail").sendMessages({ body: "x" });
        const receiver = client.createReceiver("mail");
        const [message] = await take(receiver, 1);
        await receiver.abandonMessage(message);
        const [found] = await take(client.createReceiver("graveyard"), 1);
        assert.equal(found.deadLetterSource, "mail");
        assert.equal(found.deadLetterReason, "MaxDeliveryCountExceeded");
    });

    test("what cannot be forwarded waits in the transfer dead-letter queue", async () => {
        await client.createSender("broken").sendMessages({ body: "x" });
        const transfer = client.createReceiver("broken", { subQueueType: "transferDeadLetter" });
        const [found] = await take(transfer, 1);
        assert.equal(found.deadLetterReason, "amqp:not-found");
        await transfer.completeMessage(found);
    });
});
