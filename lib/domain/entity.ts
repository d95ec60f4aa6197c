import type { PinnedState } from './pinned-state.ts';

/** What is looked up: a kind and its canonical id. */
export interface EntityRef {
  readonly kind: string;
  readonly id: string;
}

/** Who is right when database and chain differ on a field: the chain at once, or a person first. */
export type Resolution = 'chain-wins' | 'review';

/** What is known already when an entity is read again: the part beside the value that only grows. */
export interface Known {
  readonly value: object | null;
  readonly probedValidators: readonly string[];
  /**
   * Only when sync reads: every block since the value's own was scanned for the entity's keys, so that nothing can have been
   * added to an open set but by the writes that are named here (public keys of validators), or by what it holds already.
   */
  readonly scanned?: { readonly validators: readonly string[] };
}

export interface EntityReading<Value extends object> {
  readonly value: Value;
  /** Kept beside the value, only grows, never compared: the validators that a staking position was asked of. */
  readonly probedValidators?: readonly string[];
  /** ISO 8601: a claim through a block later than this holds for the own block only (a pending transaction's TTL). */
  readonly validUntil?: string;
  /** It can never change any more, and so rests on nothing. */
  readonly final?: boolean;
}

export interface Check<Value extends object> {
  readonly name: string;
  /** A sentence on what is wrong, undefined when the value is whole. */
  find(value: Value): string | undefined;
}

/** All that one kind needs, as one literal. */
export interface EntityDefinition<Value extends object = object> {
  readonly kind: string;
  /** Where one entity is served; its path parameters, joined by colons, are the id. */
  readonly route: `/v1/${string}`;
  /** Digest of the kind's schema version and configuration: a record with another one is outdated. */
  readonly definition: string;
  /** The one spelling of an id under which it is stored; throws InvalidId. */
  canonicalId(input: string): string;
  /** undefined: the chain has no such entity at this block. */
  read(id: string, state: PinnedState, known?: Known): Promise<EntityReading<Value> | undefined>;
  readonly fields: { readonly [Field in keyof Value]-?: Resolution };
  readonly whenAbsent: Resolution;
  /** "Unknown" is no state of the chain: it is answered, and takes no record's place. */
  readonly absenceIsNotRecorded?: true;
  /** Seconds for which an answer is fresh; limits `age`. */
  freshSeconds(value: Value): number;
  /** How many times the ordinary deadline a reading may take (a first staking reading asks every validator). */
  readonly patience?: number;
  /** False where a reading must not take the place of what is recorded: it knows less. */
  supersedes?(before: Value, after: Value): boolean;
  /** The owner under which the record is listed. */
  owner?(value: Value): string | null;
  /** Its ids are those of accounts: it is about the account of that id. */
  readonly ofAccount?: true;
  readonly checks: readonly Check<Value>[];
  /** Entities that it names, and of which there are to be records: by their kinds' own ids, in any of their spellings. */
  references?(value: Value, id: string): EntityRef[];
  /** The answer's `data`: the value, and what its bases join. */
  present(id: string, value: Value, joined: (name: string) => object | undefined): object;
}

/** Absence is cached briefly. */
export const absentSeconds = 15;

export const refKey = (ref: EntityRef): string => `${ref.kind}#${ref.id}`;

export function parseRefKey(key: string): EntityRef {
  const at = key.indexOf('#');
  return { kind: key.slice(0, at), id: key.slice(at + 1) };
}
