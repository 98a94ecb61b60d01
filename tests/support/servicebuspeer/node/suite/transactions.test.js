"use strict";
const { test, before, after, beforeEach, afterEach, describe } = require("node:test");
const assert = require("node:assert/strict");
const { Peer, take } = require("./peer.js");
const { RawClient } = require("./raw.js");
const { Coordinator } = require("./transactions.js");

// The vendor's JavaScript client has no transactions: rhea speaks them, the vendor's client judges.
describe("transactions", () => {
    let peer, client, raw, coordinator;
    before(async () => {
        peer = await Peer.start({ queues: ["from", "to", "other"].map((name) => ({ name, lockMs: 30000 })) });
        client = peer.client();
    });
    after(() => peer.stop());
    beforeEach(async () => {
        raw = await RawClient.connect(peer);
        coordinator = await Coordinator.open(raw);
    });
    afterEach(() => raw.close());

    const ids = async (entity, part = "main") =>
        (await peer.control("GET", `messages?entity=${entity}&part=${part}`)).map((m) => m.messageId);
    const empty = async (...entities) => {
        for (const entity of entities) {
            const receiver = client.createReceiver(entity, { receiveMode: "receiveAndDelete" });
            await receiver.receiveMessages(100, { maxWaitTimeInMs: 50 });
            await receiver.close();
        }
    };

    // A message locked in "from", a sender to `target` and a transaction.
    const begin = async (messageId, target) => {
        await client.createSender("from").sendMessages({ body: "x", messageId });
        const receiver = await raw.receiver("from", { rcv_settle_mode: 1 });
        const sender = await raw.sender(target);
        const { delivery } = await raw.next(receiver);
        return { receiver, sender, delivery, id: await coordinator.declare() };
    };

    test("send and complete happen together at commit, across entities", async () => {
        const { receiver, sender, delivery, id } = await begin("moved", "to");
        assert.equal(id.length, 16);
        assert.equal(await coordinator.settle(id, receiver, delivery), undefined);
        assert.equal(await coordinator.send(id, sender, { message_id: "moved", body: "x" }), undefined);
        assert.deepEqual([await ids("from"), await ids("to")], [["moved"], []]); // nothing yet
        assert.equal(await coordinator.discharge(id, false), undefined);
        assert.deepEqual([await ids("from"), await ids("to")], [[], ["moved"]]);
        const [got] = await take(client.createReceiver("to", { receiveMode: "receiveAndDelete" }), 1);
        assert.equal(got.messageId, "moved");
    });

    test("nothing happens when it is rolled back, and the lock lives on", async () => {
        const { receiver, sender, delivery, id } = await begin("stays", "to");
        await coordinator.settle(id, receiver, delivery);
        await coordinator.send(id, sender, { message_id: "never", body: "x" });
        assert.equal(await coordinator.discharge(id, true), undefined);
        assert.deepEqual([await ids("from"), await ids("to")], [["stays"], []]);
        assert.equal((await peer.control("GET", "counts")).from.locked, 1);
        assert.equal(await coordinator.discharge(id, false), "amqp:transaction:unknown-id");
        await peer.control("POST", "faults", { loseLocks: { entity: "from" } });
        await empty("from");
    });

    test("a lost lock makes the commit fail as a whole", async () => {
        const { receiver, sender, delivery, id } = await begin("lost", "to");
        await coordinator.settle(id, receiver, delivery);
        await coordinator.send(id, sender, { message_id: "never", body: "x" });
        await peer.control("POST", "clock", { advanceMs: 31000 });
        assert.equal(await coordinator.discharge(id, false), "amqp:transaction:rollback");
        assert.deepEqual([await ids("from"), await ids("to")], [["lost"], []]);
        await peer.control("POST", "clock", { advanceMs: 31000 });
        await empty("from");
    });

    test("what the target refuses at commit lands in the transfer dead-letter queue of the first entity", async () => {
        const { receiver, sender, delivery, id } = await begin("1", "other");
        await coordinator.settle(id, receiver, delivery);
        await coordinator.send(id, sender, { message_id: "2", body: "x" });
        await peer.control("POST", "entity", { path: "other", status: "SendDisabled" });
        assert.equal(await coordinator.discharge(id, false), undefined);
        assert.deepEqual([await ids("from"), await ids("other"), await ids("from", "transfer")], [[], [], ["2"]]);
        const transfer = client.createReceiver("from", { subQueueType: "transferDeadLetter" });
        const [found] = await take(transfer, 1);
        assert.equal(found.deadLetterReason, "com.microsoft:entity-disabled");
    });

    test("a transaction is forgotten after two minutes", async () => {
        const sender = await raw.sender("to");
        const id = await coordinator.declare();
        await coordinator.send(id, sender, { message_id: "late", body: "x" });
        await peer.control("POST", "clock", { advanceMs: 120001 });
        assert.equal(await coordinator.discharge(id, false), "amqp:transaction:unknown-id");
        assert.deepEqual(await ids("to"), []);
    });

    test("a transaction ends with the connection of its coordinator, and the lock lives on", async () => {
        const { receiver, sender, delivery, id } = await begin("kept", "to");
        await coordinator.settle(id, receiver, delivery);
        await coordinator.send(id, sender, { message_id: "never", body: "x" });
        await raw.close();
        raw = await RawClient.connect(peer);
        coordinator = await Coordinator.open(raw);
        assert.equal(await coordinator.discharge(id, false), "amqp:transaction:unknown-id");
        assert.equal((await peer.control("GET", "counts")).from.locked, 1);
        await peer.control("POST", "clock", { advanceMs: 31000 });
        assert.equal((await peer.control("GET", "counts")).from.locked, 0);
        assert.deepEqual([await ids("from"), await ids("to")], [["kept"], []]);
        await empty("from");
    });

    test("an unknown transaction is refused at once", async () => {
        const sender = await raw.sender("to");
        assert.equal(await coordinator.send(Buffer.alloc(16), sender, { body: "x" }), "amqp:transaction:unknown-id");
        assert.deepEqual(await ids("to"), []);
    });
});
