import { urefProblem } from './identifiers.ts';
import { hexProblem } from './params.ts';

/** Keys of one 32-byte address: the prefix, and the label in the node's parse error. */
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

/** Known kinds whose inner layout the dev chain does not check. A key that is not recorded is not found. */
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

/** Why a text is not a valid key; `undefined` if it is valid. The texts are the node's. */
export function keyProblem(text: string): string | undefined {
  if (OTHER_PREFIXES.some((prefix) => text.startsWith(prefix))) return undefined;
  if (text.startsWith('uref-')) {
    const why = urefProblem(text);
    return why === undefined ? undefined : `uref-key from string error: ${why}`;
  }
  const [prefix, label] = ADDRESS_KEYS.find(([known]) => text.startsWith(known)) ?? [];
  if (prefix === undefined) return 'unknown prefix for key';
  const why = hexProblem(text.slice(prefix.length), 64);
  return why === undefined ? undefined : `${label} from string error: ${why}`;
}
