"use strict";
const { test, before, after, describe } = require("node:test");
const assert = require("node:assert/strict");
const { Peer, take } = require("./peer.js");

describe("topics", () => {
    let peer, client;
    before(async () => {
        peer = await Peer.start({
            topics: [
                {
                    name: "events",
                    subscriptions: [
                        { name: "all" },
                        { name: "none", rules: [{ name: "no", sql: "1=0" }] },
                        { name: "large", rules: [{ name: "sql", sql: "size > 10 AND sys.Label LIKE 'order.%'" }] },
                        { name: "red", rules: [{ name: "c", correlation: { label: "order.red", properties: { size: 5 } } }] },
                        { name: "two", maxDeliveryCount: 1 },
                    ],
                },
                { name: "ruled", subscriptions: [{ name: "s" }] },
                { name: "acted", subscriptions: [{ name: "s" }] },
                { name: "sql", subscriptions: [{ name: "s", rules: [] }] },
            ],
        });
        client = peer.client();
    });
    after(() => peer.stop());

    const bodies = async (topic, subscription, count = 10) => {
        const receiver = client.createReceiver(topic, subscription, { receiveMode: "receiveAndDelete" });
        const got = await receiver.receiveMessages(count, { maxWaitTimeInMs: 150 });
        await receiver.close();
        return got.map((m) => m.body);
    };

    test("each subscription gets the messages its rules take", async () => {
        await client.createSender("events").sendMessages([
            { body: 1, subject: "order.red", applicationProperties: { size: 5 } },
            { body: 2, subject: "order.blue", applicationProperties: { size: 11 } },
            { body: 3, subject: "other", applicationProperties: { size: 50 } },
            { body: 4 },
        ]);
        assert.deepEqual(await bodies("events", "all"), [1, 2, 3, 4]);
        assert.deepEqual(await bodies("events", "none"), []);
        assert.deepEqual(await bodies("events", "large"), [2]);
        assert.deepEqual(await bodies("events", "red"), [1]);
    });

    test("a subscription has dead letters of its own, and a peek", async () => {
        await client.createSender("events").sendMessages({ body: "poison" });
        const receiver = client.createReceiver("events", "two");
        const messages = await take(receiver, 5);
        for (const message of messages) await receiver.abandonMessage(message);
        const dead = client.createReceiver("events", "two", { subQueueType: "deadLetter" });
        const seen = await dead.peekMessages(10);
        assert.equal(seen.length, messages.length);
        assert.equal(seen[0].deadLetterReason, "MaxDeliveryCountExceeded");
        const [got] = await take(dead, 1);
        await dead.completeMessage(got);
        assert.deepEqual((await bodies("events", "all")).slice(-1), ["poison"]);
    });

    test("topics are not received from, subscriptions not sent to", async () => {
        await assert.rejects(client.createReceiver("events").receiveMessages(1, { maxWaitTimeInMs: 300 }), /cannot be received/);
        await assert.rejects(client.createSender("events/Subscriptions/all").sendMessages({ body: 1 }), /cannot be sent/);
    });

    test("rules are enumerated, added and removed", async () => {
        const rules = client.createRuleManager("ruled", "s");
        const list = async () => {
            const all = [];
            for await (const rule of rules.listRules()) if (rule) all.push(rule); // one undefined for none
            return all;
        };
        assert.deepEqual(await list(), [{ name: "$Default", filter: { sqlExpression: "1=1" }, action: {} }]);
        await rules.deleteRule("$Default");
        assert.deepEqual(await list(), []);
        await rules.createRule("correlated", { subject: "x", applicationProperties: { n: 5, s: "t" } });
        await rules.createRule("sql", { sqlExpression: "n = 7" }, { sqlExpression: "SET touched = 'yes'" });
        await assert.rejects(rules.createRule("sql", { sqlExpression: "1=1" }), { code: "MessagingEntityAlreadyExists" });
        await assert.rejects(rules.createRule("bad", { sqlExpression: "n = = 1" }), /not valid/);
        await assert.rejects(rules.createRule("function", { sqlExpression: "newid() = 1" }), /functions/);
        await assert.rejects(rules.deleteRule("nothing"), { code: "MessagingEntityNotFound" });
        const [correlated, sql] = await list();
        assert.equal(correlated.name, "correlated");
        assert.equal(correlated.filter.subject, "x");
        assert.deepEqual(correlated.filter.applicationProperties, { n: 5, s: "t" });
        assert.equal(sql.filter.sqlExpression, "n = 7");
        assert.equal(sql.action.sqlExpression, "SET touched = 'yes'");
        const sender = client.createSender("ruled");
        await sender.sendMessages([
            { body: "a", subject: "x", applicationProperties: { n: 5, s: "t" } },
            { body: "b", subject: "x", applicationProperties: { n: 5 } },
            { body: "c", applicationProperties: { n: 7 } },
        ]);
        const receiver = client.createReceiver("ruled", "s", { receiveMode: "receiveAndDelete" });
        const got = await receiver.receiveMessages(5, { maxWaitTimeInMs: 200 });
        assert.deepEqual(got.map((m) => m.body), ["a", "c"]);
        assert.equal(got[1].applicationProperties.touched, "yes");
    });

    test("rules with actions make copies of their own", async () => {
        const rules = client.createRuleManager("acted", "s");
        await rules.createRule("one", { sqlExpression: "1=1" }, { sqlExpression: "SET copy = 1; REMOVE secret; SET sys.Label = 'new'" });
        await client.createSender("acted").sendMessages({ body: "x", subject: "old", applicationProperties: { secret: 1 } });
        const receiver = client.createReceiver("acted", "s", { receiveMode: "receiveAndDelete" });
        const got = await receiver.receiveMessages(5, { maxWaitTimeInMs: 200 });
        assert.deepEqual(got.map((m) => [m.subject, m.applicationProperties.copy, m.applicationProperties.secret]), [
            ["old", undefined, 1],
            ["new", 1, undefined],
        ]);
    });

    const cases = [
        ["a = 1", true], ["a <> 1", false], ["a != 2", true], ["a >= 1.0", true], ["b = 'it''s'", true],
        ["missing = 1", false], ["NOT (missing = 1)", false], ["missing IS NULL", true], ["a IS NOT NULL", true],
        ["EXISTS(a) AND NOT EXISTS(missing)", true], ["b LIKE 'i_''%'", true], ["b NOT LIKE '%z'", true],
        ["p LIKE '10!%' ESCAPE '!'", true], ["a IN (3, 2, 1)", true], ["a NOT IN (2, 3)", true],
        ["missing IN (1)", false], ["a + 2 * 3 = 7", true], ["(a + 2) * 3 = 9", true], ["7 % 4 = 3", true],
        ["c = TRUE", true], ["c", true], ["a = '1'", false], ["a = 1 OR missing = 2", true],
        ["[odd name] = 5", true], ["user.a = 1 AND sys.MessageId = 'mid'", true], ["-a = -1", true],
        ["b + '!' = 'it''s!'", true], ["d < 2.6 AND d > 2.4", true],
    ];
    test("SQL conditions", async () => {
        const rules = client.createRuleManager("sql", "s");
        const sender = client.createSender("sql");
        for (const [index, [sqlExpression]] of cases.entries()) {
            await rules.createRule(`r${index}`, { sqlExpression }, { sqlExpression: `SET matched = ${index}` });
        }
        await sender.sendMessages({
            body: "x",
            messageId: "mid",
            applicationProperties: { a: 1, b: "it's", c: true, d: 2.5, p: "10%", "odd name": 5 },
        });
        const receiver = client.createReceiver("sql", "s", { receiveMode: "receiveAndDelete" });
        const got = await receiver.receiveMessages(100, { maxWaitTimeInMs: 300 });
        const matched = new Set(got.map((m) => m.applicationProperties.matched));
        for (const [index, [sql, expected]] of cases.entries()) assert.equal(matched.has(index), expected, sql);
    });
});
