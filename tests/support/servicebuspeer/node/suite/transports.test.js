"use strict";
const { test, before, after, describe } = require("node:test");
const assert = require("node:assert/strict");
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
        const [context] = await require("node:events").once(refused, "sender_error");
        assert.equal(context.sender.error.condition, "amqp:unauthorized-access");
        await listener.close();
    });

    test("without any claim no link is had", async () => {
        const anonymous = await RawClient.connect(peer, { username: "anybody", password: undefined });
        const refused = anonymous.connection.open_receiver("q");
        const [context] = await require("node:events").once(refused, "receiver_error");
        assert.equal(context.receiver.error.condition, "amqp:unauthorized-access");
        await anonymous.close();
    });
});
