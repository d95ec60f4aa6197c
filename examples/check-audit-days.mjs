// Checks an audit report, and holds it against the signed days:  node check-audit-days.mjs days/* report/page-*
import { createPublicKey, verify } from 'node:crypto';
import './check-audit.mjs';
import { canonical, days, entries, pages, printable, sha256 } from './audit-files.mjs';

const faults = [];
const notes = [];
const [from = '~', until = ''] = [pages[0]?.from, pages.at(-1)?.until];
const compared = new Set();

for (const [at, { statement, signature, publicKey }] of days.entries()) {
  const { day, previous, parts, partSize } = statement;
  const fault = (problem) => faults.push(`day ${day}: ${problem}`);
  if (!verify('sha256', Buffer.from(canonical(statement)), publicKey, Buffer.from(signature, 'base64')))
    fault('the signature does not match');
  const before = days[at - 1]?.statement;
  if (before && (previous?.day !== before.day || previous.digest !== sha256(canonical(before))))
    fault(`it does not follow the day ${before.day}`);
  const { network, environment } = pages[0]?.service ?? pages[0] ?? statement;
  if (network !== statement.network || environment !== statement.environment)
    fault(`it is of ${statement.network}, ${statement.environment}`);
  const [begin, end] = [`${day}T00:00:00.000Z`, `${day}T23:59:59.999Z`];
  if (end < from || begin >= until) continue;
  if (begin < from || end >= until) fault('the report has only a part of it');
  else compared.add(day);
  const lines = entries
    .filter(({ timestamp }) => timestamp.startsWith(day))
    .map(({ timestamp, kind, id, sequence, digest }) => `${JSON.stringify([timestamp, kind, id, sequence, digest])}\n`);
  const count = Math.ceil(lines.length / partSize);
  const found = Array.from({ length: count }, (_, part) =>
    lines.slice(part * partSize, (part + 1) * partSize).join(''),
  );
  if (`${found.map(sha256)}` !== `${parts}`) fault('its entries are not those that were signed');
}
for (const day of new Set(entries.map(({ timestamp }) => timestamp.slice(0, 10))))
  if (!compared.has(day)) notes.push(`day ${day}: its entries are held against nothing that is signed`);

const keys = days.map(({ publicKey }) => createPublicKey(publicKey).export({ type: 'spki', format: 'der' }));
for (const key of new Set(keys.map(sha256))) notes.push(`signed with the key ${key}`);
if (compared.size === 0) faults.push('the report has no day that is signed');
const verdict = faults.length === 0 ? 'as signed' : `${faults.length} faults`;
const last = `${days.length} days, ${compared.size} of them held against the report: ${verdict}`;
console.log([...faults, ...notes, last].map(printable).join('\n'));
if (faults.length > 0) process.exitCode = 1;
