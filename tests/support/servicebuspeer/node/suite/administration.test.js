"use strict";
const { test, before, after, describe } = require("node:test");
const assert = require("node:assert/strict");
const { ServiceBusAdministrationClient } = require("@azure/service-bus");
const { Peer, take } = require("./peer.js");

const collect = async (iterator) => {
    const all = [];
    for await (const item of iterator) all.push(item);
    return all;
};

// The client knows HTTPS only, for the emulator as well.
const adminOf = (peer, key = "SAS_KEY_VALUE", name = "RootManageSharedAccessKey") =>
    new ServiceBusAdministrationClient(
        `Endpoint=sb://localhost:${peer.ports.https};SharedAccessKeyName=${name};SharedAccessKey=${key}`,
    );

describe("administration", () => {
    let peer, client, admin;
    before(async () => {
        peer = await Peer.start({
            keys: [
                { name: "RootManageSharedAccessKey", key: "SAS_KEY_VALUE" },
                { name: "listener", key: "listening", rights: ["Listen"] },
            ],
        });
        client = peer.client();
        admin = adminOf(peer);
    });
    after(() => peer.stop());

    test("the namespace tells about itself", async () => {
        const info = await admin.getNamespaceProperties();
        assert.equal(info.messagingSku, "Standard");
        assert.equal(info.name, "localhost");
    });

    test("a queue is created, read, changed and deleted", async () => {
        const made = await admin.createQueue("orders", {
            lockDuration: "PT45S",
            maxSizeInMegabytes: 2048,
            requiresDuplicateDetection: true,
            requiresSession: true,
            defaultMessageTimeToLive: "P2D",
            deadLetteringOnMessageExpiration: true,
            duplicateDetectionHistoryTimeWindow: "PT1M30S",
            maxDeliveryCount: 7,
            enableBatchedOperations: false,
            userMetadata: "mine & <yours>",
            autoDeleteOnIdle: "PT1H",
        });
        const read = await admin.getQueue("orders");
        for (const queue of [made, read]) {
            assert.equal(queue.name, "orders");
            assert.equal(queue.lockDuration, "PT45S");
            assert.equal(queue.maxSizeInMegabytes, 2048);
            assert.equal(queue.requiresDuplicateDetection, true);
            assert.equal(queue.requiresSession, true);
            assert.equal(queue.defaultMessageTimeToLive, "P2D");
            assert.equal(queue.deadLetteringOnMessageExpiration, true);
            assert.equal(queue.duplicateDetectionHistoryTimeWindow, "PT1M30S");
            assert.equal(queue.maxDeliveryCount, 7);
            assert.equal(queue.enableBatchedOperations, false);
            assert.equal(queue.userMetadata, "mine & <yours>");
            assert.equal(queue.autoDeleteOnIdle, "PT1H");
            assert.equal(queue.status, "Active");
            assert.equal(queue.enablePartitioning, false);
            assert.equal(queue.availabilityStatus, "Available");
        }
        await assert.rejects(admin.createQueue("Orders"), { code: "MessageEntityAlreadyExistsError" });
        read.maxDeliveryCount = 3;
        read.status = "SendDisabled";
        await admin.updateQueue(read);
        const changed = await admin.getQueue("orders");
        assert.equal(changed.maxDeliveryCount, 3);
        assert.equal(changed.status, "SendDisabled");
        await assert.rejects(client.createSender("orders").sendMessages({ body: 1, sessionId: "s" }), {
            code: "MessagingEntityDisabled",
        });
        await assert.rejects(admin.updateQueue({ ...changed, requiresSession: false }), /can't be changed/);
        assert.equal(await admin.queueExists("orders"), true);
        await admin.deleteQueue("orders");
        assert.equal(await admin.queueExists("orders"), false);
        await assert.rejects(admin.getQueue("orders"), { code: "MessageEntityNotFoundError" });
        await assert.rejects(admin.deleteQueue("orders"), { statusCode: 404 });
    });

    test("defaults are the service's", async () => {
        const queue = await admin.createQueue("plain");
        assert.equal(queue.lockDuration, "PT1M");
        assert.equal(queue.defaultMessageTimeToLive, "P10675199DT2H48M5.4775807S");
        assert.equal(queue.maxDeliveryCount, 10);
        assert.equal(queue.forwardTo, undefined);
    });

    test("counts tell where messages lie", async () => {
        await admin.createQueue("counted");
        const sender = client.createSender("counted");
        await sender.sendMessages([{ body: "a" }, { body: "b" }, { body: "c" }]);
        await sender.scheduleMessages({ body: "later" }, new Date(Date.now() + 60000));
        const receiver = client.createReceiver("counted");
        const [message] = await take(receiver, 1);
        await receiver.deadLetterMessage(message);
        const counts = await admin.getQueueRuntimeProperties("counted");
        assert.equal(counts.activeMessageCount, 2);
        assert.equal(counts.scheduledMessageCount, 1);
        assert.equal(counts.deadLetterMessageCount, 1);
        assert.equal(counts.totalMessageCount, 4);
        assert.ok(counts.sizeInBytes > 0);
        assert.ok(Math.abs(counts.createdAt - Date.now()) < 10000);
        assert.deepEqual((await peer.control("GET", "counts")).counted, {
            active: 2, dead: 1, deferred: 0, locked: 0, scheduled: 1, transfer: 0,
        });
    });

    test("long lists come in pages", async () => {
        for (let i = 0; i < 105; ++i) await admin.createQueue(`many/${String(i).padStart(3, "0")}`);
        const names = (await collect(admin.listQueues())).map((q) => q.name).filter((n) => n.startsWith("many/"));
        assert.equal(names.length, 105);
        const pages = await collect(admin.listQueuesRuntimeProperties().byPage({ maxPageSize: 50 }));
        assert.ok(pages.length >= 3);
        assert.ok(pages.every((page) => page.length <= 50));
    });

    test("topics, subscriptions and rules", async () => {
        await admin.createTopic("events", { supportOrdering: true, userMetadata: "t" });
        const topic = await admin.getTopic("events");
        assert.equal(topic.userMetadata, "t");
        await admin.createSubscription("events", "all", { maxDeliveryCount: 4, lockDuration: "PT30S" });
        await admin.createSubscription("events", "red", {
            defaultRuleOptions: { name: "red", filter: { subject: "red", applicationProperties: { size: 5, ok: true, n: "x" } } },
        });
        const all = await admin.getSubscription("events", "all");
        assert.equal(all.subscriptionName, "all");
        assert.equal(all.topicName, "events");
        assert.equal(all.maxDeliveryCount, 4);
        assert.deepEqual((await collect(admin.listSubscriptions("events"))).map((s) => s.subscriptionName), ["all", "red"]);
        assert.deepEqual((await collect(admin.listRules("events", "all"))).map((r) => [r.name, r.filter.sqlExpression]), [["$Default", "1=1"]]);
        const red = await admin.getRule("events", "red", "red");
        assert.equal(red.filter.subject, "red");
        assert.deepEqual(red.filter.applicationProperties, { size: 5, ok: true, n: "x" });
        await admin.createRule("events", "all", "extra", { correlationId: "c" });
        await assert.rejects(admin.createRule("events", "all", "extra", { correlationId: "d" }), { statusCode: 409 });
        const extra = await admin.getRule("events", "all", "extra");
        extra.filter = { correlationId: "e" };
        await admin.updateRule("events", "all", extra);
        assert.equal((await admin.getRule("events", "all", "extra")).filter.correlationId, "e");
        await admin.deleteRule("events", "all", "extra");
        await assert.rejects(admin.getRule("events", "all", "extra"), { statusCode: 404 });
        await client.createSender("events").sendMessages({ body: 1 });
        assert.equal((await admin.getSubscriptionRuntimeProperties("events", "all")).activeMessageCount, 1);
        assert.equal((await admin.getTopicRuntimeProperties("events")).subscriptionCount, 2);
        all.maxDeliveryCount = 9;
        await admin.updateSubscription(all);
        assert.equal((await admin.getSubscription("events", "all")).maxDeliveryCount, 9);
        await admin.deleteSubscription("events", "red");
        assert.equal(await admin.subscriptionExists("events", "red"), false);
        await admin.deleteTopic("events");
        assert.equal(await admin.topicExists("events"), false);
    });

    test("forwarding needs its target and a token for it", async () => {
        await admin.createQueue("target");
        await admin.createQueue("source", { forwardTo: "target", forwardDeadLetteredMessagesTo: "target" });
        const source = await admin.getQueue("source");
        assert.match(source.forwardTo, /^sb:\/\/localhost:\d+\/target$/);
        await client.createSender("source").sendMessages({ body: "on" });
        assert.equal((await take(client.createReceiver("target"), 1))[0].body, "on");
        await assert.rejects(admin.createQueue("lost", { forwardTo: "nowhere" }), { statusCode: 400 });
    });

    test("deleting an entity ends its links", async () => {
        await admin.createQueue("short-lived");
        const sender = client.createSender("short-lived");
        await sender.sendMessages({ body: 1 });
        await admin.deleteQueue("short-lived");
        await assert.rejects(sender.sendMessages({ body: 2 }), { code: "MessagingEntityNotFound" });
    });

    test("throttled requests are told so, and a missing entity of a subscription", async () => {
        const impatient = new ServiceBusAdministrationClient(
            `Endpoint=sb://localhost:${peer.ports.https};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE`,
            { retryOptions: { maxRetries: 0 } },
        );
        await peer.control("POST", "faults", { throttleHttp: 1 });
        await assert.rejects(impatient.getQueue("plain"), { statusCode: 429 });
        assert.equal((await impatient.getQueue("plain")).name, "plain");
        await assert.rejects(impatient.getSubscription("plain", "s"), { code: "MessageEntityNotFoundError" });
    });

    test("a wrong key and a key without Manage are refused", async () => {
        await assert.rejects(adminOf(peer, "wrong").getNamespaceProperties(), { code: "UnauthorizedRequestError" });
        await assert.rejects(adminOf(peer, "listening", "listener").getQueue("plain"), { code: "UnauthorizedRequestError" });
    });
});
