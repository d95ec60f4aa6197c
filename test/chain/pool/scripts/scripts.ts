import type { Spell } from './condition.ts';
import type { Fate } from './virtual-node.ts';

/** What must have happened in a run: a run without faults must not pass. */
export interface ExpectedFate {
  readonly node: number;
  readonly fates: readonly Fate[];
  readonly atLeast: number;
}

export interface Script {
  readonly name: string;
  readonly seconds: number;
  /** Requests per second, over all instances. */
  readonly load: number;
  readonly rush?: { readonly from: number; readonly to: number; readonly load: number };
  readonly spells: readonly Spell[];
  readonly expected: readonly ExpectedFate[];
  /** The least average latency of every node, in milliseconds. */
  readonly slowerThan?: number;
  /** The least number of answers of the database. */
  readonly fromDatabase?: number;
  /** The largest share of answers that may be "no node can answer", for what is not stored; default: none. */
  readonly unavailable?: number;
}

const load = 20;
const slow = (median: number, share: number) =>
  ({
    latency: { median, spread: 0.5 },
    failing: { share, how: ['server-error', 'silent', 'refused'] },
  }) as const;

/** Three nodes; the first two belong to one operator. */
export const operators = ['north', 'north', 'south'] as const;

export const scripts: readonly Script[] = [
  {
    name: 'gradual degradation',
    seconds: 80,
    load,
    spells: [
      { from: 5, to: 10, nodes: [0], condition: slow(120, 0.05) },
      { from: 10, to: 15, nodes: [0], condition: slow(250, 0.15) },
      { from: 15, to: 20, nodes: [0], condition: slow(450, 0.3) },
      { from: 20, to: 25, nodes: [0], condition: slow(700, 0.6) },
      { from: 25, to: 40, nodes: [0], condition: { down: 'silent' } },
      // It recovers with its blocks first, and with its state some seconds later.
      { from: 40, to: 68, nodes: [0], condition: { says: { untruth: 'nothing-found' } } },
    ],
    expected: [
      { node: 0, fates: ['server-error', 'silent', 'refused'], atLeast: 5 },
      { node: 0, fates: ['untrue'], atLeast: 1 },
      { node: 0, fates: ['answered'], atLeast: 200 },
    ],
  },
  {
    name: 'regional outage',
    seconds: 80,
    load,
    spells: [
      { from: 15, to: 45, nodes: [0], condition: { down: 'silent' } },
      { from: 15, to: 45, nodes: [1], condition: { down: 'refused' } },
      { from: 45, to: 55, nodes: [0], condition: { says: { untruth: 'catching-up', blocksBehind: 4 } } },
    ],
    expected: [
      { node: 0, fates: ['silent'], atLeast: 5 },
      { node: 1, fates: ['refused'], atLeast: 5 },
      { node: 2, fates: ['answered'], atLeast: 500 },
    ],
  },
  {
    name: 'spike',
    seconds: 60,
    load: 10,
    rush: { from: 25, to: 35, load: 100 },
    spells: [{ from: 0, to: 60, condition: { limit: { callsPerSecond: 40, retryAfter: 1 } } }],
    expected: [0, 1, 2].map((node) => ({ node, fates: ['throttled'], atLeast: 5 })),
    unavailable: 0.03,
  },
  {
    name: 'jittery nodes',
    seconds: 80,
    load,
    spells: [
      {
        from: 0,
        to: 80,
        condition: {
          latency: { median: 60, spread: 1.1 },
          failing: { share: 0.1, how: ['server-error', 'garbage', 'truncated', 'refused', 'silent'] },
        },
      },
      { from: 20, to: 60, nodes: [1], condition: { failing: { share: 0.3, how: ['unavailable', 'garbage'] } } },
      { from: 10, to: 70, nodes: [2], condition: { says: { untruth: 'lagging', blocksBehind: 2 } } },
      { from: 62, to: 72, nodes: [1], condition: { says: { untruth: 'wrong-network' } } },
    ],
    expected: [
      { node: 0, fates: ['server-error', 'garbage', 'truncated', 'refused', 'silent'], atLeast: 50 },
      { node: 1, fates: ['unavailable', 'garbage'], atLeast: 3 },
      { node: 2, fates: ['untrue'], atLeast: 10 },
    ],
    unavailable: 0.04,
  },
  {
    name: 'cascade',
    seconds: 85,
    load,
    spells: [
      { from: 10, to: 48, nodes: [0], condition: { down: 'unavailable' } },
      // The last two fail so quickly one after the other that no breaker is open when none is left.
      { from: 25, to: 56, nodes: [1], condition: { down: 'silent' } },
      { from: 26, to: 38, nodes: [2], condition: { down: 'silent' } },
      { from: 38, to: 42, nodes: [2], condition: { says: { untruth: 'catching-up', blocksBehind: 1 } } },
    ],
    expected: [
      { node: 0, fates: ['unavailable'], atLeast: 10 },
      { node: 1, fates: ['silent'], atLeast: 10 },
      { node: 2, fates: ['silent'], atLeast: 10 },
      { node: 2, fates: ['untrue'], atLeast: 2 },
    ],
    fromDatabase: 50,
    unavailable: 0.05,
  },
  {
    name: 'slow network',
    seconds: 60,
    load,
    spells: [{ from: 0, to: 60, condition: { latency: { least: 300, most: 700 } } }],
    expected: [0].map((node) => ({ node, fates: ['answered'], atLeast: 500 })),
    slowerThan: 300,
    unavailable: 0.06,
  },
];
