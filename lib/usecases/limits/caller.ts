import { anonymous, type CallerLimits, type Principal } from '../../domain/principal.ts';

/** Requests a minute; 0: no limit. */
export interface LimitSettings {
  readonly anonymous: number;
  readonly keys: number;
}

/** Whose budget a request takes from, and how much it is a minute; undefined: there is no limit. */
export function budgetOf(
  { name, limits }: Pick<Principal, 'name' | 'limits'>,
  address: string,
  settings: LimitSettings,
): { readonly caller: string; readonly limit: number } | undefined {
  const isAnonymous = name === anonymous.name;
  const limit = isAnonymous ? settings.anonymous : limitOf(limits, settings);
  return limit === 0 ? undefined : { caller: isAnonymous ? `address:${addressBlockOf(address)}` : name, limit };
}

const limitOf = (own: CallerLimits | null, { keys }: LimitSettings): number => own?.requestsPerMinute ?? keys;

/** An IPv4 address, or the first 64 bits of an IPv6 address: a caller with one of its addresses has all of them. */
export function addressBlockOf(address: string): string {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.toLowerCase().split('%')[0]?.split('::') ?? [];
  const groups = (text: string | undefined) => (text === undefined || text === '' ? [] : text.split(':'));
  const [first, last] = [groups(head), groups(tail)];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const all = [...first, ...Array.from({ length: zeros }, () => '0'), ...last];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

/** As operators see it: of an address only the first half. */
export function shownCaller(caller: string): string {
  const [, address] = /^address:(.*)$/.exec(caller) ?? [];
  if (address === undefined) return caller;
  const parts = address.split(/[.:]/);
  return address.includes('.')
    ? `address:${parts.slice(0, 2).join('.')}.*.*`
    : `address:${parts.slice(0, 2).join(':')}:*`;
}
