import { type ChainView, namedKeysAt, stateAt } from '../chain-view.ts';
import { stateBlockOf } from '../identifiers.ts';
import { keyProblem } from '../key-problem.ts';
import { readParams, readText, unparsableSequence } from '../params.ts';
import type { StoredValue } from '../recorded.ts';
import { noSuchBlock, unparsableParams, valueNotFound } from '../rpc-error.ts';
import { type Method, proofOf } from './method.ts';

/** A key's value as of the requested block. The answer has the block header only if the request names a block. */
export const queryGlobalState: Method = (view, params) => {
  const asked = readParams(params, ['key'], ['state_identifier', 'path']);
  const key = readText(asked.key);
  const fault = keyProblem(key);
  if (fault !== undefined) throw unparsableParams(fault);
  const path = readPath(asked.path ?? []);
  const { block, byBlock } = stateBlockOf(view, asked.state_identifier, 'global state item', () =>
    noSuchBlock(view.low, view.tip),
  );
  const found = follow(view, key, path, block.header.height);
  if (found === undefined) throw valueNotFound();
  return {
    block_header: byBlock ? { Version2: block.header } : null,
    stored_value: found.value,
    merkle_proof: proofOf(view, found.key, block),
  };
};

/** A path goes through named keys of accounts and contracts: each step is the value under the next name. */
function follow(
  view: ChainView,
  key: string,
  path: readonly string[],
  height: number,
): { readonly key: string; readonly value: StoredValue } | undefined {
  const [name, ...rest] = path;
  if (name === undefined) {
    const value = stateAt(view, key, height);
    return value && { key, value };
  }
  const named = namedKeysAt(view, key, height).find((entry) => entry.name === name);
  return named === undefined ? undefined : follow(view, named.key, rest, height);
}

function readPath(value: unknown): string[] {
  if (!Array.isArray(value)) throw unparsableSequence(value);
  return value.map(readText);
}
