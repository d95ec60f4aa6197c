import { describe, expect, test } from '@jest/globals';
import type { Upstream } from '../../../lib/chain/pool/upstream.ts';
import { known, shape, text } from '../../../lib/chain/rpc/json-shape.ts';
import { abortIn } from '../../../lib/domain/deadline.ts';
import { ChainUnavailable, UnusableAnswer } from '../../../lib/domain/errors.ts';
import { poolOf } from './fake-node.ts';
import { absent, type Behaviour, endpoint, inVirtualTime, refused, scriptedNode } from './scripted-node.ts';

/** `{"thing": {"Version1": {"name": …}}}` */
const decode = (result: unknown): string => {
  const [, body] = known(shape(result, 'an answer').thing, ['Version1'], 'a thing');
  return text(shape(body, 'a thing').name, 'a name');
};
const sending =
  (thing: unknown): Behaviour =>
  () => ({ result: { thing } });
const whole = sending({ Version1: { name: 'whole' } });
const unknownVariant = sending({ Version9: { name: 'whole' } });
const withoutName = sending({ Version1: { title: 'whole' } });
const withTypo = sending({ Version1: null });
const tooLarge: Behaviour = () => {
  throw new UnusableAnswer('value_too_large', 'more than 5 bytes');
};

interface Outcome {
  readonly got: unknown;
  /** How often each node was asked. */
  readonly asked: readonly number[];
  /** Of each node: 'open', 'suspect' or 'well'. */
  readonly health: readonly string[];
}

const healthOf = (node: Upstream): string => (node.isOpen ? 'open' : node.suspect ? 'suspect' : 'well');

/** Asks so often; the outcome of the last time. */
const askTimes = (times: number, behaviours: readonly Behaviour[], afterwards?: Behaviour): Promise<Outcome> =>
  inVirtualTime(async () => {
    const nodes = behaviours.map((behave) => scriptedNode(behave));
    const { upstreams } = poolOf([], { endpoints: nodes.map((node, index) => endpoint(node, `n${index + 1}`)) });
    const all = upstreams.trusted();
    let got: unknown;
    const ask = async (): Promise<void> => {
      got = await upstreams.call('a_method', {}, decode, { signal: abortIn(20_000) }).catch((error: unknown) => error);
      await upstreams.flushed();
    };
    for (let time = 0; time < times; time += 1) await ask();
    if (afterwards !== undefined) {
      for (const node of nodes) node.behave = afterwards;
      await ask();
    }
    return { got, asked: nodes.map(({ askedAt }) => askedAt.length), health: all.map(healthOf) };
  });

describe('An answer of a kind that is not known (rule ANSWER-1)', () => {
  test('is reported as such, at once, and blames no node however often it is asked for', async () => {
    const { got, asked, health } = await askTimes(30, [unknownVariant, unknownVariant]);
    expect(got).toBeInstanceOf(UnusableAnswer);
    expect(got).toMatchObject({ code: 'value_unreadable', retryable: false, retryAfter: undefined });
    expect((got as Error).message).toContain('Version9');
    expect(asked).toEqual([30, 30]);
    expect(health).toEqual(['well', 'well']);
  });

  test('gives way to the answer of a node that says it in a known form, and no node is blamed', async () => {
    const { got, health } = await askTimes(30, [unknownVariant, whole]);
    expect(got).toMatchObject({ value: 'whole' });
    expect(health).toEqual(['well', 'well']);
  });

  test('is no absence, though another node found nothing', async () => {
    const { got } = await askTimes(1, [unknownVariant, absent]);
    expect(got).toMatchObject({ code: 'value_unreadable' });
  });

  test('is reported while another node is down', async () => {
    const { got, asked } = await askTimes(1, [unknownVariant, refused]);
    expect(got).toMatchObject({ code: 'value_unreadable' });
    expect(asked).toEqual([1, 1]);
  });
});

describe('An answer above the size limit (rule ANSWER-1)', () => {
  test('is reported as such, and blames no node however often it is asked for', async () => {
    const { got, health } = await askTimes(30, [tooLarge]);
    expect(got).toMatchObject({ code: 'value_too_large', retryable: false });
    expect(health).toEqual(['well']);
  });

  test('is not fetched from a third node, when two nodes have sent it', async () => {
    const { got, asked } = await askTimes(1, [tooLarge, tooLarge, tooLarge]);
    expect(got).toMatchObject({ code: 'value_too_large' });
    expect(asked).toEqual([1, 1, 0]);
  });
});

describe('An answer without one of its members (rule ANSWER-2)', () => {
  test('speaks against its node when another one sends it whole', async () => {
    const once = await askTimes(1, [withoutName, whole]);
    expect(once.got).toMatchObject({ value: 'whole' });
    expect(once.health).toEqual(['suspect', 'well']);
  });

  test('is the form that the chain has when another node sends the same: no node is blamed', async () => {
    const { got, health } = await askTimes(30, [withoutName, withoutName]);
    expect(got).toBeInstanceOf(UnusableAnswer);
    expect(got).toMatchObject({ code: 'value_unreadable', retryable: false });
    expect(health).toEqual(['well', 'well']);
  });

  test.each([
    ['one node', [withoutName]],
    ['two nodes that lack another member each', [withoutName, withTypo]],
    ['one node, while the other one found nothing', [withoutName, absent]],
  ])('from %s opens no breaker, and is forgotten with the next whole answer', async (_who, behaviours) => {
    const odd = await askTimes(30, behaviours);
    if ('value' in (odd.got as object)) throw new Error('there is no value');
    expect(odd.health).not.toContain('open');
    const after = await askTimes(30, behaviours.slice(0, 1), whole);
    expect(after.got).toMatchObject({ value: 'whole' });
    expect(after.health).toEqual(['well']);
  });

  test('from the only node is a failure that may pass', async () => {
    const { got } = await askTimes(1, [withoutName]);
    expect(got).toBeInstanceOf(ChainUnavailable);
    expect(got).toMatchObject({ code: 'chain_unavailable', retryable: true });
  });
});

test('a status without its members speaks against the node: no caller can ask for an odd one (rule ANSWER-2)', () =>
  inVirtualTime(async () => {
    const node = scriptedNode(() => ({ result: { api_version: '2.0.0' } }));
    const { upstreams } = poolOf([], { endpoints: [endpoint(node, 'n1')] });
    const [upstream] = upstreams.trusted();
    await expect(upstreams.tip({ signal: abortIn(20_000) })).rejects.toMatchObject({ code: 'chain_unavailable' });
    expect(upstream?.suspect).toBe(true);
  }));
