// Checks an audit report by its files alone:  node check-audit.mjs page-1.json page-2.json … [day.json …]
// A page is an answer of GET /v1/audit?from=…&until=…, all pages in their order; a day is one of GET /v1/audit/heads?day=….
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const files = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, 'utf8')));
const pages = files.filter((file) => file.entries);
const days = files.filter((file) => file.statement);
const entries = pages.flatMap((page) => page.entries);
const faults = pages.flatMap((page) => page.broken).map((link) => `${nameOf(link)}: ${link.problem}, says the report`);
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** RFC 8785: members sorted by the code units of their names, no space. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical)}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`)}}`;
}

function nameOf({ ref, kind = ref.kind, id = ref.id, sequence }) {
  return `${kind}#${id}, entry ${sequence}`;
}

function digestOf({ kind, id, sequence, cause, actor, before, after, timestamp, held, previousDigest, ...entry }) {
  const { blockHeight: height, blockHash: hash, blockTime } = entry;
  const block = height === null ? null : { height, hash, timestamp: blockTime };
  const all = { ref: { kind, id }, sequence, cause, actor, before, after, block, timestamp, previousDigest };
  return sha256(canonical(held === null ? all : { ...all, held }));
}

const trails = new Map();
const placeOf = ({ timestamp, kind, id, sequence }) => [timestamp, `${kind}#${id}`, sequence];
const isLater = (a, b) => a.reduce((is, part, at) => is || (part === b[at] ? 0 : part > b[at] ? 1 : -1), 0) > 0;
for (const [at, entry] of entries.entries()) {
  if (digestOf(entry) !== entry.digest) faults.push(`${nameOf(entry)}: it does not match its digest`);
  if (at > 0 && !isLater(placeOf(entry), placeOf(entries[at - 1]))) faults.push(`${nameOf(entry)}: it is out of order`);
  const trail = `${entry.kind}#${entry.id}`;
  trails.set(trail, (trails.get(trail) ?? new Map()).set(entry.sequence, entry));
}
for (const { kind, id, first, last, head } of pages.flatMap((page) => page.trails)) {
  const trail = trails.get(`${kind}#${id}`);
  for (const { sequence, digest } of [first, last, head ?? last].filter((link) => link.sequence <= last.sequence))
    if (trail?.get(sequence)?.digest !== digest)
      faults.push(`${nameOf({ kind, id, sequence })}: it is missing or another one`);
  if (head !== null && head.sequence < last.sequence)
    faults.push(`${nameOf({ kind, id, ...last })}: its record does not know it`);
}
for (const [sequence, entry] of [...trails.values()].flatMap((trail) => [...trail])) {
  const trail = trails.get(`${entry.kind}#${entry.id}`);
  const before = trail.get(sequence - 1);
  if (before === undefined && [...trail.keys()].some((other) => other < sequence))
    faults.push(`${nameOf({ ...entry, sequence: sequence - 1 })}: it is missing`);
  else if (before ? entry.previousDigest !== before.digest : (sequence === 1) !== (entry.previousDigest === null))
    faults.push(`${nameOf(entry)}: it does not follow the entry before it`);
}
if (pages.some((page, at) => (page.next === null) !== (at === pages.length - 1)))
  faults.push('not all pages are here, or not in order');

for (const [at, { statement, signature, publicKey }] of days.entries()) {
  const { day, previous, parts, partSize } = statement;
  const earlier = days[at - 1]?.statement;
  if (!verify('sha256', Buffer.from(canonical(statement)), publicKey, Buffer.from(signature, 'base64')))
    faults.push(`day ${day}: the signature does not match`);
  if (earlier && (previous?.day !== earlier.day || previous.digest !== sha256(canonical(earlier))))
    faults.push(`day ${day}: it does not follow the day ${earlier.day}`);
  if (!(pages[0]?.from <= `${day}T00:00:00.000Z` && pages[0].until >= `${day}T23:59:59.999Z`)) continue;
  const lines = entries
    .filter(({ timestamp }) => timestamp.startsWith(day))
    .map(({ timestamp, kind, id, sequence, digest }) => `${JSON.stringify([timestamp, kind, id, sequence, digest])}\n`);
  const found = Array.from({ length: Math.ceil(lines.length / partSize) }, (_, part) =>
    sha256(lines.slice(part * partSize, (part + 1) * partSize).join('')),
  );
  if (`${found}` !== `${parts}`) faults.push(`day ${day}: its entries are not those that were signed`);
}

const keys = new Set(
  days.map(({ publicKey }) => sha256(createPublicKey(publicKey).export({ type: 'spki', format: 'der' }))),
);
for (const fault of faults) console.log(fault);
console.log(
  `${entries.length} entries in ${trails.size} trails, ${days.length} days: ${faults.length === 0 ? 'whole' : `${faults.length} faults`}`,
);
for (const key of keys) console.log(`signed with the key ${key}`);
process.exitCode = faults.length === 0 ? 0 : 1;
