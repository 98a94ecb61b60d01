"use strict";
const { test, before, after, describe } = require("node:test");
const assert = require("node:assert/strict");
const { once } = require("node:events");
const { types, message: rheaMessage } = require("rhea");
const { ServiceBusClient } = require("@azure/service-bus");
const { WebSocket } = require("ws");
const { Peer, take, KEY_NAME, KEY } = require("./peer.js");
const { RawClient } = require("./raw.js");

describe("transports", () => {
    let peer;
    before(async () => {
        peer = await Peer.start({
            keys: [
                { name: KEY_NAME, key: KEY },
                { name: "listener", key: "listening", rights: ["Listen"] },
            ],
            tokens: [{ token: "reader of q", rights: ["Listen"], entity: "q", lifetimeMs: 3600000 }],
            queues: [{ name: "q" }, { name: "s", sessions: true }],
        });
    });
    after(() => peer.stop());

    const roundTrip = async (client) => {
        await client.createSender("q").sendMessages([{ body: "small" }, { body: "z".repeat(150000) }]);
        const receiver = client.createReceiver("q");
        const got = await take(receiver, 2);
        assert.deepEqual(got.map((m) => m.body.length), [5, 150000]);
        for (const message of got) await receiver.completeMessage(message);
        await client.createSender("s").sendMessages({ body: "x", sessionId: "1" });
        const session = await client.acceptSession("s", "1");
        await session.completeMessage((await take(session, 1))[0]);
        await session.close();
    };
    const secure = (port) => `Endpoint=sb://localhost:${port};SharedAccessKeyName=${KEY_NAME};SharedAccessKey=${KEY}`;

    test("TLS, with the certificate checked", async () => {
        await roundTrip(peer.client(secure(peer.ports.amqps)));
    });

    test("WebSocket over TLS", async () => {
        await roundTrip(peer.client(secure(peer.ports.websocket), { webSocketOptions: { webSocket: WebSocket } }));
    });

    test("a token of an identity provider is a claim for what it covers, while it lasts", async () => {
        const clientWith = (token) =>
            new ServiceBusClient(
                "localhost",
                { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3600000 }) },
                {
                    customEndpointAddress: `sb://localhost:${peer.ports.amqps}`,
                    retryOptions: { maxRetries: 0, timeoutInMs: 3000 },
                },
            );
        const good = clientWith("reader of q");
        assert.equal((await good.createReceiver("q").peekMessages(1)).length, 0);
        await assert.rejects(good.createSender("q").sendMessages({ body: 1 }), { code: "UnauthorizedAccess" });
        await assert.rejects(good.acceptSession("s", "1"), { code: "UnauthorizedAccess" });
        await good.close();
        const unknown = clientWith("made up");
        await assert.rejects(unknown.createReceiver("q").peekMessages(1), { code: "UnauthorizedAccess" });
        await unknown.close();
    });

    test("delivery tags are lock tokens as .NET writes them, and a drain is answered", async () => {
        const raw = await RawClient.connect(peer);
        await raw.send(await raw.sender("q"), { message_id: "m", body: "x" });
        const receiver = await raw.receiver("q", { rcv_settle_mode: 1 });
        const { delivery, message } = await raw.next(receiver);
        const token = Buffer.from(delivery.tag);
        assert.equal(token.length, 16);
        token.subarray(0, 4).reverse();
        token.subarray(4, 6).reverse();
        token.subarray(6, 8).reverse();
        assert.deepEqual(Buffer.from(message.delivery_annotations["x-opt-lock-token"]), token);
        const answer = await raw.request("q/$management", "com.microsoft:renew-lock", {
            "lock-tokens": types.wrap_array([token], 0x98),
        });
        assert.equal(answer.application_properties.statusCode, 200);
        const asList = await raw.request("q/$management", "com.microsoft:renew-lock", {
            "lock-tokens": types.wrap_list([types.wrap_uuid(token)]),
        });
        assert.equal(asList.application_properties.statusCode, 400); // an array, nothing else
        const drained = new Promise((resolve) => receiver.once("receiver_drained", resolve));
        receiver.add_credit(10);
        receiver.drain_credit();
        await drained;
        assert.equal(receiver.credit, 0);
        delivery.update(false, rheaMessage.accepted().described());
        await once(receiver, "settled");
        assert.equal((await peer.control("GET", "counts")).q.active, 0);
        await raw.close();
    });

    test("both subprotocols of the WebSocket are spoken, and no other path", async () => {
        const open = (path, protocols) =>
            new Promise((resolve) => {
                const socket = new WebSocket(`wss://localhost:${peer.ports.websocket}${path}`, protocols);
                socket.on("open", () => {
                    const { protocol } = socket;
                    setTimeout(() => (resolve([protocol, socket.readyState]), socket.terminate()), 100);
                });
                socket.on("error", () => resolve(["error", 3]));
            });
        assert.deepEqual(await open("/$servicebus/websocket", ["amqp"]), ["amqp", 1]);
        assert.deepEqual(await open("/$servicebus/websocket", ["AMQPWSB10"]), ["AMQPWSB10", 1]);
        const [, state] = await open("/other", ["amqp"]);
        assert.notEqual(state, 1);
    });

    test("PLAIN with a key's name and the key is a claim, a wrong one is not", async () => {
        const raw = await RawClient.connect(peer);
        const sender = await raw.sender("q");
        assert.equal((await raw.send(sender, { body: "x" })).name, "accepted");
        await raw.close();
        await assert.rejects(RawClient.connect(peer, { password: "wrong" }));
        const listener = await RawClient.connect(peer, { username: "listener", password: "listening" });
        await listener.receiver("q");
        const refused = listener.connection.open_sender("q");
        const [context] = await once(refused, "sender_error");
        assert.equal(context.sender.error.condition, "amqp:unauthorized-access");
        await listener.close();
    });

    test("without any claim no link is had", async () => {
        const anonymous = await RawClient.connect(peer, { username: "anybody", password: undefined });
        const refused = anonymous.connection.open_receiver("q");
        const [context] = await once(refused, "receiver_error");
        assert.equal(context.receiver.error.condition, "amqp:unauthorized-access");
        await anonymous.close();
    });
});
