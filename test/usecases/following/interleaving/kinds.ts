import { eraBasis } from '../../../../lib/domain/basis.ts';
import type { EntityDefinition } from '../../../../lib/domain/entity.ts';
import type { BasisDefinition, ClData } from '../../../../lib/domain/pinned-state.ts';
import type { SharedDefinitions } from '../../../../lib/domain/shared-definitions.ts';
import { lapsesAt, paid } from './fake-chain.ts';

const always = {
  whenAbsent: 'chain-wins',
  canonicalId: (input: string) => input,
  freshSeconds: () => 1_000_000_000,
  checks: [],
} as const;

/** How many times a key was written. */
const times = (content: ClData | undefined): number => Number(content ?? 0);

/** Depends on one key. */
const plain: EntityDefinition<{ own: number }> = {
  ...always,
  kind: 'plain',
  route: '/v1/plain/{id}',
  definition: 'plain-1',
  async read(id, state) {
    const own = await state.named(`uref-${id}`);
    return own === undefined ? undefined : { value: { own: times(own) } };
  },
  fields: { own: 'chain-wins' },
  present: (_id, value) => value,
};

/** One of two values: a second write restores the value from before the first. */
const sides: BasisDefinition<{ side: number }, { rate: number }> = {
  name: 'sides',
  definition: 'sides-1',
  async read(state) {
    const side = times(await state.named('uref-side')) % 2;
    const rate = times(await state.named('uref-rate'));
    return { value: { side }, joined: { rate } };
  },
};

/** Depends on a key of its own and on a basis, a part of which is joined when answering. */
const dependent: EntityDefinition<{ own: number; side: number }> = {
  ...always,
  kind: 'dependent',
  route: '/v1/dependent/{id}',
  definition: 'dependent-1',
  async read(id, state) {
    const own = times(await state.named(`uref-${id}`));
    const basis = await state.basis(sides);
    return { value: { own, side: basis.value?.side ?? 0 } };
  },
  fields: { own: 'chain-wins', side: 'chain-wins' },
  present: (_id, value, joined) => ({
    ...value,
    rate: (joined('sides') as { rate: number } | undefined)?.rate ?? null,
  }),
};

/** Changes at the end of an era without any write. */
const aging: EntityDefinition<{ own: number; paid: number }> = {
  ...always,
  kind: 'aging',
  route: '/v1/aging/{id}',
  definition: 'aging-1',
  async read(id, state) {
    state.dependOn({ basis: eraBasis });
    return { value: { own: times(await state.named(`uref-${id}`)), paid: times(await state.named(paid)) } };
  },
  fields: { own: 'chain-wins', paid: 'chain-wins' },
  present: (_id, value) => value,
};

/** A basis that changes at the end of an era. */
const yields: BasisDefinition<{ kind: string }, { rate: number }> = {
  name: 'yields',
  definition: 'yields-1',
  async read(state) {
    state.dependOn({ basis: eraBasis });
    await state.named('uref-yield');
    return { value: { kind: 'yield' }, joined: { rate: times(await state.named(paid)) } };
  },
};

/** Depends on a basis that depends on the era. */
const earning: EntityDefinition<{ own: number }> = {
  ...always,
  kind: 'earning',
  route: '/v1/earning/{id}',
  definition: 'earning-1',
  async read(id, state) {
    const own = times(await state.named(`uref-${id}`));
    await state.basis(yields);
    return { value: { own } };
  },
  fields: { own: 'chain-wins' },
  present: (_id, value, joined) => ({ ...value, ...joined(yields.name) }),
};

/** After two writes it leads to another key, on which other entities depend too. */
const leading: EntityDefinition<{ own: number; beyond: number | null }> = {
  ...always,
  kind: 'leading',
  route: '/v1/leading/{id}',
  definition: 'leading-1',
  async read(id, state) {
    const own = times(await state.named(`uref-${id}`));
    const beyond = own < 2 ? null : times(await state.named('uref-beyond'));
    return { value: { own, beyond } };
  },
  fields: { own: 'chain-wins', beyond: 'chain-wins' },
  present: (_id, value) => value,
};

const validators = ['one', 'other'];

/** An open set: no request lists what an account holds, so all validators are asked, or those that writes have named. */
const holding: EntityDefinition<{ with: readonly string[] }> = {
  ...always,
  kind: 'holding',
  route: '/v1/holding/{id}',
  definition: 'holding-1',
  async read(id, state, known) {
    const account = id.slice('account-hash-'.length);
    state.dependOn({ key: `stake-${account}` });
    const held = (known?.value as { with: readonly string[] } | null | undefined)?.with ?? [];
    const asked = known?.scanned === undefined ? validators : [...held, ...known.scanned.validators];
    const stakes = await Promise.all([...new Set(asked)].sort().map((validator) => state.stake(validator, account)));
    return { value: { with: stakes.flatMap(({ validator, delegation }) => (delegation ? [validator] : [])) } };
  },
  fields: { with: 'chain-wins' },
  present: (_id, value) => value,
};

/** Lapses at a moment of block time, as a transaction that is in no block does. */
const lapsing: EntityDefinition<{ isOver: boolean }> = {
  ...always,
  kind: 'lapsing',
  route: '/v1/lapsing/{id}',
  definition: 'lapsing-1',
  async read(id, state) {
    await state.named(`uref-${id}`);
    const isOver = state.block.timestamp > lapsesAt;
    return { value: { isOver }, ...(!isOver && { validUntil: lapsesAt }) };
  },
  fields: { isOver: 'chain-wins' },
  present: (_id, value) => value,
};

const definitionsOf = (all: readonly unknown[]): ReadonlyMap<string, EntityDefinition> =>
  new Map((all as readonly EntityDefinition[]).map((definition) => [definition.kind, definition]));

export const definitions = definitionsOf([plain, dependent, aging, earning, leading, holding, lapsing]);

export const shared: SharedDefinitions = {
  settings: 'settings-1',
  basis: (name) => ([sides, yields] as unknown as readonly BasisDefinition[]).find((basis) => basis.name === name),
  discovering: [],
  configured: [],
  discovered: () => undefined,
  tokenList: () => undefined,
};
