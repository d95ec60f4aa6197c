// Checks an audit report by its files alone, all pages in their order:  node check-audit.mjs report/page-*
import { canonical, entries, pages, placeOf, printable, sha256 } from './audit-files.mjs';

const nameOf = ({ kind, id, sequence }) => `${kind}#${id}, entry ${sequence}`;
const digests = new Map(entries.map((entry) => [nameOf(entry), entry.digest]));
const faults = new Set(pages.length === 0 ? ['there is no page of a report'] : []);
const fault = (entry, problem) => faults.add(printable(`${nameOf(entry)}: ${problem}`));

function digestOf({ kind, id, sequence, cause, actor, before, after, timestamp, previousDigest, ...entry }) {
  const { blockHeight: height, blockHash: hash, blockTime, held, proof } = entry;
  const block = height === null ? null : { height, hash, timestamp: blockTime };
  const all = { ref: { kind, id }, sequence, cause, actor, before, after, block, timestamp, previousDigest };
  return sha256(canonical({ ...all, ...(held && { held }), ...(proof && { proof }) }));
}

for (const [at, { from, until, page, entries }] of pages.entries()) {
  if (page.from !== (pages[at - 1]?.page.until ?? from)) faults.add(`a page is missing before ${page.from}`);
  if (page.until !== until && at === pages.length - 1) faults.add(`a page is missing after ${page.until}`);
  if (page.entries !== entries.length) faults.add(`the page from ${page.from} has lost or won entries`);
}
const ends = new Map();
for (const { kind, id, first, last, head } of pages.flatMap((page) => page.trails)) {
  for (let sequence = ends.get(`${kind}#${id}`) ?? first.sequence; sequence <= last.sequence; sequence += 1)
    if (!digests.has(nameOf({ kind, id, sequence }))) fault({ kind, id, sequence }, 'it is missing');
  ends.set(`${kind}#${id}`, last.sequence);
  const known = digests.get(nameOf({ kind, id, ...head })) ?? head?.digest;
  if (head?.sequence < last.sequence || known !== head?.digest)
    fault({ kind, id, ...last }, 'its record names another');
}
for (const [at, entry] of entries.entries()) {
  const before = digests.get(nameOf({ ...entry, sequence: entry.sequence - 1 })) ?? entry.previousDigest ?? undefined;
  if (digestOf(entry) !== entry.digest) fault(entry, 'it does not match its digest');
  if (entry.previousDigest !== (entry.sequence === 1 ? null : before))
    fault(entry, 'it does not follow the one before');
  if (entry.problem !== null) fault(entry, `${entry.problem}, says the report`);
  if (at > 0 && placeOf(entry) <= placeOf(entries[at - 1])) fault(entry, 'it is out of order');
}
const verdict = faults.size === 0 ? 'whole' : `${faults.size} faults`;
console.log([...faults, `${entries.length} entries in ${ends.size} trails: ${verdict}`].join('\n'));
process.exitCode = faults.size === 0 ? 0 : 1;
