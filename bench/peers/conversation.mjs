// What the scripts of all peers share: they read a JSON object a line from standard input, do it,
// and write a JSON object a line. Times are taken in here, so that the start of a process and the
// pipes count against nobody.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';

// The packages are in the directory that PEER_PACKAGES names.
export const require = createRequire(`${process.env.PEER_PACKAGES}/`);

export function seconds(began) {
    return Number(process.hrtime.bigint() - began) / 1e9;
}

export function peakBytes() {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
}

// Nanoseconds of each call of ask(parameters), one after another.
export async function timed(all, ask) {
    const times = [];
    for (const parameters of all) {
        const began = process.hrtime.bigint();
        await ask(parameters);
        times.push(Number(process.hrtime.bigint() - began));
    }
    return times;
}

// `actions` are functions by name; the name is in `do`.
export async function converse(actions) {
    for await (const line of createInterface({ input: process.stdin })) {
        const request = JSON.parse(line);
        let answer;
        try {
            answer = await actions[request.do](request);
        } catch (error) {
            answer = { failed: String(error.message ?? error) };
        }
        process.stdout.write(`${JSON.stringify(answer ?? {})}\n`);
    }
}
