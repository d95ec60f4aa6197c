import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Fault, FaultOptions } from '../../infra/local/dev-chain/fault.ts';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { StoreUnavailable } from '../../lib/domain/errors.ts';
import { asOperator, type Local } from '../support/local.ts';

export interface Staged {
  readonly name: string;
  /** The minute in which it begins, and how many it lasts. */
  readonly at: number;
  readonly lasts: number;
  stage(): unknown;
  heal(): unknown;
}

const { owner } = recordedExamples['chain-a'];
const isWrite = /^(?:Put|Update|TransactWrite)/;

/** What happens in the run, in its order. */
export function timelineOf({ nodes, stack, get, post }: Local): readonly Staged[] {
  const strike = (struck: readonly number[], fault: Fault | undefined, options: FaultOptions = {}) => {
    for (const at of struck) nodes[at]?.fault(fault, options);
  };
  const all = [0, 1, 2];
  const waiting = async () => (await get('/v1/conflicts?status=awaiting-review', asOperator)).body.items;

  /** The account's row is edited, so that a person has to decide. */
  async function editRow(): Promise<void> {
    const { records } = stack.store;
    const record = await records.get({ kind: 'account', id: owner });
    if (record?.value == null) throw new Error('the account is not stored');
    const value = { ...record.value, mainPurse: `uref-${'ab'.repeat(32)}-007` };
    await records.save({ ...record, value }, { ...record.block, sequence: record.sequence }, undefined);
    await get(`/v1/accounts/${owner}`, { 'cache-control': 'no-cache' });
  }

  async function decide(): Promise<void> {
    for (const { id } of await waiting())
      await post(`/v1/conflicts/${id}/decision`, { decision: 'chain', reviewer: 'mara' }, asOperator);
  }

  return [
    {
      name: 'one node is down',
      at: 18,
      lasts: 8,
      stage: () => strike([1], 'down'),
      heal: () => strike([1], undefined),
    },
    {
      name: 'all nodes are down',
      at: 40,
      lasts: 9,
      stage: () => strike(all, 'down'),
      heal: () => strike(all, undefined),
    },
    {
      name: 'a node denies state that exists',
      at: 55,
      lasts: 6,
      stage: () => strike([0], 'nothing-found'),
      heal: () => strike([0], undefined),
    },
    {
      name: 'a node throttles',
      at: 70,
      lasts: 10,
      stage: () => strike([0], 'throttled', { retryAfterSeconds: 60 }),
      heal: () => strike([0], undefined),
    },
    { name: 'the table takes no writes', at: 92, lasts: 6, ...refused(DynamoDBDocumentClient, isWrite) },
    {
      name: 'sync is stalled',
      at: 114,
      lasts: 8,
      stage: () => strike(all, 'server-error', { methods: ['chain_get_block'] }),
      heal: () => strike(all, undefined),
    },
    { name: 'a conflict waits', at: 130, lasts: 20, stage: editRow, heal: decide },
    { name: 'the bus takes no events', at: 147, lasts: 16, ...refused(EventBridgeClient, /./) },
  ];
}

/** A client whose requests of these names fail. */
function refused(client: { readonly prototype: unknown }, names: RegExp): Pick<Staged, 'stage' | 'heal'> {
  const prototype = client.prototype as { send: (...given: unknown[]) => Promise<unknown> };
  const { send } = prototype;
  return {
    stage() {
      prototype.send = function (this: unknown, ...given: unknown[]) {
        if (names.test((given[0] as object).constructor.name))
          return Promise.reject(new StoreUnavailable('it is refused in this run'));
        return send.apply(this, given);
      };
    },
    heal() {
      prototype.send = send;
    },
  };
}
