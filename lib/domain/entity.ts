import { accountId } from './account-id.ts';
import type { PinnedState } from './pinned-state.ts';

/** What is looked up: a kind and its canonical id. */
export interface EntityRef {
  readonly kind: string;
  readonly id: string;
}

/** What happens when database and chain differ on a field: the chain's value is taken at once, or a person reviews it first. */
export type Resolution = 'chain-wins' | 'review';

/** What is known when an entity is read again. */
export interface Known {
  readonly value: object | null;
  /** Validators that an earlier reading asked; only grows (rule KIND-4). */
  readonly probedValidators: readonly string[];
  /**
   * Only when sync reads: every block since the value's own was scanned for the entity's keys. So only the writes named here
   * (by the public keys of their validators), and what the value holds already, can have added to it.
   */
  readonly scanned?: { readonly validators: readonly string[] };
}

export interface EntityReading<Value extends object> {
  readonly value: Value;
  /** The validators that a staking position was asked of: stored with the value, only grows, never compared (rule KIND-4). */
  readonly probedValidators?: readonly string[];
  /** ISO 8601: past this block time the value is verified through its own block only (rule CLAIM-5). */
  readonly validUntil?: string;
  /** The value can never change again, and so depends on nothing. */
  readonly final?: boolean;
}

export interface Check<Value extends object> {
  readonly name: string;
  /** A sentence on what is wrong; undefined when the value is sound. */
  find(value: Value): string | undefined;
}

/** What this service knows of a signed transaction that it has sent. */
export interface Submitted {
  readonly kind: 'Version1' | 'Deploy';
  readonly initiator: string;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly ttl: string;
  /** ISO 8601: no later block can hold it. */
  readonly validUntil: string;
}

/** How a submitted transaction has ended; `block` holds it. */
export type SubmittedEnd =
  | {
      readonly state: 'ended';
      readonly outcome: 'processed' | 'failed';
      readonly block: { readonly height: number; readonly hash: string };
    }
  | { readonly state: 'expired' };

/** One kind of entity, as one literal: all that the service needs to know of it. */
export interface EntityDefinition<Value extends object = object> {
  readonly kind: string;
  /** The route of one entity; its path parameters, joined by colons, are the id. */
  readonly route: `/v1/${string}`;
  /** The last part of an id is any text. Such a kind has a second route, on which that part is in the query (`textRouteOf`). */
  readonly idIsText?: true;
  /** Digest of the schema version and configuration of the kind: a record with another digest is outdated (rule ITEM-4). */
  readonly definition: string;
  /** The spelling of an id under which the entity is stored; throws InvalidId. */
  canonicalId(input: string): string;
  /** Reads the entity at the block of `state`. undefined: the chain has no such entity there. */
  read(id: string, state: PinnedState, known?: Known): Promise<EntityReading<Value> | undefined>;
  readonly fields: { readonly [Field in keyof Value]-?: Resolution };
  readonly whenAbsent: Resolution;
  /** An absence proves nothing (an unknown transaction may still arrive): it is answered, and never replaces a record (rule KIND-2). */
  readonly absenceIsNotRecorded?: true;
  /** What nodes say of it has no proof at all (rule PROOF-5). */
  readonly hasNoProof?: true;
  /**
   * What a caller may wait for, by the answer's `data`: waiting ends when it is another. null: nothing will change.
   * Left out: nothing of the kind is waited for.
   */
  awaits?(data: object | null): string | null;
  /** How it has ended, by the answer's `data` or the value; undefined: it has not (rule SUBMIT-6). */
  endOf?(data: object): SubmittedEnd | undefined;
  /** The value of what was submitted here, as of a block (its time, ISO 8601) at which no node shows it (rule SUBMIT-5). */
  whileUnseen?(submitted: Submitted, blockTime: string): Value;
  /** ISO 8601: when it was made, of what nodes know although it is in no block yet: before, there was no such thing (rule PAST-4). */
  madeAt?(value: Value): string;
  /** The block from which on the value has held for sure, of what never changes again (rule PAST-5). */
  heldSince?(value: Value): number | undefined;
  /** For how many seconds an answer is fresh: the limit of its `age`. */
  freshSeconds(value: Value): number;
  /** False for a value that the database must not answer with in the chain's place (rule KIND-2); left out: any may. */
  answersForChain?(value: Value): boolean;
  /** For how many seconds an absence is fresh, where that is not the ordinary time. */
  readonly absentSeconds?: number;
  /** How many times the ordinary deadline a reading may take: a first staking reading asks every validator. */
  readonly patience?: number;
  /** False where a reading knows less than the record, and must not replace it (rule KIND-4). */
  supersedes?(before: Value, after: Value): boolean;
  /** The owner under which the record is listed. */
  owner?(value: Value): string | null;
  /** The accounts that a value is about, besides the one of the id: in any spelling. Changes are found by them. */
  accounts?(value: Value): readonly string[];
  /** The entity whose record may show that no end of an era changes this one (rule KIND-3). */
  erasShownBy?(id: string): EntityRef;
  /** What that record must say: the account has nothing at stake. */
  isUnaffectedByEras?(value: Value): boolean;
  /** The ids of the kind are account ids: each entity is about the account of its id. */
  readonly ofAccount?: true;
  /** The package hash of the collection that an entity is of; left out: the kind knows no collections. */
  collectionOf?(id: string): string;
  /** The kind of the tokens of which the entity is the collection: answers say how many there are, and whether all are known. */
  readonly collects?: string;
  readonly checks: readonly Check<Value>[];
  /** Entities that the value names, which should have records too; ids in any spelling of their kind. */
  references?(value: Value, id: string): EntityRef[];
  /** The answer's `data`: the value, and what its bases join to it. */
  present(id: string, value: Value, joined: (name: string) => object | undefined): object;
}

