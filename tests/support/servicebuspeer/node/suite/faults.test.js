"use strict";
const { test, beforeEach, afterEach, describe } = require("node:test");
const assert = require("node:assert/strict");
const { Peer, take } = require("./peer.js");

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

describe("faults on demand", () => {
    let peer, client;
    beforeEach(async () => {
        peer = await Peer.start({ queues: [{ name: "q" }, { name: "s", sessions: true }, { name: "other" }] });
        client = peer.client(undefined, { retryOptions: { maxRetries: 0, timeoutInMs: 1500 } });
    });
    afterEach(() => peer && peer.stop());
    const fault = (wishes) => peer.control("POST", "faults", wishes);
    const count = async () => (await peer.control("GET", "counts")).q;

    test("throttled sends are refused as busy, then go on", async () => {
        const sender = client.createSender("q");
        await sender.sendMessages({ body: 0 });
        await fault({ throttleSends: 2 });
        await assert.rejects(sender.sendMessages({ body: 1 }), { code: "ServiceBusy", retryable: true });
        await assert.rejects(sender.sendMessages({ body: 1 }), { code: "ServiceBusy" });
        await sender.sendMessages({ body: 1 });
        assert.equal((await count()).active, 2);
    });

    test("sends are refused with any error", async () => {
        await fault({ refuseSends: 1, refusal: { condition: "amqp:resource-limit-exceeded", description: "full" } });
        await assert.rejects(client.createSender("q").sendMessages({ body: 1 }), { code: "QuotaExceeded" });
        assert.equal((await count()).active, 0);
    });

    test("a connection is cut under a send, and the client finds a new one", async () => {
        const sender = client.createSender("q");
        await sender.sendMessages({ body: 0 });
        await fault({ dropAfterTransfers: 1 });
        await assert.rejects(sender.sendMessages({ body: 1 }), /disconnect|closed|lost|connection/i);
        assert.equal((await count()).active, 1);
        await client.createSender("q").sendMessages({ body: 2 });
        assert.equal((await count()).active, 2);
    });

    test("a send is kept, but its answer is lost", async () => {
        const sender = client.createSender("q");
        await sender.sendMessages({ body: 0 });
        await fault({ dropBeforeAccepts: 1 });
        await assert.rejects(sender.sendMessages({ body: 1 }));
        assert.equal((await count()).active, 2);
        const again = client.createSender("q");
        await again.sendMessages({ body: 2 });
        await fault({ swallowAccepts: 1 });
        await assert.rejects(again.sendMessages({ body: 3 }), { code: "ServiceTimeout" });
        assert.equal((await count()).active, 4);
    });

    test("connections are cut or closed at once", async () => {
        await client.createSender("q").sendMessages({ body: 0 });
        assert.equal((await peer.control("GET", "connections")).open, 1);
        await fault({ drop: {} });
        assert.equal((await peer.control("GET", "connections")).open, 0);
        await pause(50);
        await client.createSender("q").sendMessages({ body: 1 });
        await fault({ close: { condition: "amqp:connection:forced" } });
        await pause(100);
        await client.createSender("q").sendMessages({ body: 2 });
        assert.equal((await count()).active, 3);
    });

    test("links are detached with an error", async () => {
        const receiver = client.createReceiver("q");
        const failed = new Promise((resolve) =>
            receiver.subscribe({ processMessage: async () => {}, processError: async (args) => resolve(args.error) }),
        );
        await pause(200);
        await fault({ detach: { entity: "q", condition: "com.microsoft:entity-disabled", description: "off" } });
        assert.equal((await failed).code, "MessagingEntityDisabled");
    });

    test("locks are lost", async () => {
        await client.createSender("q").sendMessages({ body: 1 });
        const receiver = client.createReceiver("q");
        const [message] = await take(receiver, 1);
        await fault({ loseLocks: { entity: "q" } });
        await assert.rejects(receiver.completeMessage(message), { code: "MessageLockLost" });
        assert.equal((await take(receiver, 1))[0].deliveryCount, 1);
    });

    test("expired tokens end links", async () => {
        const receiver = client.createReceiver("q");
        const failed = new Promise((resolve) =>
            receiver.subscribe({ processMessage: async () => {}, processError: async (args) => resolve(args.error) }),
        );
        await pause(200);
        await fault({ expireTokens: {} });
        assert.equal((await failed).code, "UnauthorizedAccess");
    });

    test("a token's own expiry ends its link when its time has come", async () => {
        const receiver = client.createReceiver("q");
        const failed = new Promise((resolve) =>
            receiver.subscribe({ processMessage: async () => {}, processError: async (args) => resolve(args.error) }),
        );
        await pause(200);
        await peer.control("POST", "clock", { advanceMs: 3700000 });
        assert.equal((await failed).code, "UnauthorizedAccess");
    });

    test("an answer to a settlement is swallowed, but the settlement is done", async () => {
        await client.createSender("q").sendMessages({ body: 1 });
        const impatient = peer.client(undefined, { retryOptions: { maxRetries: 0, timeoutInMs: 700 } });
        const receiver = impatient.createReceiver("q");
        const [message] = await take(receiver, 1);
        await fault({ swallowSettlements: 1 });
        await assert.rejects(receiver.completeMessage(message), { code: "ServiceTimeout" });
        assert.equal((await count()).active, 0);
    });

    test("answers are late", async () => {
        const sender = client.createSender("q");
        await sender.sendMessages({ body: 0 });
        await fault({ delayMs: 400 });
        const started = Date.now();
        await sender.sendMessages({ body: 1 });
        assert.ok(Date.now() - started >= 390);
        await fault({ delayMs: 0 });
    });

    test("the program ends after it has accepted a send, before the complete", async () => {
        await client.createSender("q").sendMessages({ body: 1 });
        const receiver = client.createReceiver("q");
        const [message] = await take(receiver, 1);
        const sender = client.createSender("other");
        await sender.sendMessages({ body: 0 });
        await fault({ exitAfterAccepts: 1 });
        await sender.sendMessages({ body: "copy" }); // accepted
        await assert.rejects(receiver.completeMessage(message));
        assert.equal(await peer.exited, 9);
        await client.close().catch(() => {});
        peer = undefined;
    });

    test("an unknown fault is refused", async () => {
        await assert.rejects(fault({ earthquake: 1 }), /not known/);
    });
});
