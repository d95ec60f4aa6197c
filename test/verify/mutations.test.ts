import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ProofAnchor, ProofRefused, verify } from '../../lib/verify/index.ts';
import { startService, type TestService } from '../support/service.ts';
import { type Body, provedAnswer, stakerAt, switchBlocks, truth } from './proved-answers.ts';
import { randomNumbers } from './random-numbers.ts';

const seed = Number(process.env.ASTAKE_SEED ?? 1);
const mutations = 2_000;
const height = 60;
/** Some eras below, so that there is a way between. */
const anchor = switchBlocks[1] as ProofAnchor;

let running: TestService;
let answers: readonly Body[];
beforeAll(async () => {
  running = await startService({ recording: 'chain-e', height });
  const [token] = truth.tokens;
  answers = await Promise.all(
    [
      { kind: 'asset', id: `${token?.packageHash}:${token?.tokenId}` },
      { kind: 'collection', id: truth.collections[0]?.packageHash as string },
      { kind: 'account', id: stakerAt(height) },
      { kind: 'staking', id: stakerAt(height) },
    ].map((ref) => provedAnswer(running, ref, anchor.height)),
  );
});
afterAll(() => running.close());

type Path = readonly (string | number)[];

/** All that is checked: of `meta` and of the service's settings some is not (`unproved`). */
const parts: readonly Path[] = [
  ['data'],
  ['meta', 'block'],
  ['meta', 'proof', 'full', 'format'],
  ['meta', 'proof', 'full', 'chainName'],
  ['meta', 'proof', 'full', 'block', 'hash'],
  ['meta', 'proof', 'full', 'block', 'header'],
  ['meta', 'proof', 'full', 'block', 'signatures'],
  ['meta', 'proof', 'full', 'switchBlocks', 0],
  ['meta', 'proof', 'full', 'switchBlocks', 1],
  ['meta', 'proof', 'full', 'proofs'],
  ['meta', 'proof', 'full', 'absent'],
  ['meta', 'proof', 'full', 'claimed'],
];

const isParent = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

// Rule PROOF-5.
test(`of ${mutations} answers of which one place is another one, or there twice, none is taken (ASTAKE_SEED=${seed})`, async () => {
  const random = randomNumbers(seed);
  for (const answer of answers) await verify(answer, anchor);
  const taken: string[] = [];
  for (let count = 0; count < mutations; count += 1) {
    const changed = structuredClone(random.of(answers));
    const what = change(changed, random);
    const outcome = await verify(changed, anchor).catch((error: unknown) => error);
    if (!(outcome instanceof ProofRefused || isJoined(what, outcome))) taken.push(`${count}: ${what}`);
  }
  expect(taken).toEqual([]);
});

test('no anchor of which one place is another one is taken', async () => {
  const random = randomNumbers(seed);
  for (let count = 0; count < 200; count += 1) {
    const changed: Record<string, unknown> = { ...anchor };
    const name = random.of(Object.keys(changed));
    changed[name] = other(changed[name], random);
    await expect(verify(random.of(answers), changed as unknown as ProofAnchor)).rejects.toBeInstanceOf(ProofRefused);
  }
});

/** What the service joins of its own: it is named as unproved, and null in what was verified. */
function isJoined(what: string, outcome: unknown): boolean {
  const [, name] = /^data\.(local|tokens) /.exec(what) ?? [];
  const { data, unproved } = outcome as { readonly data: Record<string, unknown>; readonly unproved: string[] };
  return name !== undefined && data[name] === null && unproved.includes(name);
}

/** Changes one member anywhere in one of the parts; says which. */
function change(answer: Body, random: ReturnType<typeof randomNumbers>): string {
  for (;;) {
    const path: (string | number)[] = [...random.of(parts)];
    let parent = answer;
    for (const name of path.slice(0, -1)) parent = parent[name];
    let name = path.at(-1) as string | number;
    while (isParent(parent[name]) && Object.keys(parent[name]).length > 0) {
      parent = parent[name];
      name = random.of(Object.keys(parent));
      path.push(name);
    }
    if (parent[name] === undefined || isParent(parent[name])) continue;
    const before = parent[name];
    if (random.below(5) === 0) return `${path.join('.')} ${added(parent, name)}`;
    if (random.below(10) > 0) parent[name] = other(before, random);
    else if (Array.isArray(parent)) parent.splice(Number(name), 1);
    else if (path.at(-2) === 'data' && before === null) continue;
    else delete parent[name];
    return `${path.join('.')} ${JSON.stringify(before)?.slice(0, 80)} > ${JSON.stringify(parent[name])?.slice(0, 80)}`;
  }
}

/** A member more, or an item twice. */
function added(parent: Body, name: string | number): string {
  if (Array.isArray(parent)) parent.push(structuredClone(parent[Number(name)]));
  else parent[`${name}2`] = parent[name];
  return 'twice';
}

function other(value: unknown, random: ReturnType<typeof randomNumbers>): unknown {
  if (typeof value === 'number') return value + 1 + random.below(100);
  if (typeof value === 'boolean') return !value;
  if (typeof value !== 'string') return 'something';
  const at = random.below(value.length);
  const digit = Number.parseInt(value[at] ?? '', 16);
  const char = Number.isNaN(digit) ? '_' : ((digit ^ (1 + random.below(15))) & 15).toString(16);
  return value.slice(0, at) + char + value.slice(at + 1);
}