/** The route of a kind without its last path parameter, which is in the query instead: a path does not carry every text. */
export const textRouteOf = (route: string): string => route.replace(/\/\{\w+\}$/, '');

/** For how many seconds an absence is fresh (rule KIND-1), where the kind does not say. */
const absentSeconds = 15;

/** Of a value that time alone will change: less than a block, since the change is seen in a block. */
const leastFreshSeconds = 5;

/**
 * For how many seconds a value of the kind, or its absence, is fresh from the block on through which it is verified. Rule CLAIM-5:
 * where it is valid until a moment, no longer than until then.
 */
export function freshSecondsOf(
  definition: EntityDefinition,
  value: object | null,
  validUntil: string | null,
  through: { readonly timestamp: string },
): number {
  if (value === null) return definition.absentSeconds ?? absentSeconds;
  const ofKind = definition.freshSeconds(value);
  if (validUntil === null) return ofKind;
  const left = Math.floor((Date.parse(validUntil) - Date.parse(through.timestamp)) / 1000);
  return Math.min(ofKind, Math.max(left, leastFreshSeconds));
}

/** The accounts that a change of a value is about: those of the value, and of the one before it. */
export const accountsIn = (
  { accounts }: EntityDefinition,
  before: object | null | undefined,
  after: object | null | undefined,
): readonly string[] => [
  ...new Set([before, after].flatMap((value) => (value && accounts?.(value)) ?? []).map(canonical)),
];

/** Other holders than accounts keep the spelling of their kind. */
const canonical = (holder: string): string => (/^0[12][0-9a-f]{64,66}$/i.test(holder) ? accountId(holder) : holder);

/** The message about a kind that is not in the registry. */
export const unknownKind = (definitions: ReadonlyMap<string, EntityDefinition>): string =>
  `unknown kind; known kinds: ${[...definitions.keys()].join(', ')}`;

/** `<kind>#<id>`: how tables and logs name an entity. */
export const refKey = (ref: EntityRef): string => `${ref.kind}#${ref.id}`;

export function parseRefKey(key: string): EntityRef {
  const at = key.indexOf('#');
  return { kind: key.slice(0, at), id: key.slice(at + 1) };
}
