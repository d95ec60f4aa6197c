import { expect, test } from '@jest/globals';
import { createWorld, failedWith, taken } from './world.ts';

class Killed extends Error {}

/** Events of three records, in two pages; the receiver fails now and then. The process is killed at the call, or during the request, with this number. */
async function run(what: 'call' | 'request', killAt: number) {
  let [calls, sent] = [0, 0];
  let armed = false;
  let killed = false;
  /** Nothing that it began goes on. */
  let dead = false;
  const die = () => {
    [killed, dead] = [true, true];
    throw new Killed(`killed at the ${what} ${killAt}`);
  };
  const refuseDead = () => {
    if (dead) throw new Killed('the process is dead');
  };
  const world = createWorld({
    onSend: refuseDead,
    onCall(name) {
      refuseDead();
      if (!armed || killed || what !== 'call' || !/^(webhooks|changes)\./.test(name)) return;
      calls += 1;
      if (calls === killAt) die();
    },
  });
  const { id } = await world.make();
  for (let page = 0; page < 4; page += 1) await world.append(...Array.from({ length: 30 }, (_, at) => `${at % 3}`));
  world.receivers.set('https://hooks.example/', () => {
    sent += 1;
    // The receiver has it, and the process does not know.
    if (what === 'request' && !killed && sent === killAt) die();
    return sent % 17 === 0 ? failedWith(500) : taken;
  });
  armed = true;
  const ends: string[] = [];
  while (ends.at(-1) !== 'done' && ends.length < 100) {
    const end = await world.deliver(id).catch((error: unknown) => {
      if (error instanceof Killed) return 'killed';
      throw error;
    });
    await new Promise(setImmediate);
    dead = false;
    ends.push(end);
    // The next look: past the back-off, and past the lease of one that was killed.
    world.later(61_000);
  }
  return { world, id, killed, ends };
}

const takenIn = async ({ world }: Awaited<ReturnType<typeof run>>) => {
  const firsts = new Map<string, string[]>();
  let sent = 0;
  const seen = new Set<string>();
  for (const { event } of world.received) {
    sent += 1;
    if (sent % 17 === 0 || seen.has(event.id)) continue;
    seen.add(event.id);
    const record = event.ref?.id ?? '';
    firsts.set(record, [...(firsts.get(record) ?? []), event.id]);
  }
  return firsts;
};

const wanted = new Map(
  ['0', '1', '2'].map((record) => [
    record,
    Array.from({ length: 120 }, (_, at) => at)
      .filter((at) => `${(at % 30) % 3}` === record)
      .map((at) => `RecordChanged#asset#${record}#${at + 1}`),
  ]),
);

test('killed at any call of the store: each event is taken, and those of a record first in their order (rules HOOK-1 and HOOK-2)', async () => {
  let kills = 0;
  for (let at = 1; ; at += 1) {
    const outcome = await run('call', at);
    expect(outcome.ends.at(-1)).toBe('done');
    expect(new Map([...(await takenIn(outcome))].sort())).toEqual(wanted);
    if (!outcome.killed) {
      // Without a kill only what was on its way at a failure is sent twice.
      expect(outcome.world.received.length <= 120 + 4 * (outcome.ends.length - 1)).toBe(true);
      break;
    }
    kills += 1;
  }
  expect(kills).toBeGreaterThan(20);
});

test('killed during every third request: the same', async () => {
  let kills = 0;
  for (let at = 1; ; at += 3) {
    const outcome = await run('request', at);
    expect(outcome.ends.at(-1)).toBe('done');
    const got = await takenIn(outcome);
    expect(new Map([...got].sort())).toEqual(wanted);
    if (!outcome.killed) break;
    kills += 1;
  }
  expect(kills).toBeGreaterThanOrEqual(40);
});
