// Transactions for RawClient: rhea knows the frames but not the coordinator, its requests and its states.
"use strict";
const { types, message } = require("rhea");
const { within } = require("./raw.js");

const described = (code, value) => types.wrap_described(value, code);
const inTransaction = (id, outcome) => described(0x34, [types.wrap_binary(id)].concat(outcome ? [outcome] : []));

class Coordinator {
    static async open(raw) {
        const coordinator = new Coordinator();
        coordinator.raw = raw;
        coordinator.sender = raw.connection.open_sender({ target: "replaced" });
        const capability = types.wrap_symbol("amqp:local-transactions");
        coordinator.sender.local.attach.target = described(0x30, [capability]);
        await within(coordinator.sender, "sendable", "sender_error");
        const session = coordinator.sender.session;
        const output = session.output;
        session.output = function (frame, payload) {
            const state = coordinator.pending;
            if (state && payload) {
                while (frame.value.length < 7) frame.value.push(types.wrap(null));
                frame.value[7] = state;
            }
            return output.call(session, frame, payload);
        };
        return coordinator;
    }

    async ask(request) {
        const quiet = console.error; // rhea calls "declared" unrecognised
        console.error = () => {};
        const delivery = this.sender.send(request, undefined, 0);
        const answer = await new Promise((resolve) => {
            const listener = (context) => {
                if (context.delivery === delivery) {
                    this.sender.removeListener("settled", listener);
                    resolve(delivery.remote_state);
                }
            };
            this.sender.on("settled", listener);
        });
        console.error = quiet;
        return answer;
    }

    async declare() {
        const declared = await this.ask(Buffer.from("00537700533145", "hex"));
        return Buffer.from(declared.value[0].value ?? declared.value[0]);
    }

    // Resolves to the error's condition, or nothing.
    async discharge(id, fail) {
        const answer = await this.ask(
            Buffer.concat([
                Buffer.from([0, 0x53, 0x77, 0, 0x53, 0x32, 0xc0, id.length + 4, 2, 0xa0, id.length]),
                id,
                Buffer.from([fail ? 0x41 : 0x42]),
            ]),
        );
        return answer.error ? answer.error.condition : undefined;
    }

    // Sends inside the transaction; the error's condition, or nothing when it was taken.
    async send(id, sender, content) {
        this.pending = inTransaction(id);
        const quiet = console.error;
        console.error = () => {};
        const delivery = sender.send(content);
        await new Promise((resolve) => sender.once("settled", resolve));
        console.error = quiet;
        this.pending = undefined;
        return delivery.remote_state.error ? delivery.remote_state.error.condition : undefined;
    }

    async settle(id, receiver, delivery, outcome = message.accepted().described()) {
        delivery.update(false, inTransaction(id, outcome));
        const quiet = console.error;
        console.error = () => {};
        await new Promise((resolve) => receiver.once("settled", resolve));
        console.error = quiet;
        return delivery.remote_state && delivery.remote_state.error ? delivery.remote_state.error.condition : undefined;
    }
}

module.exports = { Coordinator };
