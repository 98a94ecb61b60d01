// kill -9 in the middle of a replay from a dead-letter queue, counted by the vendor's client: nothing is lost;
// with transactions nothing is doubled, without them every double is listed as in doubt.
// SIGNALBOX names the program; TRIALS how often (default 3 of each).
"use strict";
const { after, before, describe, test } = require("node:test");
const assert = require("node:assert/strict");
const { spawn } = require("node:child_process");
const { mkdtempSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { Peer, take } = require("../suite/peer.js");

const MESSAGES = 300;
const LOCK_MS = 8000;
const trials = Number(process.env.TRIALS || 3);

class Program {
    constructor(peer) {
        this.peer = peer;
        this.folder = mkdtempSync(join(tmpdir(), "signalbox-crash-"));
        this.env = {
            ...process.env,
            HOME: this.folder,
            QT_QPA_PLATFORM: "offscreen",
            SIGNALBOX_PASSWORD: peer.connectionString(),
        };
    }
    start(words) {
        const child = spawn(
            process.env.SIGNALBOX,
            [...words, "--json", "--workspace", join(this.folder, "crash.signalbox")],
            { env: this.env, stdio: ["ignore", "pipe", "pipe"] },
        );
        child.text = "";
        child.stdout.on("data", (bytes) => (child.text += bytes));
        child.stderr.on("data", (bytes) => (child.text += bytes));
        child.ended = new Promise((resolve) => child.on("close", resolve));
        return child;
    }
    async run(words, codes = [0]) {
        const child = this.start(words);
        const code = await child.ended;
        assert.ok(codes.includes(code), `${words.join(" ")} ended with ${code}: ${child.text}`);
        return child.text
            .split("\n")
            .filter((line) => line.startsWith("{"))
            .map((line) => JSON.parse(line));
    }
    remove() {
        rmSync(this.folder, { recursive: true, force: true });
    }
}

describe("kill -9 in the middle of a replay", () => {
    let peer, program;
    before(async () => {
        peer = await Peer.start({
            queues: [
                { name: "from", deadLettersExpired: true, lockMs: LOCK_MS },
                { name: "to", lockMs: LOCK_MS },
            ],
        });
        program = new Program(peer);
        const management = `http://localhost:${peer.ports.http}`;
        await program.run(["connections", "add", "bus", "--service-bus", "--management", management]);
    });
    after(async () => {
        program.remove();
        await peer.stop();
    });

    const drain = async (address, options = {}) => {
        const client = peer.client();
        const receiver = client.createReceiver(address, { receiveMode: "receiveAndDelete", ...options });
        const got = await take(receiver, 10 * MESSAGES, 500);
        await client.close();
        return got.map((message) => message.messageId);
    };
    const counts = () => peer.control("GET", "counts");

    const trial = async (ways) => {
        const client = peer.client();
        const sender = client.createSender("from");
        const batch = [];
        for (let i = 0; i < MESSAGES; i++) batch.push({ body: { order: i }, messageId: `m-${i}`, timeToLive: 1000 });
        await sender.sendMessages(batch);
        await client.close();
        await peer.control("POST", "clock", { advanceMs: 5000 });
        await program.run(["deadletters", "list", "from/$DeadLetterQueue", "--refresh", "--limit", "1"]);

        const killAt = Math.floor(Math.random() * (MESSAGES - 20)) + 1;
        const replay = ["replay", "run", "from/$DeadLetterQueue", "--to-queue", "to", "--strip-expiration", "--yes"];
        const child = program.start([...replay, "--rate", "300", ...ways]);
        let over = false;
        child.ended.then(() => (over = true));
        while (!over && (await counts()).to.active < killAt);
        assert.ok(!over, `it ended before the kill: ${child.text}`);
        child.kill("SIGKILL");
        await child.ended;
        await peer.control("POST", "clock", { advanceMs: LOCK_MS + 1000 }); // its locks end

        await program.run(["replay", "resume", "--yes"], [0, 1]);
        const run = (await program.run(["replay", "list"]))[0];
        const id = run.id || run.run.id;
        const shown = await program.run(["replay", "show", id, "--state", "in-doubt", "--limit", "0"]);
        const items = shown.map((line) => line.item).filter((item) => item && item.state === "in-doubt");
        const doubtful = new Set(items.map((item) => item.messageId));
        const arrived = await drain("to");
        const left = await drain("from", { subQueueType: "deadLetter" });
        const seen = new Map();
        for (const message of [...arrived, ...left]) seen.set(message, (seen.get(message) || 0) + 1);
        const words = `killed at ${killAt}: ${arrived.length} arrived, ${left.length} left, ${items.length} in doubt`;
        const lost = batch.filter((message) => !seen.has(message.messageId)).length;
        const doubles = [...seen].filter(([, times]) => times > 1);
        const doubled = doubles.length;
        const unlisted = doubles.filter(([id, times]) => times > 2 || !doubtful.has(id)).map(([id]) => id);
        return { words, lost, doubled, unlisted, doubts: items.length };
    };

    test("with transactions: nothing lost, nothing doubled, nothing in doubt", async () => {
        for (let i = 0; i < trials; i++) {
            const { words, lost, doubled, doubts } = await trial([]);
            assert.deepEqual({ lost, doubled, doubts }, { lost: 0, doubled: 0, doubts: 0 }, words);
            console.log(words);
        }
    });

    test("without: nothing lost, and every double is listed", async () => {
        for (let i = 0; i < trials; i++) {
            const { words, lost, unlisted } = await trial(["--no-transaction"]);
            assert.equal(lost, 0, words);
            assert.deepEqual(unlisted, [], `${words}: doubled, but not listed as in doubt`);
            console.log(words);
        }
    });
});
