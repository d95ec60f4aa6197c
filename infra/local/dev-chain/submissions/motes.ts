import type { StoredValue } from '../recorded.ts';

/** An amount as state holds it: a U512, whose bytes are their number and then the value, little-endian. */
export function motesValue(amount: bigint): StoredValue {
  const hex = amount === 0n ? '' : amount.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').reverse();
  const written = Buffer.concat([Buffer.from([bytes.length]), bytes]).toString('hex');
  return { CLValue: { cl_type: 'U512', bytes: written, parsed: String(amount) } };
}
