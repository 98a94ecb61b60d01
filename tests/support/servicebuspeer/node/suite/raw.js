// A client on rhea alone, the library under the vendor's client: for what the vendor's client has no method for.
"use strict";
const rhea = require("rhea");
const { once } = require("node:events");
const { KEY_NAME, KEY } = require("./peer.js");

const within = (emitter, ok, ...bad) =>
    new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no ${ok} in time`)), 5000);
        emitter.once(ok, (context) => (clearTimeout(timer), resolve(context)));
        for (const name of bad) {
            emitter.once(name, (context) => {
                clearTimeout(timer);
                reject(Object.assign(new Error(name), { context, error: emitter.error || context.error }));
            });
        }
    });

class RawClient {
    static async connect(peer, options = {}) {
        const raw = new RawClient();
        raw.connection = rhea.create_container().connect({
            host: "localhost",
            port: peer.ports.amqp,
            username: KEY_NAME,
            password: KEY, // SASL PLAIN
            reconnect: false,
            ...options,
        });
        raw.connection.on("error", () => {});
        await within(raw.connection, "connection_open", "connection_close", "connection_error", "disconnected");
        raw.nodes = new Map();
        return raw;
    }

    async sender(target, options = {}) {
        const sender = this.connection.open_sender({ target, ...options });
        await within(sender, "sendable", "sender_error");
        return sender;
    }

    async receiver(source, options = {}) {
        const receiver = this.connection.open_receiver({ source, credit_window: 0, autoaccept: false, ...options });
        await within(receiver, "receiver_open", "receiver_error");
        return receiver;
    }

    // The delivery and message that come on one credit.
    async next(receiver) {
        const coming = within(receiver, "message", "receiver_error");
        receiver.add_credit(1);
        return coming;
    }

    // Sends and waits for the outcome's name.
    send(sender, message) {
        const delivery = sender.send(message);
        return new Promise((resolve) => {
            for (const name of ["accepted", "rejected", "released", "modified", "settled"]) {
                const listener = (context) => {
                    if (context.delivery === delivery) {
                        sender.removeListener(name, listener);
                        resolve({ name, delivery, state: delivery.remote_state });
                    }
                };
                sender.on(name, listener);
            }
        });
    }

    async request(node, operation, body) {
        if (!this.nodes.has(node)) {
            const answers = await this.receiver(node, { credit_window: 10, autoaccept: true, target: `reply-${node}` });
            const asks = await this.sender(node);
            this.nodes.set(node, { answers, asks });
        }
        const { answers, asks } = this.nodes.get(node);
        const coming = within(answers, "message", "receiver_error");
        asks.send({
            message_id: String(Math.random()),
            reply_to: `reply-${node}`,
            application_properties: { operation },
            body,
        });
        return (await coming).message;
    }

    async close() {
        this.connection.close();
        await once(this.connection, "connection_close");
    }
}

module.exports = { RawClient, within };
