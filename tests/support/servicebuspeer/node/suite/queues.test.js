"use strict";
const { test, before, after, describe } = require("node:test");
const assert = require("node:assert/strict");
const { Peer, take } = require("./peer.js");

describe("queues", () => {
    let peer, client;
    before(async () => {
        peer = await Peer.start({
            keys: [
                { name: "RootManageSharedAccessKey", key: "SAS_KEY_VALUE" },
                { name: "listener", key: "listening", rights: ["Listen"] },
                { name: "only-a", key: "key of a", rights: ["Listen", "Send"], entity: "send" },
            ],
            queues: ["send", "batch", "delete", "settle", "limit", "drain", "dead", "wait"].map((name) => ({ name }))
                .concat([
                    { name: "limited", maxDeliveryCount: 2 },
                    { name: "short", lockMs: 300 },
                    { name: "closed", status: "SendDisabled" },
                    { name: "small", maxMessageKilobytes: 1 },
                ]),
        });
        client = peer.client();
    });
    after(() => peer.stop());

    test("a message comes back with everything it was sent with", async () => {
        const sent = {
            body: { order: 4711, lines: ["a", "b"] },
            messageId: "m-1",
            correlationId: "c-1",
            subject: "OrderPlaced",
            contentType: "application/json",
            replyTo: "answers",
            replyToSessionId: "rs",
            to: "there",
            sessionId: "s",
            partitionKey: "s",
            timeToLive: 100000,
            applicationProperties: { text: "ä", whole: 7, half: 0.5, yes: true, when: new Date(1700000000000) },
        };
        await client.createSender("send").sendMessages(sent);
        const receiver = client.createReceiver("send");
        const [got] = await take(receiver, 1);
        for (const key of Object.keys(sent)) {
            if (key !== "applicationProperties") assert.deepEqual(got[key], sent[key], key);
        }
        assert.deepEqual(got.applicationProperties, { ...sent.applicationProperties, when: 1700000000000 });
        assert.equal(got.deliveryCount, 0);
        assert.equal(got.sequenceNumber.toString(), "1");
        assert.equal(got.enqueuedSequenceNumber, 1);
        assert.ok(Math.abs(got.enqueuedTimeUtc - Date.now()) < 5000);
        assert.ok(got.lockedUntilUtc - Date.now() > 50000);
        assert.match(got.lockToken, /^[0-9a-f-]{36}$/);
        assert.equal(got.state, "active");
        await receiver.completeMessage(got);
        assert.equal((await take(receiver, 1, 200)).length, 0);
    });

    test("a batch arrives as single messages, in order", async () => {
        const sender = client.createSender("batch");
        const batch = await sender.createMessageBatch();
        for (let i = 0; i < 50; ++i) {
            assert.ok(batch.tryAddMessage({ body: `b${i}`, messageId: `id${i}` }));
        }
        await sender.sendMessages(batch);
        await sender.sendMessages([{ body: "x" }, { body: "y" }]);
        const receiver = client.createReceiver("batch");
        const got = await take(receiver, 52);
        assert.deepEqual(got.map((m) => m.body), [...Array(50).keys()].map((i) => `b${i}`).concat("x", "y"));
        assert.equal(got[49].messageId, "id49");
        for (const message of got) await receiver.completeMessage(message);
    });

    test("a batch of one, and bodies of other kinds", async () => {
        const sender = client.createSender("batch");
        const batch = await sender.createMessageBatch();
        batch.tryAddMessage({ body: "single", messageId: "one" });
        await sender.sendMessages(batch);
        await sender.sendMessages({ body: Buffer.from([0, 0x53, 0x70, 1]) });
        await sender.sendMessages({ bodyType: "value", body: 42 });
        await sender.sendMessages({ bodyType: "sequence", body: [[1, "two"]] });
        await sender.sendMessages({ body: "z".repeat(200000) });
        const receiver = client.createReceiver("batch", { receiveMode: "receiveAndDelete" });
        const got = await take(receiver, 5);
        assert.equal(got[0].messageId, "one");
        assert.deepEqual([...got[1].body], [0, 0x53, 0x70, 1]);
        assert.equal(got[2].body, 42);
        assert.equal(got[2]._rawAmqpMessage.bodyType, "value");
        assert.equal(got[3]._rawAmqpMessage.bodyType, "sequence");
        assert.equal(got[4].body.length, 200000);
    });

    test("receive and delete takes messages away", async () => {
        await client.createSender("delete").sendMessages([{ body: 1 }, { body: 2 }, { body: 3 }]);
        const receiver = client.createReceiver("delete", { receiveMode: "receiveAndDelete" });
        assert.deepEqual((await take(receiver, 3)).map((m) => m.body), [1, 2, 3]);
        assert.equal((await receiver.receiveMessages(1, { maxWaitTimeInMs: 100 })).length, 0);
    });

    test("an abandoned message comes again, counted and with its changes", async () => {
        await client.createSender("settle").sendMessages({ body: "again" });
        const receiver = client.createReceiver("settle");
        const [first] = await take(receiver, 1);
        await receiver.abandonMessage(first, { note: "tried" });
        const [second] = await take(receiver, 1);
        assert.equal(second.deliveryCount, 1);
        assert.equal(second.applicationProperties.note, "tried");
        await receiver.completeMessage(second);
    });

    test("a deferred message is received by its number only", async () => {
        await client.createSender("settle").sendMessages({ body: "later" });
        const receiver = client.createReceiver("settle");
        const [message] = await take(receiver, 1);
        await receiver.deferMessage(message);
        assert.equal((await take(receiver, 1, 200)).length, 0);
        const [deferred] = await receiver.receiveDeferredMessages(message.sequenceNumber);
        assert.equal(deferred.body, "later");
        assert.equal(deferred.state, "deferred");
        await receiver.completeMessage(deferred);
        await assert.rejects(receiver.receiveDeferredMessages(message.sequenceNumber), { code: "MessageNotFound" });
    });

    test("a dead-lettered message lies in the sub-queue with its reason", async () => {
        await client.createSender("dead").sendMessages({ body: "bad", messageId: "d" });
        const receiver = client.createReceiver("dead");
        const [message] = await take(receiver, 1);
        await receiver.deadLetterMessage(message, {
            deadLetterReason: "Broken",
            deadLetterErrorDescription: "no such order",
            extra: 5,
        });
        const dead = client.createReceiver("dead", { subQueueType: "deadLetter" });
        const [found] = await take(dead, 1);
        assert.equal(found.deadLetterReason, "Broken");
        assert.equal(found.deadLetterErrorDescription, "no such order");
        assert.equal(found.applicationProperties.extra, 5);
        assert.equal(found.messageId, "d");
        await dead.completeMessage(found);
        assert.equal((await take(dead, 1, 200)).length, 0);
    });

    test("after MaxDeliveryCount attempts a message is dead-lettered", async () => {
        await client.createSender("limited").sendMessages({ body: "poison" });
        const receiver = client.createReceiver("limited");
        for (let i = 0; i < 2; ++i) {
            const [message] = await take(receiver, 1);
            assert.equal(message.deliveryCount, i);
            await receiver.abandonMessage(message);
        }
        const dead = client.createReceiver("limited", { subQueueType: "deadLetter" });
        const [found] = await take(dead, 1);
        assert.equal(found.deadLetterReason, "MaxDeliveryCountExceeded");
        assert.equal(found.deliveryCount, 2);
    });

    test("a lock that is over cannot be settled, and the message comes again", async () => {
        await client.createSender("short").sendMessages({ body: "slow" });
        const receiver = client.createReceiver("short", { maxAutoLockRenewalDurationInMs: 0 });
        const [message] = await take(receiver, 1);
        await new Promise((resolve) => setTimeout(resolve, 450));
        await assert.rejects(receiver.completeMessage(message), { code: "MessageLockLost" });
        const [again] = await take(receiver, 1);
        assert.equal(again.deliveryCount, 1);
        await receiver.completeMessage(again);
    });

    test("draining gives back what is there, at once", async () => {
        await client.createSender("drain").sendMessages([{ body: 1 }, { body: 2 }]);
        const receiver = client.createReceiver("drain");
        const started = Date.now();
        const got = await receiver.receiveMessages(10, { maxWaitTimeInMs: 300 });
        assert.equal(got.length, 2);
        assert.ok(Date.now() - started < 1500);
        for (const message of got) await receiver.completeMessage(message);
        assert.equal((await receiver.receiveMessages(10, { maxWaitTimeInMs: 50 })).length, 0);
        await client.createSender("drain").sendMessages({ body: 3 }); // no credit is left behind
        assert.equal((await take(receiver, 1)).length, 1);
    });

    test("a waiting receiver gets what is sent later, by subscribe", async () => {
        const receiver = client.createReceiver("wait");
        const bodies = [];
        const done = new Promise((resolve, reject) => {
            receiver.subscribe({
                processMessage: async (message) => {
                    bodies.push(message.body);
                    if (bodies.length === 20) resolve();
                },
                processError: async (args) => reject(args.error),
            });
        });
        const sender = client.createSender("wait");
        for (let i = 0; i < 20; ++i) await sender.sendMessages({ body: i });
        await done;
        assert.deepEqual(bodies, [...Array(20).keys()]);
        await receiver.close();
    });

    test("what is not there, not allowed or too large is refused by name", async () => {
        await assert.rejects(client.createSender("nowhere").sendMessages({ body: 1 }), {
            code: "MessagingEntityNotFound",
        });
        await assert.rejects(client.createSender("closed").sendMessages({ body: 1 }), {
            code: "MessagingEntityDisabled",
        });
        await assert.rejects(client.createSender("small").sendMessages({ body: "x".repeat(2000) }), {
            code: "MessageSizeExceeded",
        });
    });

    test("wrong keys and missing rights are refused", async () => {
        const wrong = peer.client(peer.connectionString("RootManageSharedAccessKey", "other"));
        await assert.rejects(wrong.createSender("send").sendMessages({ body: 1 }), { code: "UnauthorizedAccess" });
        const listener = peer.client(peer.connectionString("listener", "listening"));
        assert.equal((await listener.createReceiver("send").peekMessages(1)).length, 0);
        await assert.rejects(listener.createSender("send").sendMessages({ body: 1 }), { code: "UnauthorizedAccess" });
        const scoped = peer.client(peer.connectionString("only-a", "key of a"));
        await scoped.createSender("send").sendMessages({ body: "allowed" });
        await assert.rejects(scoped.createSender("batch").sendMessages({ body: 1 }), { code: "UnauthorizedAccess" });
    });
});
