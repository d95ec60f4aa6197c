import * as z from 'zod/mini';
import { applicationForm, roles } from '../../domain/principal.ts';
import { isPrintable } from '../../domain/printable.ts';
import { component, described } from './described.ts';
import { count, hash, listOf, oneOf, orNull, pageCursor, string, timestamp } from './fields.ts';

const roleNames = roles as readonly ['reader', 'writer', 'operator', 'auditor'];
const role = oneOf(
  roleNames,
  '`reader`: looks up; `writer`: submits, and keeps its own data; `operator`: operates the service, and reads; `auditor`: reads all of it, the audit trail too',
);

const limits = {
  requestsPerMinute: count('Requests in a minute; 0: no limit'),
  chainReadsPerMinute: count('Reads of the chain in a minute; 0: no limit'),
};

const isText = z.refine<string>(isPrintable, 'must be printable text');
const name = z.string().check(z.minLength(1), z.maxLength(63), isText);
const application = z.string().check(z.regex(applicationForm, 'must be 1 to 63 letters, digits, ".", "_", "~" or "-"'));
const note = z.string().check(z.minLength(1), z.maxLength(2_000), isText);
const moment = z.iso.datetime('must be a moment in UTC: 2027-01-31T00:00:00Z');
const distinct = z.refine<readonly string[]>(
  (items) => new Set(items).size === items.length,
  'must not repeat an item',
);

export const keyRequestSchema = component(
  'KeyRequest',
  'A key that is to be made',
  z.strictObject({
    name: described(name, 'What the key is for: 1 to 63 characters. Two keys may have the same name.'),
    roles: described(z.array(role).check(z.minLength(1), distinct), 'What the key may do: at least one role'),
    collections: z.optional(
      orNull(
        z.array(z.string().check(z.minLength(1), z.maxLength(100))).check(z.minLength(1), z.maxLength(50), distinct),
        'The only collections that the key may use: aliases, or hashes of contract packages. Left out or null: all.',
      ),
    ),
    application: z.optional(
      orNull(application, 'The application whose own data the key reads and writes. Left out or null: it has none.'),
    ),
    limits: z.optional(
      orNull(z.strictObject(limits), 'Limits of this key alone. Left out or null: those of the configuration.'),
    ),
    expiresAt: z.optional(
      orNull(moment, 'From this moment on the key is refused, ISO 8601 in UTC. Left out or null: it does not expire.'),
    ),
    note: z.optional(orNull(note, 'A note for other operators: up to 2,000 characters')),
  }),
);

export const keyRotationSchema = component(
  'KeyRotation',
  'How a key is replaced',
  z.strictObject({
    overlapSeconds: z.optional(
      described(
        z.int().check(z.minimum(0), z.maximum(2_592_000)),
        'For how many seconds the old key goes on alongside the new one, at most to its own expiry. Left out: a day. 0: it ends at once.',
      ),
    ),
    expiresAt: z.optional(
      orNull(
        moment,
        'When the new key expires, ISO 8601 in UTC; null: never. Left out: it lasts as long as the old one was made to last.',
      ),
    ),
  }),
);

const members = {
  id: string('The public part of the key, which names it: 12 digits and lower-case letters'),
  name: string('What the key is for'),
  status: oneOf(['active', 'expired', 'revoked'], 'Only an `active` key is accepted'),
  roles: listOf(role, 'What the key may do'),
  collections: orNull(
    z.array(hash('A package hash')),
    'The hashes of the contract packages of the only collections that the key may use; null: all',
  ),
  application: orNull(z.string(), 'The application whose own data the key reads and writes; null: none'),
  limits: orNull(z.strictObject(limits), 'Limits of this key alone; null: those of the configuration'),
  createdAt: timestamp('When the key was made, ISO 8601 in UTC'),
  createdBy: string('The authenticated principal who made it'),
  expiresAt: orNull(z.iso.datetime(), 'From when on the key is refused, ISO 8601 in UTC; null: it does not expire'),
  revokedAt: orNull(z.iso.datetime(), 'When the key was revoked, ISO 8601 in UTC; null: it was not'),
  revokedBy: orNull(z.string(), 'The authenticated principal who revoked it; null: it was not revoked'),
  note: orNull(z.string(), 'The note that was given; null: none was'),
  replaces: orNull(z.string(), 'The id of the key in whose place it was made; null: there was none'),
  replacedBy: orNull(z.string(), 'The id of the key that was made in its place; null: there is none'),
};

export const keySchema = component('Key', 'An API key, without the key itself', z.strictObject(members));

const unreadableSchema = component(
  'UnreadableKey',
  'A key whose stored row was changed outside this service, so that it cannot be read. It is not accepted.',
  z.strictObject({
    id: string('The id of the key'),
    status: oneOf(['revoked'], 'Always `revoked`'),
    unreadable: described(z.literal(true), 'Always true'),
  }),
);

export const madeKeySchema = component(
  'MadeKey',
  'A new key. `key` is shown this once: it cannot be read again.',
  z.strictObject({
    ...members,
    key: string('The key, `astk_<id>_<secret>`, for `Authorization: Bearer`. It is shown this once.'),
  }),
);

export const keyListSchema = component(
  'KeyList',
  'A page of keys',
  z.strictObject({
    items: listOf(z.union([keySchema, unreadableSchema]), 'The keys, newest first'),
    next: pageCursor(),
  }),
);
