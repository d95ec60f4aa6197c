import type { EntityRef } from './entity.ts';

/** `degraded`: answers are possible, and a part has a fault. `down`: the part does not do its work. */
export type HealthVerdict = 'healthy' | 'degraded' | 'down';

/** Why a part is not healthy, and what a person does about it. */
export interface HealthReason {
  /** The weight of the reason; `unknown`: it is not known whether the part is healthy. */
  readonly status: Exclude<HealthVerdict, 'healthy'> | 'unknown';
  /** For programs; it does not change with the wording of `detail`. */
  readonly code: string;
  /** A sentence. */
  readonly detail: string;
  /** ISO 8601: since when; null where that is not stored, until a process has seen it. */
  readonly since: string | null;
  /** A sentence that names the route or the setting. */
  readonly action: string;
  /** The node, and the JSON-RPC method that failed there. */
  readonly node: string | null;
  readonly method: string | null;
  /** The table of the store. */
  readonly table: string | null;
  /** The record that it is about. */
  readonly ref: EntityRef | null;
}

export interface HealthComponent {
  /** The worst of its reasons. */
  readonly status: HealthVerdict | 'unknown';
  /** ISO 8601: the earliest of its reasons; null while it is healthy. */
  readonly since: string | null;
  readonly reasons: readonly HealthReason[];
}

type Given = Pick<HealthReason, 'status' | 'code' | 'detail' | 'action'> & Partial<HealthReason>;

export const healthReason = (given: Given): HealthReason => ({
  since: null,
  node: null,
  method: null,
  table: null,
  ref: null,
  ...given,
});

const byWeight = ['down', 'degraded', 'unknown'] as const;

export function componentOf(reasons: readonly HealthReason[]): HealthComponent {
  const status = byWeight.find((weight) => reasons.some((reason) => reason.status === weight)) ?? 'healthy';
  const since = reasons.flatMap((reason) => reason.since ?? []).sort()[0] ?? null;
  return { status, since, reasons };
}
