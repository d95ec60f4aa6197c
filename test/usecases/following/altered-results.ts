import { height, recording } from './proved.ts';
import { type Alter, changeable, type Json } from './world.ts';

export const hashesAt = (at: number): readonly string[] =>
  Object.values(recording.blocks[at]?.body.transactions ?? {})
    .flat()
    .map((tagged) => String(Object.values(tagged)[0]));
export const [first = '', second = ''] = hashesAt(height);

export const resultOf = (hash: string): Json =>
  changeable([...recording.transactions].find(([key]) => key.endsWith(hash))?.[1]).execution_info.execution_result
    .Version2;

/** Another result of the block's first transaction. */
export const changing =
  (change: (result: Json) => void, of: readonly string[] = [first]): Alter =>
  (method, params, forward) => {
    const answer = forward();
    const hash = String(Object.values(params?.transaction_hash ?? {})[0]);
    if (method !== 'info_get_transaction' || !of.includes(hash) || answer.result?.execution_info == null) return answer;
    const changed = changeable(answer);
    change(changed.result.execution_info.execution_result.Version2);
    return changed;
  };

export const isWrite = ({ kind }: Json): boolean => kind !== 'Identity' && kind.Prune === undefined;

/** A node with an effect of a kind that a later version may have. */
export const unknownKind = changing((result) => {
  result.effects[0].kind = { Replace: { CLValue: { bytes: '', cl_type: 'Unit' } } };
});

/** Another answer about the checksum of the results, of the block alone or of these. */
export const registry =
  (answer: (params: Json, forward: (params?: Json) => Json) => Json, at: readonly number[] = [height]): Alter =>
  (method, params, forward) =>
    method === 'query_global_state' &&
    params.key.startsWith('checksum-registry-') &&
    at.some((each) => recording.blocks[each]?.hash === params.state_identifier.BlockHash)
      ? answer(params, forward)
      : forward();

export const notFound = {
  jsonrpc: '2.0',
  id: 1,
  error: { code: -32003, message: 'Query failed', data: 'value was not found in the global state' },
};

/** The node has pruned the state. */
export const noState = { jsonrpc: '2.0', id: 1, error: { code: -32012, message: 'No such state root' } };
