/**
 * Makes a project recording from the recording of a node: `node infra/local/recordings/trim.ts <recording> <target>`.
 * Works on the text of each line, never on parsed numbers, so an integer above 2^53 keeps every digit.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILES = ['blocks', 'transactions', 'state', 'balances', 'eras', 'rewards', 'entities'];

const [source, target] = process.argv.slice(2);
if (source === undefined || target === undefined) throw new Error('usage: trim.ts <recording> <target>');

mkdirSync(target, { recursive: true });
for (const name of FILES) {
  const lines = readFileSync(join(source, `${name}.jsonl`), 'utf8').split('\n');
  const kept = lines.filter((line) => line !== '' && isAnswer(line)).map(trimLine);
  writeFileSync(join(target, `${name}.jsonl`), `${kept.join('\n')}\n`);
}
writeFileSync(join(target, 'meta.json'), `${readFileSync(join(source, 'meta.json'), 'utf8').trimEnd()}\n`);

/** Holds were also asked as if they were purses; the node refused the words of the question, so they are no state. */
function isAnswer(line: string): boolean {
  return !line.startsWith('{"purse":"uref-hold-');
}

/** Every key and every kind of value stays; only bytes that no reader of the chain looks into are emptied. */
function trimLine(line: string): string {
  const emptied = line
    .replace(/"ContractWasm":\{"bytes":"[0-9a-f]*"\}/g, '"ContractWasm":{"bytes":""}')
    .replace(/"module_bytes":"[0-9a-f]*"/g, '"module_bytes":""')
    .replace(/"merkle_proof":"[0-9a-f]*"/g, '"merkle_proof":""');
  return exactU64(emptyList(emptyList(emptied, 'entry_points'), 'proofs'));
}

/** `18446744073709552000` lies above u64: it is u64's maximum after a float, and no other u64 prints so near it. */
function exactU64(line: string): string {
  return line.replace(/(?<=[:,[])18446744073709552000(?=[,\]}])/g, '18446744073709551615');
}

/** Empties each `"name":[…]`, minding nested lists and brackets inside strings. */
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
  throw new Error(`a list that does not end: ${line.slice(inside - 40, inside + 40)}`);
}
