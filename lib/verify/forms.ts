import { ProofRefused } from './proof-refused.ts';

export type Json = Readonly<Record<string, unknown>>;

/**
 * Rule PROOF-5: who sends the answer does not decide how long it takes to check it. The service looks at 64 eras; a staking position has two keys
 * for each validator, and a busy account a hold in each block of a day; an answer is some megabytes.
 */
export const mostGiven = { switchBlocks: 65, items: 16_384, proofDigits: 32 * 1024 * 1024 };

/** Members of an answer. Each function throws ProofRefused where the member has another form. */

export const givenObject = (value: unknown, what: string): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : wrong(what);

/** A member that nothing checks would be taken for a proved one. */
export function nothingElse(others: Json, what: string): void {
  const [name] = Object.keys(others);
  if (name !== undefined) wrong(`${what} without ${name.slice(0, 40)}`);
}

export function givenList(value: unknown, what: string, most = mostGiven.items): readonly unknown[] {
  if (!Array.isArray(value)) return wrong(what);
  if (value.length > most) tooMany(`${value.length} of ${what}`);
  return value;
}

export const givenText = (value: unknown, what: string): string => (typeof value === 'string' ? value : wrong(what));

export const givenForm = (value: unknown, form: RegExp, what: string): string =>
  typeof value === 'string' && form.test(value) ? value : wrong(what);

export const givenNatural = (value: unknown, what: string, most = Number.MAX_SAFE_INTEGER): number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most ? value : wrong(what);

/** Bytes in their one spelling. */
export const givenDigits = (value: unknown, what: string): string =>
  givenForm(value, /^[0-9a-f]+$/, what).length % 2 === 0 ? (value as string) : wrong(what);

export function wrong(what: string): never {
  throw new ProofRefused('form', `the answer has no ${what.slice(0, 80)} of the right form`);
}

export function tooMany(what: string): never {
  throw new ProofRefused('too_large', `${what.slice(0, 80)}: no value needs so many`);
}
