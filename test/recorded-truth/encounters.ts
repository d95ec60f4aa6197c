import type { Answered } from './ask.ts';

/** How many answers contain each feature: a comparison that meets none of a feature proves nothing about it. */
export interface Encounters {
  readonly answers: number;
  readonly absent: number;
  readonly assets: number;
  readonly collections: number;
  readonly burnt: number;
  readonly approved: number;
  readonly accounts: number;
  readonly positions: number;
  readonly delegations: number;
  readonly unbondings: number;
  readonly redelegations: number;
  readonly bids: number;
  readonly inactiveBids: number;
  readonly rewarded: number;
  readonly liquid: number;
  readonly pending: number;
  readonly processed: number;
  readonly failed: number;
}

export function countEncounters(answers: readonly Answered[]): Encounters {
  // biome-ignore lint/suspicious/noExplicitAny: data of every kind
  const data = answers.flatMap(({ data }): any[] => (data === null ? [] : [data]));
  const count = (shows: (one: (typeof data)[number]) => unknown): number => data.filter(shows).length;
  const unbondings = data.flatMap((one) => one.unbondings ?? []);
  return {
    answers: answers.length,
    absent: answers.filter(({ status }) => status === 404).length,
    assets: count(({ kind }) => kind === 'asset'),
    collections: count(({ kind }) => kind === 'collection'),
    burnt: count(({ burnt }) => burnt),
    approved: count(({ approved }) => approved),
    accounts: count(({ kind }) => kind === 'account'),
    positions: count(({ kind }) => kind === 'staking'),
    delegations: data.flatMap((one) => one.delegations ?? []).length,
    unbondings: unbondings.length,
    redelegations: unbondings.filter(({ redelegatesTo }) => redelegatesTo !== null).length,
    bids: count(({ bid }) => bid),
    inactiveBids: count(({ bid }) => bid?.inactive),
    rewarded: count(({ rewards }) => rewards && rewards.amount.motes !== '0'),
    liquid: count(({ liquid }) => liquid && liquid.balance !== '0'),
    pending: count(({ status }) => status === 'pending'),
    processed: count(({ status }) => status === 'processed'),
    failed: count(({ status }) => status === 'failed'),
  };
}

export const sum = (counts: readonly Encounters[]): Encounters =>
  counts.reduce((total, one) => {
    const names = Object.keys(one) as (keyof Encounters)[];
    return Object.fromEntries(names.map((name) => [name, total[name] + one[name]])) as unknown as Encounters;
  });
