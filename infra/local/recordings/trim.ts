/**
 * Makes a project recording from a full recording: `node infra/local/recordings/trim.ts <recording> <target>`. It changes the
 * text of each line and parses no numbers, so that an integer above 2^53 keeps all digits. Of a recording with a trie the signatures of
 * blocks stay as well, and the results of transactions, of which blocks prove a checksum.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILES = ['blocks', 'transactions', 'state', 'balances', 'eras', 'rewards', 'entities'];

const [source, target] = process.argv.slice(2);
if (source === undefined || target === undefined) throw new Error('usage: trim.ts <recording> <target>');

const trie = join(source, 'trie.jsonl');
const hasProofs = existsSync(trie);

mkdirSync(target, { recursive: true });
for (const name of FILES) {
  const lines = readFileSync(join(source, `${name}.jsonl`), 'utf8').split('\n');
  const trimmed = hasProofs && name === 'transactions' ? trimTransaction : trimLine;
  const kept = lines.filter((line) => line !== '' && isAnswer(line)).map(trimmed);
  writeFileSync(join(target, `${name}.jsonl`), `${kept.join('\n')}\n`);
}
if (hasProofs) {
  const lines = readFileSync(trie, 'utf8').split('\n');
  writeFileSync(join(target, 'trie.jsonl'), `${lines.filter((line) => line !== '' && !isWasm(line)).join('\n')}\n`);
}
writeFileSync(join(target, 'meta.json'), `${readFileSync(join(source, 'meta.json'), 'utf8').trimEnd()}\n`);

/** The recording also has requests for holds as if they were purses. The node refused them, so they are not state. */
function isAnswer(line: string): boolean {
  return !line.startsWith('{"purse":"uref-hold-');
}

/** A leaf with a contract's code: the key (a tag and 32 bytes), then the tag of a ContractWasm. What is above it has its hash. */
function isWasm(line: string): boolean {
  return /"leaf":"01[0-9a-f]{64}02/.test(line);
}

/** Of a recording with proofs: the result stays whole. */
function trimTransaction(line: string): string {
  return exactU64(line.replace(/"module_bytes":"[0-9a-f]*"/g, '"module_bytes":""'));
}

/** Keeps every key and every kind of value. Only bytes that the service never reads are emptied. */
function trimLine(line: string): string {
  const emptied = line
    .replace(/"ContractWasm":\{"bytes":"[0-9a-f]*"\}/g, '"ContractWasm":{"bytes":""}')
    .replace(/"module_bytes":"[0-9a-f]*"/g, '"module_bytes":""')
    .replace(/"merkle_proof":"[0-9a-f]*"/g, '"merkle_proof":""');
  const listless = emptyList(emptied, 'entry_points');
  return exactU64(hasProofs ? listless : emptyList(listless, 'proofs'));
}

/** `18446744073709552000` is above u64's maximum: it is u64's maximum after a float rounded it. See README.md. */
function exactU64(line: string): string {
  return line.replace(/(?<=[:,[])18446744073709552000(?=[,\]}])/g, '18446744073709551615');
}

/** Empties each `"name":[…]`; handles nested lists and brackets inside strings. */
function emptyList(line: string, name: string): string {
  const opening = `"${name}":[`;
  const start = line.indexOf(opening);
  if (start < 0) return line;
  const inside = start + opening.length;
  return line.slice(0, inside) + emptyList(line.slice(endOfList(line, inside)), name);
}

function endOfList(line: string, inside: number): number {
  let depth = 1;
  let quoted = false;
  for (let at = inside; at < line.length; at += 1) {
    const char = line[at];
    if (quoted && char === '\\') at += 1;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && char === '[') depth += 1;
    else if (!quoted && char === ']' && --depth === 0) return at;
  }
  throw new Error(`the list does not end: ${line.slice(inside - 40, inside + 40)}`);
}
