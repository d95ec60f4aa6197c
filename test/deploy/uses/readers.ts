import assert from 'node:assert/strict';
import { embeddedRecording, recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import { functionName } from '../../../lib/runtime/names.ts';
import { deleteRows, setRows } from './rows.ts';
import type { Deployment, Use } from './use.ts';

const { owner, collections } = recordedExamples[embeddedRecording];
const account = { kind: 'account', id: owner };
const post = (body: unknown) => ({ method: 'POST', body });

/** Each function that reads the chain for a reader: how it is asked. */
const readers: Readonly<Record<string, (deployment: Deployment) => Promise<unknown>>> = {
  'get-entity': asked('/v1/assets/villas/0'),
  'list-collections': asked('/v1/collections'),
  'list-transactions': asked(`/v1/accounts/${owner}/transactions`),
  'get-rewards': asked(`/v1/accounts/${owner}/staking/rewards`),
  lookup: asked(
    '/v1/lookup',
    post({
      refs: [{ kind: 'asset', id: 'villas:0' }, { kind: 'collection', id: 'villas' }, account],
    }),
  ),
  'refresh-account': asked(`/v1/accounts/${owner}/refresh`, post({})),
  invalidate: asked('/v1/invalidations', post({ owner })),
  refresh: ({ service, environment }) => service.invoke(functionName(environment, 'refresh'), account),
  'enumerate-collection': ({ service, environment }) =>
    service.invoke(functionName(environment, 'enumerate-collection'), { collection: collections.villas?.package }),
};

/** What a reader seldom meets: that it is the first to read, dates that are due, a record that was edited, a shared basis that was edited. */
export const readersSeldom: Use = {
  name: 'each reader is the first to read, keeps tracked what it reads, opens a conflict with what was edited, and has an edited basis read again',
  rare: true,
  narrow: Object.keys(readers),
  async run(deployment) {
    const { environment, only, service, coldStart } = deployment;
    for (const [name, ask] of Object.entries(readers)) {
      if (only !== undefined && functionName(environment, name) !== only) continue;
      for (const seldom of [isNew, areDue, isEdited, hasEditedBasis]) {
        for (const path of ['/v1/assets/villas/0', `/v1/accounts/${owner}`, '/v1/collections'])
          assert.equal((await service.ask(path)).status, 200, path);
        await seldom(deployment);
        await coldStart(functionName(environment, name));
        await ask(deployment);
      }
    }
  },
};

/** Nothing is stored of what it reads, and no list of tokens. */
async function isNew(deployment: Deployment): Promise<void> {
  for (const table of ['records', 'cache', 'listings'] as const) await deleteRows(deployment, table, () => true);
}

/** Rule TRACK-2: the dates until which what is stored is tracked are near. */
async function areDue(deployment: Deployment): Promise<void> {
  const followedUntil = new Date(Date.now() + 3_600_000).toISOString();
  for (const table of ['records', 'cache'] as const)
    await setRows(
      deployment,
      table,
      (row) => row.followedUntil !== undefined,
      () => ({ followedUntil }),
    );
}

/** The next read goes to the chain, and contradicts the record. */
async function isEdited(deployment: Deployment): Promise<void> {
  await edit(deployment, ({ ref }) => !isBasis(ref));
  await deleteRows(deployment, 'cache', () => true);
}

/** Rule BASIS-4. */
async function hasEditedBasis(deployment: Deployment): Promise<void> {
  await edit(deployment, ({ ref }) => isBasis(ref));
  await deleteRows(deployment, 'cache', () => true);
}

const isBasis = (ref: unknown): boolean => String(ref).startsWith('basis#');

const edit = (deployment: Deployment, isIt: (row: { readonly ref?: unknown }) => boolean): Promise<void> =>
  setRows(deployment, 'records', isIt, ({ value }) => ({ value: editedText(String(value)) }));

/** The same object with one more member. */
const editedText = (value: string): string =>
  value.startsWith('{') ? `{"edited":${Date.now()},${value.slice(1)}`.replace(',}', '}') : value;

function asked(path: string, request: { readonly method?: string; readonly body?: unknown } = {}) {
  return async ({ service, operator }: Deployment) => {
    const { status, body } = await service.ask(path, { ...request, headers: operator });
    assert.ok(status < 400, `${path}: ${status} ${JSON.stringify(body)}`);
  };
}
