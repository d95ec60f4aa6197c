import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { asOperator } from '../support/local.ts';
import { outageNames, type StagedOutages, stageOutages } from '../support/outages.ts';
import { runProgram } from './run-program.ts';

let staged: StagedOutages;
beforeAll(async () => {
  staged = await stageOutages();
});
afterAll(() => staged?.close());

const run = (...args: string[]) =>
  runProgram({ ASTAKE_URL: staged.local.url, ASTAKE_KEY: asOperator.authorization.replace('Bearer ', '') }, args);

/** What the command line does about an outage. */
const byCommand: Readonly<Record<string, () => Promise<void>>> = {
  'a conflict waits': async () => {
    const [{ id }] = JSON.parse((await run('conflicts', '--json')).out);
    const decided = await run('decide', id.slice(0, 10), 'chain', '--note', 'three nodes agree');
    expect(decided).toMatchObject({ status: 0, out: expect.stringContaining('three nodes agree') });
    expect(await run('undo', id.slice(0, 10))).toMatchObject({ status: 0 });
    expect(await run('decide', id, 'chain', '--json')).toMatchObject({ status: 0 });
  },
  'the network was reset': async () => {
    const rewound = await run('rewind', '--yes', '--note', 'the network was reset');
    expect([rewound.status, rewound.err, rewound.out]).toEqual([0, '', expect.stringMatching(/^cursor +block \d+ of/)]);
  },
  'a row of the audit trail was removed': async () =>
    expect((await run('audit', 'verify', '--from', '2026-10-20')).status).toBe(1),
};

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

test.each(outageNames)('%s: status names the cause and what to do, until it is healed', async (name) => {
  const { stage, heal, part, code, cause, remedy, command } = staged.outage(name);
  await stage();
  const { status, out, err } = await run('status', '--timeout', '60');
  expect([status, err]).toEqual([1, '']);
  const reason = new RegExp(
    `^(DOWN|DEGRADED)  ${part}: (${code.source})(, since \\S+)?\n  .*(${cause.source}).*\n  Do: .*${remedy.source}.*${command === undefined ? '' : `\n  ${literal(command)}`}$`,
    'm',
  );
  expect(out).toMatch(reason);
  await byCommand[name]?.();
  await heal();
  const healed = await run('status', '--timeout', '60');
  expect(healed.out).not.toMatch(new RegExp(`^(DOWN|DEGRADED)  ${part}: (${code.source})`, 'm'));
});
