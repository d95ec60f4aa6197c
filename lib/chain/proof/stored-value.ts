import { readBidKind, readDelegatorKind } from './bid-kind.ts';
import { bytesToHex, hex, NotBytes } from './bytes.ts';
import { readClType } from './cl-type.ts';
import { Reader } from './reader.ts';
import { publicKeyIn, readKey, readUref } from './trie-key.ts';

/** By their tags (casper-types 6.0, StoredValue): each reads what is read here of it, in the form in which nodes write it in JSON. */
const kinds: Readonly<Record<number, readonly [name: string, read: (reader: Reader) => unknown, isWhole: boolean]>> = {
  0: ['CLValue', readClValue, true],
  1: ['Account', readAccount, true],
  3: ['Contract', readContract, false],
  4: ['ContractPackage', readPackage, false],
  7: ['EraInfo', readEraInfo, true],
  11: ['BidKind', readBidKind, false],
};

/**
 * The `stored_value` that these bytes are, with the members that are read here. Throws NotBytes where they are none, or of a kind that
 * is not known.
 */
export function storedValue(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const reader = new Reader(bytes);
  const tag = reader.u8();
  const kind = kinds[tag];
  if (kind === undefined) throw new NotBytes(`a stored value of the kind ${tag}`);
  const [name, read, isWhole] = kind;
  const value = read(reader);
  if (isWhole) reader.end();
  return { [name]: value };
}

/** The same of a dictionary's item, which is stored with the dictionary's seed and its own key: nodes answer the item alone. */
export function storedItem(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const { CLValue: outer } = storedValue(bytes) as { readonly CLValue?: ReturnType<typeof readClValue> };
  if (outer?.cl_type !== 'Any') throw new NotBytes('not an item of a dictionary');
  const reader = new Reader(hex(outer.bytes));
  const item = readClValue(reader);
  for (const _ of ['the seed', 'its own key']) reader.bytes(reader.u32());
  reader.end();
  return { CLValue: item };
}

function readClValue(reader: Reader) {
  const bytes = bytesToHex(reader.bytes(reader.u32()));
  return { cl_type: readClType(reader), bytes };
}

const readNamedKeys = (reader: Reader) => reader.vector(() => ({ name: reader.text(), key: readKey(reader) }));

function readAccount(reader: Reader) {
  return {
    account_hash: `account-hash-${reader.hex(32)}`,
    named_keys: readNamedKeys(reader),
    main_purse: readUref(reader),
    associated_keys: reader.vector(() => ({ account_hash: `account-hash-${reader.hex(32)}`, weight: reader.u8() })),
    action_thresholds: { deployment: reader.u8(), key_management: reader.u8() },
  };
}

/** Without entry points and protocol version, which follow. */
function readContract(reader: Reader) {
  return {
    contract_package_hash: `contract-package-${reader.hex(32)}`,
    contract_wasm_hash: `contract-wasm-${reader.hex(32)}`,
    named_keys: readNamedKeys(reader),
  };
}

/** Without groups and lock status, which follow. */
function readPackage(reader: Reader) {
  return {
    access_key: readUref(reader),
    versions: reader.vector(() => ({
      protocol_version_major: reader.u32(),
      contract_version: reader.u32(),
      contract_hash: `contract-${reader.hex(32)}`,
    })),
    disabled_versions: reader.vector(() => [reader.u32(), reader.u32()]),
  };
}

function readEraInfo(reader: Reader) {
  return { seigniorage_allocations: reader.vector(() => readAllocation(reader)) };
}

function readAllocation(reader: Reader): unknown {
  const tag = reader.u8();
  const amount = () => String(reader.big());
  if (tag === 0) return { Validator: { validator_public_key: publicKeyIn(reader), amount: amount() } };
  if (tag === 1)
    return {
      Delegator: {
        delegator_public_key: publicKeyIn(reader),
        validator_public_key: publicKeyIn(reader),
        amount: amount(),
      },
    };
  if (tag === 2)
    return {
      DelegatorKind: {
        delegator_kind: readDelegatorKind(reader),
        validator_public_key: publicKeyIn(reader),
        amount: amount(),
      },
    };
  throw new NotBytes(`an allocation of the kind ${tag}`);
}
