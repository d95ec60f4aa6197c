import { describe, expect, test } from '@jest/globals';
import { createUpstream, type Upstream, type UpstreamOptions } from '../../../lib/chain/pool/upstream.ts';
import { NoPermit } from '../../../lib/chain/rpc/errors.ts';
import { abortIn } from '../../../lib/domain/deadline.ts';
import { clockOf } from '../../support/clock.ts';
import {
  type Behaviour,
  delayed,
  httpStatus,
  inVirtualTime,
  oddError,
  passed,
  scriptedNode,
  silent,
  value,
} from './scripted-node.ts';

const attemptMs = 1_000;

function start(behave: Behaviour, over: Partial<UpstreamOptions> = {}) {
  const node = scriptedNode(behave);
  const counts = new Map<string, number>();
  let ahead = 0;
  const quiet = () => undefined;
  const upstream = createUpstream({
    name: 'n1',
    operator: null,
    callsPerSecond: null,
    client: node.client,
    attemptMs,
    clock: clockOf(() => Date.now() + ahead),
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    metrics: { upstream: (_name, metric, by) => void counts.set(metric, (counts.get(metric) ?? 0) + by) },
    onCall: quiet,
    onOpen: quiet,
    onPause: quiet,
    ...over,
  });
  return {
    node,
    upstream,
    counted: (metric: string) => counts.get(metric) ?? 0,
    /** As if the process had been frozen for so long: its timers have not moved. */
    freeze: (milliseconds: number) => {
      ahead += milliseconds;
    },
  };
}

type Asking = Partial<Parameters<Upstream['ask']>[3]>;

/** The answer's value, or the name of the error. */
const ask = (upstream: Upstream, asking: Asking = {}): Promise<string> =>
  upstream
    .ask('a_method', undefined, (result) => (result as { value: string }).value, {
      signal: new AbortController().signal,
      ...asking,
    })
    .then(
      (answered) => ('value' in answered ? answered.value : 'absent'),
      (error: Error) => error.name,
    );

describe('The time of an attempt', () => {
  test.each([1, 5])('is multiplied by patience (%d)', (patience) =>
    inVirtualTime(async () => {
      const { node, upstream } = start(delayed(attemptMs * patience - 1, value('one')));
      expect(await ask(upstream, { patience })).toBe('one');
      node.behave = delayed(attemptMs * patience + 1, value('one'));
      const began = Date.now();
      expect(await ask(upstream, { patience })).toBe('RpcFailure');
      expect(Date.now() - began).toBe(attemptMs * patience);
    }),
  );

  test('includes the wait for a permit, which patience makes longer, too', () =>
    inVirtualTime(async () => {
      const { upstream } = start(value('one'), { callsPerSecond: 0.5 });
      expect(await ask(upstream)).toBe('one');
      // The next permit comes after two seconds.
      expect(await ask(upstream)).toBe('NoPermit');
      expect(await ask(upstream, { patience: 3 })).toBe('one');
    }));
});

describe('A failure', () => {
  test('makes the node suspect, and five of them open its breaker', () =>
    inVirtualTime(async () => {
      const { upstream } = start(httpStatus(500));
      expect(await ask(upstream)).toBe('RpcFailure');
      expect([upstream.suspect, upstream.isOpen]).toEqual([true, false]);
      for (let call = 1; call < 5; call += 1) await ask(upstream);
      expect(upstream.isOpen).toBe(true);
    }));

  test('that is not the node’s fault does neither', () =>
    inVirtualTime(async () => {
      const { upstream } = start(httpStatus(500));
      for (let call = 0; call < 5; call += 1) expect(await ask(upstream, { blame: false })).toBe('RpcFailure');
      expect([upstream.suspect, upstream.isOpen]).toEqual([false, false]);
    }));

  test('that asks for a pause pauses the node in any case, and does not count against it', () =>
    inVirtualTime(async () => {
      for (const blame of [true, false]) {
        const { upstream } = start(httpStatus(429, 30));
        expect(await ask(upstream, { blame })).toBe('RpcFailure');
        expect([upstream.pausedMs, upstream.askable, upstream.suspect]).toEqual([30_000, false, false]);
      }
    }));

  test('that the request may have caused makes the node suspect only when there are three in a row', () =>
    inVirtualTime(async () => {
      const { node, upstream } = start(oddError);
      await ask(upstream);
      await ask(upstream);
      node.behave = value('one');
      await ask(upstream);
      node.behave = oddError;
      await ask(upstream);
      await ask(upstream);
      expect(upstream.suspect).toBe(false);
      await ask(upstream);
      expect([upstream.suspect, upstream.isOpen]).toEqual([true, false]);
    }));
});

