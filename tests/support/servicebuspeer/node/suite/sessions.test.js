"use strict";
const { test, before, after, describe } = require("node:test");
const assert = require("node:assert/strict");
const { Peer, take } = require("./peer.js");

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

describe("sessions", () => {
    let peer, client;
    before(async () => {
        peer = await Peer.start({
            queues: ["order", "next", "state", "dead"].map((name) => ({ name, sessions: true })).concat([
                { name: "short", sessions: true, lockMs: 600 },
                { name: "plain" },
            ]),
        });
        client = peer.client();
    });
    after(() => peer.stop());

    test("a session is received by name, in order, and by one receiver only", async () => {
        const sender = client.createSender("order");
        for (const body of [1, 2, 3]) {
            await sender.sendMessages([{ body, sessionId: "a" }, { body: -body, sessionId: "b" }]);
        }
        const a = await client.acceptSession("order", "a");
        assert.equal(a.sessionId, "a");
        assert.ok(a.sessionLockedUntilUtc - Date.now() > 50000);
        await assert.rejects(client.acceptSession("order", "a"), { code: "SessionCannotBeLocked" });
        const got = await take(a, 3);
        assert.deepEqual(got.map((m) => m.body), [1, 2, 3]);
        assert.equal(got[0].sessionId, "a");
        for (const message of got) await a.completeMessage(message);
        assert.equal((await a.receiveMessages(1, { maxWaitTimeInMs: 100 })).length, 0);
        await a.close();
        const b = await client.acceptSession("order", "b");
        const [first] = await take(b, 1);
        await b.close(); // gives the message back, counted
        const again = await client.acceptSession("order", "b");
        const rest = await take(again, 3);
        assert.deepEqual(rest.map((m) => [m.body, m.deliveryCount]), [[-1, 1], [-2, 0], [-3, 0]]);
        assert.deepEqual(rest[0].sequenceNumber, first.sequenceNumber);
        await again.close();
    });

    test("the next free session is granted, or none in time", async () => {
        const sender = client.createSender("next");
        await sender.sendMessages([{ body: 1, sessionId: "x" }, { body: 2, sessionId: "y" }]);
        const one = await client.acceptNextSession("next");
        const two = await client.acceptNextSession("next");
        assert.deepEqual([one.sessionId, two.sessionId], ["x", "y"]);
        const impatient = peer.client(undefined, { retryOptions: { maxRetries: 0, timeoutInMs: 600 } });
        await assert.rejects(impatient.acceptNextSession("next"), { code: "ServiceTimeout" });
        const waiting = client.acceptNextSession("next");
        await pause(100);
        await sender.sendMessages({ body: 3, sessionId: "z" });
        const three = await waiting;
        assert.equal(three.sessionId, "z");
        for (const receiver of [one, two, three]) await receiver.close();
    });

    test("state is kept with the session, locks are renewed", async () => {
        const session = await client.acceptSession("state", "s");
        assert.ok(!(await session.getSessionState()));
        await session.setSessionState({ step: 2 });
        await session.close();
        const again = await client.acceptSession("state", "s");
        assert.deepEqual(await again.getSessionState(), { step: 2 });
        await again.setSessionState(null);
        assert.ok(!(await again.getSessionState()));
        const before = again.sessionLockedUntilUtc;
        await pause(50);
        assert.ok((await again.renewSessionLock()) > before);
        await again.close();
    });

    test("a session lock that is over ends the receiver", async () => {
        await client.createSender("short").sendMessages({ body: "x", sessionId: "s" });
        const session = await client.acceptSession("short", "s", { maxAutoLockRenewalDurationInMs: 0 });
        const [message] = await take(session, 1);
        await pause(900);
        await assert.rejects(session.completeMessage(message), { code: "SessionLockLost" });
        const again = await client.acceptSession("short", "s");
        const [back] = await take(again, 1);
        assert.equal(back.deliveryCount, 1);
        await again.completeMessage(back);
        await again.close();
    });

    test("deferring, peeking and dead-lettering work inside a session", async () => {
        await client.createSender("dead").sendMessages([1, 2, 3].map((body) => ({ body, sessionId: "s" })));
        const session = await client.acceptSession("dead", "s");
        const [first, second] = await take(session, 2);
        await session.deferMessage(first);
        await session.deadLetterMessage(second, { deadLetterReason: "why" });
        assert.deepEqual((await session.peekMessages(10)).map((m) => m.body), [1, 3]);
        const [deferred] = await session.receiveDeferredMessages(first.sequenceNumber);
        await session.completeMessage(deferred);
        await session.close();
        const dead = client.createReceiver("dead", { subQueueType: "deadLetter" }); // no sessions there
        const [found] = await take(dead, 1);
        assert.equal(found.sessionId, "s");
        assert.equal(found.deadLetterReason, "why");
    });

    test("sessions and entities without them do not mix", async () => {
        await assert.rejects(client.createSender("order").sendMessages({ body: "no id" }), /SessionId was not set/);
        await assert.rejects(client.createReceiver("order").receiveMessages(1, { maxWaitTimeInMs: 500 }), /requires sessions/);
        await assert.rejects(client.acceptSession("plain", "s"), { code: "SessionCannotBeLocked" }); // its own words
    });
});
