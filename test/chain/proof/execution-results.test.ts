import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { bytesToHex, NotBytes } from '../../../lib/chain/proof/bytes.ts';
import { executionResultsChecksum, hashInChunks } from '../../../lib/chain/proof/execution-results.ts';
import { UnknownForm } from '../../../lib/chain/proof/json-writer.ts';
import { parseExactJson } from '../../../lib/chain/rpc/rpc-answer.ts';
import { lacking } from '../../support/lacking.ts';
import { changesOf } from './changes.ts';
import { recording } from './recorded.ts';

const registry = recording.state.get(`checksum-registry-${'0'.repeat(64)}`) ?? lacking();

/** What the registry has at a height, as the recorded node decoded it. */
function checksumAt(height: number): string | undefined {
  const version = registry.findLast((each) => each.height <= height) as unknown as {
    readonly value: {
      readonly CLValue: { readonly parsed: readonly { readonly key: string; readonly value: string }[] };
    };
  };
  return version.value.CLValue.parsed.find(({ key }) => key === 'execution_results_checksum')?.value;
}

const resultsAt = (height: number): readonly object[] =>
  Object.values(recording.blocks[height]?.body.transactions ?? {})
    .flat()
    .flatMap((tagged) => Object.entries(tagged))
    .map(([kind, hash]) => recording.transactions.get(`${kind} ${hash}`)?.execution_info.execution_result ?? lacking());

/** One result for each kind of effect, key, type and value, with what casper-types 7.0.0 makes of it. */
const vectors = readFileSync(join(import.meta.dirname, 'execution-results.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => parseExactJson(line) as { readonly checksum: string; readonly result: object });

// Rule PROOF-7.
test('the results of every block have the checksum in its state', () => {
  const heights = recording.blocks.map((_, height) => height);
  expect(heights.map((height) => executionResultsChecksum(resultsAt(height)))).toEqual(heights.map(checksumAt));
  expect(new Set(heights.map(checksumAt)).size).toBeGreaterThan(60);
});

test('a result has the bytes that casper-types gives it, whatever kinds it has', () => {
  expect(vectors.map(({ result }) => executionResultsChecksum([result]))).toEqual(
    vectors.map(({ checksum }) => checksum),
  );
});

test('bytes of more than one chunk have the hash that casper-types gives them', () => {
  const chunk = 8 * 1024 * 1024;
  const bytes = Uint8Array.from({ length: 3 * chunk }, (_, index) => index % 251);
  expect([chunk, chunk + 1, 3 * chunk].map((length) => bytesToHex(hashInChunks(bytes.subarray(0, length))))).toEqual([
    '74c7cd7c0542869d5cd8443960d867245a01d0a0968238d8c92f48f75775e7ff',
    'f93e5a5edd56d772cd84ede6f7413c7fdf450dc7d1f2f9934547711f3ba21a01',
    '98e176f43b6ee049e1e48f8fe4820d568774c1f7ef36e832bde4eaf690774a3b',
  ]);
});

describe('other results have another checksum, or are refused', () => {
  test('in whatever member they differ', () => {
    let tried = 0;
    const parsed = /\.parsed\b/;
    const all = [...vectors.map(({ result }) => [result]), resultsAt(29), resultsAt(64)];
    for (const results of all) {
      const checksum = checksumOrRefusal(results);
      for (const { path, changed } of changesOf(results)) {
        // What a value is in JSON is not hashed, and not read.
        if (parsed.test(path)) continue;
        tried += 1;
        expect({ path, checksum: checksumOrRefusal(changed as object[]) }).not.toEqual({ path, checksum });
      }
    }
    expect(tried).toBeGreaterThan(3_000);
  });

  test('in a member more, which is not known', () => {
    for (const { path, changed } of withOneMore(resultsAt(29))) {
      expect({ path, of: formOf(changed as object[]) }).toEqual({ path, of: expect.stringMatching(/unknown|refused/) });
    }
  });

  test('in their order, in one that is missing, and in one that is there twice', () => {
    const results = resultsAt(29);
    const [first] = results;
    const checksums = [results, results.toReversed(), results.slice(1), [first ?? lacking(), ...results]].map((each) =>
      executionResultsChecksum(each),
    );
    expect(new Set(checksums).size).toBe(4);
  });

  test.each([
    `bid-addr-01${'ab'.repeat(32)}00`,
    `bid-addr-02${'ab'.repeat(32)}`,
    `bid-addr-01${'AB'.repeat(32)}`,
    `balance-hold-00${'ab'.repeat(32)}`,
    `hash-${'ab'.repeat(33)}`,
    `uref-${'ab'.repeat(32)}`,
    'era-007',
  ])('where a key could be read in two ways: %s', (key) => {
    const { Version2: result } = (vectors[0] ?? lacking()).result as { readonly Version2: object };
    const changed = { Version2: { ...result, effects: [{ key, kind: 'Identity' }] } };
    expect(formOf([changed])).toBe('refused');
  });
});

/** Each object in it, with one more member in turn, which is no variant of a kind. */
function* withOneMore(value: unknown, path = ''): Generator<{ readonly path: string; readonly changed: unknown }> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      for (const change of withOneMore(item, `${path}[${index}]`))
        yield { path: change.path, changed: value.with(index, change.changed) };
  } else if (typeof value === 'object' && value !== null) {
    if (!/\.(?:parsed|cl_type)/.test(path)) yield { path, changed: { ...value, more: 1 } };
    for (const [name, member] of Object.entries(value))
      if (name !== 'parsed')
        for (const change of withOneMore(member, `${path}.${name}`))
          yield { path: change.path, changed: { ...value, [name]: change.changed } };
  }
}

function formOf(results: readonly object[]): string {
  try {
    return executionResultsChecksum(results);
  } catch (error) {
    if (error instanceof UnknownForm) return 'unknown';
    if (error instanceof NotBytes) return 'refused';
    throw error;
  }
}

function checksumOrRefusal(results: readonly object[]): string {
  const form = formOf(results);
  return form === 'unknown' ? 'refused' : form;
}
