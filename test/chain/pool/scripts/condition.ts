import type { Fault } from '../../../../infra/local/dev-chain/fault.ts';
import type { Chance } from './chance.ts';

/** How a node fails a call without saying anything about the chain. */
export type Failure = 'refused' | 'silent' | 'server-error' | 'unavailable' | 'garbage' | 'truncated';

/** A wrong or outdated answer about the chain. */
type Untruth = Extract<Fault, 'lagging' | 'catching-up' | 'wrong-network' | 'nothing-found' | 'throttled-by-node'>;

/** Milliseconds: evenly between two, or log-normal around a median (a spread of 1 and more has a heavy tail). */
type Latency = { readonly least: number; readonly most: number } | { readonly median: number; readonly spread: number };

/** A node at one moment; what is left out is as for a healthy node. */
export interface Condition {
  readonly latency?: Latency;
  readonly down?: Failure;
  readonly failing?: { readonly share: number; readonly how: readonly Failure[] };
  readonly says?: { readonly untruth: Untruth; readonly blocksBehind?: number };
  /** Calls in any second beyond this are answered with 429. */
  readonly limit?: { readonly callsPerSecond: number; readonly retryAfter: number };
}

/** In seconds since the script began; later spells override earlier ones. */
export interface Spell {
  readonly from: number;
  readonly to: number;
  /** By index; default: all. */
  readonly nodes?: readonly number[];
  readonly condition: Condition;
}

const healthy = { latency: { median: 40, spread: 0.3 } };

export function conditionAt(spells: readonly Spell[], node: number, second: number): Condition {
  const now = spells.filter(({ from, to, nodes }) => from <= second && second < to && (nodes?.includes(node) ?? true));
  return Object.assign({}, healthy, ...now.map(({ condition }) => condition));
}

export function drawLatency({ latency = healthy.latency }: Condition, draw: Chance): number {
  if ('least' in latency) return draw.between(latency.least, latency.most);
  const normal = Math.sqrt(-2 * Math.log(1 - draw.next())) * Math.cos(2 * Math.PI * draw.next());
  return latency.median * Math.exp(latency.spread * normal);
}

export function drawFailure({ down, failing }: Condition, draw: Chance): Failure | undefined {
  if (down !== undefined) return down;
  return failing !== undefined && draw.happens(failing.share) ? draw.pick(failing.how) : undefined;
}