describe('A pause', () => {
  test('is capped at an hour, so that a node cannot disable itself for ever', () =>
    inVirtualTime(async () => {
      const { upstream } = start(httpStatus(429, 10_000_000));
      await ask(upstream);
      expect(upstream.pausedMs).toBe(3_600_000);
    }));

  test('of a second is assumed where the node does not say how long', () =>
    inVirtualTime(async () => {
      const { upstream } = start(httpStatus(429));
      await ask(upstream);
      expect(upstream.pausedMs).toBe(1_000);
    }));

  test('is not shortened by a shorter one', () =>
    inVirtualTime(async () => {
      const { node, upstream } = start(httpStatus(429, 30));
      await ask(upstream);
      upstream.pauseUntil(Date.now() + 1_000);
      expect(upstream.pausedMs).toBe(30_000);
      expect(node.askedAt).toHaveLength(1);
    }));

  test('stops a request that waited for its permit', () =>
    inVirtualTime(async () => {
      const { node, upstream } = start(value('one'), { callsPerSecond: 2 });
      expect(await ask(upstream)).toBe('one');
      const waiting = ask(upstream);
      upstream.pauseUntil(Date.now() + 30_000);
      expect(await waiting).toBe('NoPermit');
      expect(node.askedAt).toHaveLength(1);
    }));
});

describe('An open breaker', () => {
  test('stops a request that waited for its permit, and not one that was begun to probe the node', () =>
    inVirtualTime(async () => {
      const { node, upstream } = start(value('one'), { callsPerSecond: 2 });
      expect(await ask(upstream)).toBe('one');
      const waiting = ask(upstream);
      upstream.openBreaker('another process saw it fail');
      expect(await waiting).toBe('NoPermit');
      expect(node.askedAt).toHaveLength(1);
      expect(await ask(upstream)).toBe('one');
    }));
});

describe('A caller that stops waiting', () => {
  test.each([
    ['for the answer', undefined, 1],
    ['for a permit', 1, 0],
  ])('%s says nothing about the node', (_what, callsPerSecond, abandoned) =>
    inVirtualTime(async () => {
      const { node, upstream, counted } = start(value('one'), { callsPerSecond: callsPerSecond ?? null });
      await ask(upstream);
      node.behave = silent;
      for (let call = 0; call < 6; call += 1) expect(await ask(upstream, { signal: abortIn(100) })).toBe('Abandoned');
      expect([upstream.suspect, upstream.isOpen, counted('UpstreamFailures')]).toEqual([false, false, 0]);
      expect(node.abandoned).toBe(abandoned * 6);
    }),
  );

  test('gives back the permit that it waited for', () =>
    inVirtualTime(async () => {
      const { upstream } = start(value('one'), { callsPerSecond: 2 });
      await ask(upstream);
      for (let call = 0; call < 6; call += 1) await ask(upstream, { signal: abortIn(10) });
      await passed(500);
      const began = Date.now();
      expect(await ask(upstream)).toBe('one');
      expect(Date.now()).toBe(began);
    }));
});

test('an attempt that ended long after its limit shows that this process was frozen, and proves nothing', () =>
  inVirtualTime(async () => {
    const { upstream, counted, freeze } = start(silent);
    for (let call = 0; call < 6; call += 1) {
      const asked = ask(upstream);
      await passed(1);
      freeze(3_000);
      expect(await asked).toBe('Abandoned');
    }
    expect([upstream.suspect, upstream.isOpen, counted('UpstreamFailures')]).toEqual([false, false, 0]);
  }));

test('a request that found no connection in time is not measured, and no failure', () =>
  inVirtualTime(async () => {
    const client = {
      async call(): Promise<never> {
        throw new NoPermit();
      },
    };
    const { upstream, counted } = start(silent, { client });
    for (let call = 0; call < 6; call += 1) expect(await ask(upstream)).toBe('NoPermit');
    expect([counted('UpstreamCalls'), upstream.suspect, upstream.isOpen]).toEqual([0, false, false]);
  }));

test('a request whose caller has stopped before is not sent', () =>
  inVirtualTime(async () => {
    const { node, upstream } = start(value('one'));
    expect(await ask(upstream, { signal: AbortSignal.abort() })).toBe('Abandoned');
    expect(node.askedAt).toEqual([]);
  }));

test('a request that was not sent is not measured', () =>
  inVirtualTime(async () => {
    const { upstream, counted } = start(value('one'), { callsPerSecond: 0.1 });
    await ask(upstream);
    expect(await ask(upstream)).toBe('NoPermit');
    expect(counted('UpstreamCalls')).toBe(1);
  }));

test('A breaker that opens names the failure that opened it, in the log and for the shared state', () =>
  inVirtualTime(async () => {
    const openings: unknown[] = [];
    const warn = (text: string, fields?: object) => void (text === 'breaker opened' && openings.push(fields));
    const quiet = () => undefined;
    const { node, upstream } = start(httpStatus(500), {
      log: { debug: quiet, info: quiet, warn, error: quiet },
      onOpen: (_upstream, reason) => void openings.push(reason),
    });
    for (let failures = 0; failures < 4; failures += 1) await ask(upstream);
    node.behave = httpStatus(502);
    await ask(upstream);
    expect(openings).toEqual([{ node: 'n1', reason: 'HTTP 502 to a_method' }, 'HTTP 502 to a_method']);
  }));
