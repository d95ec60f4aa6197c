import type { ClData, PinnedState } from '../domain/pinned-state.ts';
import type { TokenList } from '../domain/token-list.ts';
import type { Layout, TokenIds } from './layout.ts';
import { oldestVersion } from './newest-contract.ts';
import { keyBytes, tokenOfItem } from './tokens.ts';

/** CEP-78's identifier mode: 0, tokens have numbers; 1, each has a text. */
const [ordinal, hash] = ['0', '1'];

/** The list that a contract itself keeps of its tokens (rule COLLECT-3); undefined: it keeps none. */
export function tokenListOf(
  packageHash: string,
  { ids, owners }: Pick<Layout, 'ids' | 'owners'>,
): TokenList | undefined {
  if (ids === null) return undefined;
  return ids.by === 'count' ? countedTokens(ids) : mintEvents(ids, packageHash, owners);
}

/** Tokens are never taken off the list, and the mode never changes: so a place may be read at a later block than the length. */
const countedTokens = ({ minted, mode, index }: Extract<TokenIds, { readonly by: 'count' }>): TokenList => ({
  async length(state) {
    const [count, kept] = await Promise.all([state.named(minted), state.named(mode)]);
    return kept === ordinal || (kept === hash && index !== null) ? countIn(count) : undefined;
  },

  async tokensAt(places, state) {
    if ((await state.named(mode)) === ordinal) return places.map(String);
    const seed = index ?? unreadable('its index of tokens is gone');
    return Promise.all(places.map(async (place) => textIn(await state.item(seed, String(place)), place)));
  },
});

/**
 * An event of any other kind names no new token: its place is empty. A contract that got its events by an upgrade has none of the tokens
 * before: its events are no list of all tokens.
 */
const mintEvents = (
  { length, events }: Extract<TokenIds, { readonly by: 'events' }>,
  packageHash: string,
  owners: string,
): TokenList => ({
  async length(state) {
    const hasAlways = await isInOldestVersion([events, length, owners], packageHash, state);
    return hasAlways ? countIn(await state.named(length)) : undefined;
  },
  tokensAt: (places, state: PinnedState) =>
    Promise.all(places.map(async (place) => tokenMintedBy(await state.item(events, String(place)), place))),
});

/** Whether the first version of the contract, which all others follow, has these URefs under any names. */
async function isInOldestVersion(urefs: readonly string[], packageHash: string, state: PinnedState): Promise<boolean> {
  const held = await state.contractPackage(packageHash);
  const hash = held === undefined || 'packageOf' in held ? undefined : oldestVersion(held);
  const { namedKeys = {} } = (hash === undefined ? undefined : await state.contract(hash)) ?? {};
  const had = new Set(Object.values(namedKeys).map(withoutRights));
  return urefs.every((uref) => had.has(withoutRights(uref)));
}

const withoutRights = (uref: string): string => uref.slice(0, 'uref-'.length + 64);

const countIn = (data: ClData | undefined): number | undefined => {
  const count = typeof data === 'string' && /^\d{1,15}$/.test(data) ? Number(data) : Number.NaN;
  return Number.isSafeInteger(count) ? count : undefined;
};

const textIn = (data: ClData | undefined, place: number): string =>
  typeof data === 'string' && data !== '' ? data : unreadable(`its index has no token at place ${place}`);

const mint = 'event_Mint';
const accountOrHash = keyBytes(`account-hash-${'0'.repeat(64)}`).length;
const u32 = 4;

/** CES: the event's name, then its fields; a mint of CEP-95 has the new owner and the id. Undefined: another event. */
function tokenMintedBy(data: ClData | undefined, place: number): string | undefined {
  const bytes = bytesIn(data) ?? unreadable(`event ${place} is missing`);
  const nameEnd = u32 + (bytes.length < u32 ? 0 : bytes.readUInt32LE(0));
  if (bytes.toString('utf8', u32, nameEnd) !== mint) return undefined;
  const id = bytes.subarray(nameEnd + accountOrHash).toString('base64');
  return tokenOfItem('cep95', id) ?? unreadable(`event ${place}, a mint, names no token`);
}

/** Bytes are decoded as a list of numbers, or as their hexadecimal text. */
function bytesIn(data: ClData | undefined): Buffer | undefined {
  if (typeof data === 'string') return Buffer.from(data, 'hex');
  return Array.isArray(data) ? Buffer.from(data.map(Number)) : undefined;
}

function unreadable(why: string): never {
  throw new ListUnreadable(why);
}

/** The contract's list of its tokens is not what its standard says. */
export class ListUnreadable extends Error {
  override readonly name = 'ListUnreadable';
}
