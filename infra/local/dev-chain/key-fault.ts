import { urefFault } from './identifiers.ts';
import { hexFault } from './params.ts';

/** Keys of one 32-byte address: prefix, and what the node calls it when it cannot parse one. */
const ADDRESS_KEYS: readonly (readonly [prefix: string, label: string])[] = [
  ['account-hash-', 'account-hash'],
  ['hash-', 'hash-key'],
  ['dictionary-', 'dictionary-key'],
  ['balance-', 'balance-key'],
  ['deploy-', 'deploy-info-key'],
  ['transfer-', 'transfer-key'],
  ['bid-', 'bid-key'],
  ['withdraw-', 'withdraw-key'],
  ['unbond-', 'unbond-key'],
  ['package-', 'package-key'],
];

/** Known kinds whose inner layout the dev chain does not check: one that is not recorded is simply not found. */
const OTHER_PREFIXES = [
  'bid-addr-',
  'balance-hold-',
  'era-',
  'system-entity-registry-',
  'chainspec-registry-',
  'checksum-registry-',
  'entity-',
  'byte-code-',
  'message-',
  'named-key-',
  'block-time-',
  'entry-point-',
  'state-',
  'rewards-handling-',
  'block-message-count-',
];

/** Why the node does not take a text for a key; `undefined` when it does. */
export function keyFault(text: string): string | undefined {
  if (OTHER_PREFIXES.some((prefix) => text.startsWith(prefix))) return undefined;
  if (text.startsWith('uref-')) {
    const why = urefFault(text);
    return why === undefined ? undefined : `uref-key from string error: ${why}`;
  }
  const [prefix, label] = ADDRESS_KEYS.find(([known]) => text.startsWith(known)) ?? [];
  if (prefix === undefined) return 'unknown prefix for key';
  const why = hexFault(text.slice(prefix.length), 64);
  return why === undefined ? undefined : `${label} from string error: ${why}`;
}
