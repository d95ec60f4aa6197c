import { ProofRefused } from './proof-refused.ts';

/**
 * Rule PROOF-5: who sends the answer does not decide how long it takes to check it. The service looks at 64 eras; a staking position has
 * two keys for each validator, and a busy account a hold in each block of a day; an answer is some megabytes.
 */
export const mostGiven = { switchBlocks: 65, items: 16_384, proofDigits: 32 * 1024 * 1024 };

/** What a member of an answer must be, by its name. Throws ProofRefused. */
export type Form<Value> = (value: unknown, name: string) => Value;

type Members = Readonly<Record<string, unknown>>;

export const givenObject: Form<Members> = (value, name) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : wrong(name);

/** These members and no others: one that nothing checks would be taken for a proved one. */
export const only =
  <Value extends object>(forms: { readonly [Name in keyof Value]-?: Form<Value[Name]> }): Form<Value> =>
  (value, name) => {
    const given = givenObject(value, name);
    for (const other of Object.keys(given)) if (!Object.hasOwn(forms, other)) wrong(`${name} without ${other}`);
    const members = Object.entries<Form<unknown>>(forms).map(([each, form]) => [each, form(given[each], each)]);
    return Object.fromEntries(members) as Value;
  };

export const mapGiven =
  <Value>(form: Form<Value>): Form<Readonly<Record<string, Value>>> =>
  (value, name) =>
    Object.fromEntries(
      within(Object.entries(givenObject(value, name)), name).map(([key, each]) => [key, form(each, key)]),
    );

export const listGiven =
  <Item>(form: Form<Item>, most = mostGiven.items): Form<readonly Item[]> =>
  (value, name) =>
    Array.isArray(value) ? within(value, name, most).map((each) => form(each, name)) : wrong(name);

export const nullOr =
  <Value>(form: Form<Value>): Form<Value | null> =>
  (value, name) =>
    value === null ? null : form(value, name);

export const maybe =
  <Value>(form: Form<Value>): Form<Value | undefined> =>
  (value, name) =>
    value === undefined ? undefined : form(value, name);

export const textLike =
  (pattern: RegExp): Form<string> =>
  (value, name) =>
    typeof value === 'string' && pattern.test(value) ? value : wrong(name);

export const anyText = textLike(/^/);

export const wholeTo =
  (most: number): Form<number> =>
  (value, name) =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most ? (value as number) : wrong(name);

/** Bytes in their one spelling. */
export const anyBytes: Form<string> = (value, name) =>
  textLike(/^[0-9a-f]+$/)(value, name).length % 2 === 0 ? (value as string) : wrong(name);

export function wrong(name: string): never {
  throw new ProofRefused('form', `the answer has no ${name.slice(0, 80)} of the right form`);
}

/** No more of them than any value needs. */
export function within<Given extends { readonly length: number }>(given: Given, name: string, most = mostGiven.items) {
  if (given.length > most) throw new ProofRefused('too_large', `${given.length} of ${name} are too many`);
  return given;
}
