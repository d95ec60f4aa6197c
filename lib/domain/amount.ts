/** An amount as answers give it, in motes and in CSPR (1 CSPR = 10^9 motes): exact decimal strings. */
export interface Amount {
  readonly motes: string;
  readonly cspr: string;
}

const motesDigits = 9;

export function amount(motes: string | bigint): Amount {
  const exact = BigInt(motes);
  return { motes: exact.toString(), cspr: decimal(exact, motesDigits) };
}

/** `units / 10^digits` as a decimal string without trailing zeros; units are not negative. */
export function decimal(units: bigint, digits: number): string {
  const text = units.toString().padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  const fraction = text.slice(text.length - digits).replace(/0+$/, '');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}
