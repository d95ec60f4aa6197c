import { anonymous, type CallerLimits, type Principal } from '../../domain/principal.ts';

/** What is limited, under the name that the fields of an answer give it. */
export type LimitPolicy = 'requests' | 'chain-reads';

/** Of callers whose limits are not their own. */
export interface LimitSettings {
  readonly anonymous: CallerLimits;
  readonly keys: CallerLimits;
}

/** Whose budget is taken from, and how much it is a minute. */
export interface LimitOfCaller {
  readonly policy: LimitPolicy;
  readonly caller: string;
  readonly limit: number;
}

/** undefined: there is no limit. */
export function limitOf(
  policy: LimitPolicy,
  { name, limits }: Pick<Principal, 'name' | 'limits'>,
  address: string,
  settings: LimitSettings,
): LimitOfCaller | undefined {
  const isAnonymous = name === anonymous.name;
  const { requestsPerMinute, chainReadsPerMinute } = isAnonymous ? settings.anonymous : (limits ?? settings.keys);
  const limit = policy === 'requests' ? requestsPerMinute : chainReadsPerMinute;
  if (limit === 0) return undefined;
  const caller = callerOf({ name }, address);
  return { policy, caller: policy === 'requests' ? caller : chainReads + caller, limit };
}

/** Under which name a caller's requests are counted. */
export const callerOf = ({ name }: Pick<Principal, 'name'>, address: string): string =>
  name === anonymous.name ? `address:${addressBlockOf(address)}` : name;

/** Begins the names of the budgets of chain reads. */
const chainReads = 'chain-reads:';

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

/** Whose budget it is, and of what, as operators see it: of an address only the first half. */
export function shownCaller(budget: string): { readonly caller: string; readonly policy: LimitPolicy } {
  return budget.startsWith(chainReads)
    ? { caller: shown(budget.slice(chainReads.length)), policy: 'chain-reads' }
    : { caller: shown(budget), policy: 'requests' };
}

function shown(caller: string): string {
  const [, address] = /^address:(.*)$/.exec(caller) ?? [];
  if (address === undefined) return caller;
  const parts = address.split(/[.:]/);
  return address.includes('.')
    ? `address:${parts.slice(0, 2).join('.')}.*.*`
    : `address:${parts.slice(0, 2).join(':')}:*`;
}
