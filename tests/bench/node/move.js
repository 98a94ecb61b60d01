// A plain amqplib move: consume, publish with a confirm, ack when confirmed. Two connections; WINDOW messages at most are under way.
// Usage: BENCH_PASSWORD=.. node move.js PORT VHOST USER SOURCE TARGET COUNT WINDOW   -> prints messages per second
'use strict';
const amqp = require('amqplib');

async function main() {
    const [port, vhost, user, source, target, countText, windowText] = process.argv.slice(2);
    const count = Number(countText);
    const options = { protocol: 'amqp', hostname: '127.0.0.1', port: Number(port), vhost, username: user,
        password: process.env.BENCH_PASSWORD || '', heartbeat: 0 };
    const input = await amqp.connect(options);
    const output = await amqp.connect(options);
    const reader = await input.createChannel();
    const writer = await output.createConfirmChannel();
    await reader.prefetch(Number(windowText));
    writer.on('return', () => { throw new Error('a message was returned'); });
    const start = process.hrtime.bigint();
    await new Promise((resolve, reject) => {
        let moved = 0;
        reader.consume(source, (message) => {
            if (!message) return;
            const p = message.properties;
            writer.publish('', target, message.content, { ...p, mandatory: true }, (error) => {
                if (error) return reject(error);
                reader.ack(message);
                if (++moved === count) resolve();
            });
        }, { consumerTag: 'move' }).catch(reject);
    });
    await reader.cancel('move'); // a quorum queue answers when it has carried out the acks before
    await reader.close();
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    console.log(Math.round(count / seconds));
    await input.close();
    await output.close();
}

main().catch((error) => { console.error(String(error)); process.exit(1); });
