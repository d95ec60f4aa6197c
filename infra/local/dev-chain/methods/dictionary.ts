import { blockOfRoot, type ChainView, namedKeysAt, stateAt } from '../chain-view.ts';
import { rootBlockOf, urefProblem } from '../identifiers.ts';
import { keyProblem } from '../key-problem.ts';
import { dictionaryItemKey } from '../keys.ts';
import { isObject, readDigest, readParams, readTagged, readText } from '../params.ts';
import { nodeRequestFailed, unparsableParams, unparsableQueryKey, valueNotFound } from '../rpc-error.ts';
import { type Method, proofOf } from './method.ts';

const SUBJECT = 'dictionary item';
const NAMED_KEY_OWNERS = ['AccountNamedKey', 'ContractNamedKey', 'EntityNamedKey'] as const;

/**
 * A dictionary item under a state root. By named key, an unknown owner, an unknown name and an unknown root give the same
 * failed request. By address, only the root can be unknown.
 */
export const stateGetDictionaryItem: Method = (view, params) => {
  const asked = readParams(params, ['state_root_hash', 'dictionary_identifier']);
  const root = readDigest(asked.state_root_hash);
  const key = itemKey(view, asked.dictionary_identifier, root);
  const block = rootBlockOf(view, root, SUBJECT);
  const value = stateAt(view, key, block.header.height);
  if (value === undefined) throw valueNotFound();
  return { dictionary_key: key, stored_value: value, merkle_proof: proofOf(view, key, block) };
};

function itemKey(view: ChainView, identifier: unknown, root: string): string {
  const { tag, inner } = readTagged(identifier, [...NAMED_KEY_OWNERS, 'URef', 'Dictionary']);
  if (tag === 'Dictionary') return readDictionaryKey(readText(inner));
  const fields = isObject(inner) ? inner : {};
  const item = readText(fields.dictionary_item_key);
  if (tag === 'URef') return dictionaryItemKey(readSeed(readText(fields.seed_uref)), item);
  const name = readText(fields.dictionary_name);
  const height = blockOfRoot(view, root)?.header.height ?? -1;
  const seed = namedKeysAt(view, ownerKey(readText(fields.key)), height).find((entry) => entry.name === name)?.key;
  if (!seed?.startsWith('uref-')) throw nodeRequestFailed(SUBJECT, 'dictionary URef not found');
  return dictionaryItemKey(seed, item);
}

function readDictionaryKey(text: string): string {
  const fault = text.startsWith('dictionary-') ? keyProblem(text) : 'unknown prefix for key';
  if (fault !== undefined) throw unparsableQueryKey(fault);
  return text.toLowerCase();
}

function readSeed(text: string): string {
  const fault = urefProblem(text);
  if (fault !== undefined) throw unparsableParams(fault);
  return text;
}

/** The owner's key as it is in state. Addressable entities are off on the recorded chains: an entity's key finds nothing. */
function ownerKey(text: string): string {
  return text.replace(/^contract-/, 'hash-');
}
