// Starts one peer for a test file and speaks to it: connection strings, clients, the control endpoint.
"use strict";
const { spawn } = require("node:child_process");
const { createInterface } = require("node:readline");
const { ServiceBusClient } = require("@azure/service-bus");

const KEY_NAME = "RootManageSharedAccessKey";
const KEY = "SAS_KEY_VALUE";

class Peer {
    static async start(configuration) {
        const program = process.env.SERVICEBUSPEER;
        if (!program) throw new Error("SERVICEBUSPEER names no program");
        const args = [];
        if (process.env.PEER_CERTIFICATE) {
            args.push("--certificate", process.env.PEER_CERTIFICATE, "--key", process.env.PEER_KEY);
        }
        const peer = new Peer();
        peer.child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
        peer.exited = new Promise((resolve) => peer.child.on("exit", (code) => resolve(code)));
        peer.child.stdin.on("error", () => {});
        peer.child.stdin.write(JSON.stringify(configuration) + "\n");
        const lines = createInterface({ input: peer.child.stdout });
        peer.ports = JSON.parse(
            await new Promise((resolve, reject) => {
                lines.once("line", resolve);
                peer.exited.then((code) => reject(new Error(`the peer ended with ${code}`)));
            }),
        );
        peer.clients = [];
        return peer;
    }

    connectionString(name = KEY_NAME, key = KEY) {
        return (
            `Endpoint=sb://localhost:${this.ports.amqp};SharedAccessKeyName=${name};` +
            `SharedAccessKey=${key};UseDevelopmentEmulator=true;`
        );
    }

    client(connectionString = this.connectionString(), options = {}) {
        const client = new ServiceBusClient(connectionString, {
            retryOptions: { maxRetries: 0, timeoutInMs: 5000 },
            ...options,
        });
        this.clients.push(client);
        return client;
    }

    async control(method, path, body) {
        const answer = await fetch(`http://localhost:${this.ports.http}/$peer/${path}`, {
            method,
            body: body === undefined ? undefined : JSON.stringify(body),
        });
        const text = await answer.text();
        if (!answer.ok) throw new Error(`${answer.status} ${text}`);
        return text ? JSON.parse(text) : undefined;
    }

    async stop() {
        for (const client of this.clients) {
            await client.close().catch(() => {});
        }
        this.child.stdin.end();
        const code = await this.exited;
        if (code !== 0) throw new Error(`the peer ended with ${code}`);
    }
}

// Everything that comes within the wait, at most `count`.
async function take(receiver, count, maxWaitTimeInMs = 3000) {
    const got = [];
    while (got.length < count) {
        const some = await receiver.receiveMessages(count - got.length, { maxWaitTimeInMs });
        if (some.length === 0) break;
        got.push(...some);
    }
    return got;
}

module.exports = { Peer, take, KEY_NAME, KEY };
