import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chainEntry } from '../../../lib/domain/audit-chain.ts';
import { digestOf } from '../../../lib/domain/digest.ts';
import { type EntityDefinition, refKey } from '../../../lib/domain/entity.ts';
import { escapedBytes } from '../../../lib/domain/escaped-bytes.ts';
import type { AuditEntry } from '../../../lib/domain/record.ts';
import type { AuditHeading } from '../../../lib/runtime/audit-heading.ts';
import { auditRequestOf } from '../../../lib/runtime/audit-request.ts';
import { csvPage, csvRow, rowOf } from '../../../lib/runtime/audit-rows.ts';
import { csvLine } from '../../../lib/runtime/csv.ts';
import { type AuditReport, createAuditReport } from '../../../lib/usecases/audit/audit-report.ts';
import { recordOf } from '../../store/samples.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

const from = '2026-11-01T00:00:00.000Z';
const until = '2026-11-11T00:00:00.000Z';
const calls: string[] = [];
const { audit, records, localData, keys, webhooks, tables } = createMemoryStore({
  onCall: (name) => void calls.push(name),
});
const definitions = new Map(['asset', 'account'].map((kind) => [kind, {} as EntityDefinition]));
const service = { audit, records, localData, keys, webhooks, definitions };
const span = { from, until, render: (entry: AuditEntry) => entry, sizeOf: () => 1, maxBytes: 10_000 };

/** 60 trails of 1 to 4 entries over more than ten days, with three entries at each moment. */
function written(): AuditEntry[] {
  const all: AuditEntry[] = [];
  for (let number = 0; number < 60; number += 1) {
    const kind = ['asset', 'account', 'node'][number % 3] ?? '';
    const ref = { kind, id: `thing-${number}` };
    for (let sequence = 1; sequence <= 1 + (number % 4); sequence += 1) {
      const at = Date.parse(from) + (Math.floor(number / 3) + 4 * (sequence - 1)) * 43_200_000;
      const previous = all.at(-1);
      all.push(
        chainEntry({
          ref,
          sequence,
          cause: kind === 'node' ? 'health' : sequence === 1 ? 'lookup' : 'sync',
          actor: 'service',
          before: sequence === 1 ? null : { total: String(sequence - 1) },
          after: { total: String(sequence) },
          block: kind === 'node' ? null : { height: 100 + sequence, hash: 'ab'.repeat(32), timestamp: from },
          timestamp: new Date(at).toISOString(),
          previousDigest: sequence === 1 ? null : (previous?.digest ?? null),
        }),
      );
    }
  }
  return all;
}

const all = written();
const inSpan = all.filter(({ timestamp }) => timestamp >= from && timestamp < until);
const nameOf = ({ ref, sequence }: AuditEntry) => `${refKey(ref)} ${sequence}`;

beforeAll(() => {
  for (const entry of all) {
    const key = refKey(entry.ref);
    tables.audit.set(key, [...(tables.audit.get(key) ?? []), entry]);
    const { ref, sequence, digest } = entry;
    if (definitions.has(ref.kind))
      tables.records.set(key, recordOf({ digest: digestOf({ owner: 'alice' }), ...ref, sequence, auditHead: digest }));
  }
});

describe('a report', () => {
  test('has exactly the entries of its span, oldest first, and a summary', async () => {
    const { rows, next, summary } = await createAuditReport(span, service);
    expect(rows.map(nameOf).sort()).toEqual(inSpan.map(nameOf).sort());
    expect(rows.length).toBeGreaterThan(50);
    expect(rows.length).toBeLessThan(all.length);
    const times = rows.map(({ timestamp }) => timestamp);
    expect(times).toEqual([...times].sort());
    expect(next).toBeNull();
    const count = (matches: (entry: AuditEntry) => boolean) => inSpan.filter(matches).length;
    expect(summary).toEqual({
      entries: inSpan.length,
      byCause: {
        lookup: count(({ cause }) => cause === 'lookup'),
        sync: count(({ cause }) => cause === 'sync'),
        health: count(({ cause }) => cause === 'health'),
      },
      byKind: {
        asset: count(({ ref }) => ref.kind === 'asset'),
        account: count(({ ref }) => ref.kind === 'account'),
        node: count(({ ref }) => ref.kind === 'node'),
      },
      byActor: { service: inSpan.length },
      trails: new Set(inSpan.map(({ ref }) => refKey(ref))).size,
      chainsWhole: true,
      brokenTrails: 0,
      firstBroken: null,
    });
  });

  test.each([1, 3, 10, 40])(
    'in pages of about %d rows has each entry once; each page ends between two moments',
    async (maxBytes) => {
      const found: AuditEntry[] = [];
      let at: string | null = from;
      let parts = 0;
      while (at !== null) {
        const part: { rows: readonly AuditEntry[]; next: string | null } = await createAuditReport(
          { ...span, from: at, maxBytes },
          service,
        );
        expect(part.rows.length).toBeGreaterThan(0);
        expect(part.rows.length).toBeLessThanOrEqual(Math.max(maxBytes, 12));
        found.push(...part.rows);
        at = part.next;
        parts += 1;
      }
      expect(parts).toBeGreaterThan(1);
      expect(found.map(nameOf).sort()).toEqual(inSpan.map(nameOf).sort());
    },
  );

  describe('names the first broken link', () => {
    const longIn = (isRecorded: boolean) =>
      all.find(
        ({ ref, sequence, timestamp }) =>
          sequence === 3 && timestamp < until && definitions.has(ref.kind) === isRecorded,
      )?.ref;
    const key = longIn(true);
    const changed = async (change: (trail: AuditEntry[]) => AuditEntry[], of = key) => {
      const name = refKey(of ?? { kind: '', id: '' });
      const trail = tables.audit.get(name) ?? [];
      tables.audit.set(name, change(trail));
      try {
        return (await createAuditReport(span, service)).summary;
      } finally {
        tables.audit.set(name, trail);
      }
    };

    test('if an entry was changed', async () => {
      const summary = await changed((trail) =>
        trail.map((entry) => (entry.sequence === 1 ? { ...entry, actor: 'mallory' } : entry)),
      );
      expect(summary).toMatchObject({ chainsWhole: false, firstBroken: { ref: key, sequence: 1 } });
    });

    test('if an entry cannot be read', async () => {
      const summary = await changed((trail) =>
        trail.map((entry) => (entry.sequence === 2 ? { ...entry, after: null, unreadable: true } : entry)),
      );
      expect(summary).toMatchObject({
        entries: inSpan.length,
        chainsWhole: false,
        firstBroken: { ref: key, sequence: 2, problem: expect.stringMatching(/cannot be read/) },
      });
    });

    test('if an entry in the middle is missing', async () => {
      const summary = await changed((trail) => trail.filter(({ sequence }) => sequence !== 2));
      expect(summary).toMatchObject({
        chainsWhole: false,
        firstBroken: { ref: key, sequence: 2, problem: expect.stringMatching(/missing/) },
      });
    });

    const { length } = all.filter(({ ref }) => key !== undefined && refKey(ref) === refKey(key));

    test('if the newest entry is missing, which the record counts', async () => {
      const summary = await changed((trail) => trail.slice(0, -1));
      expect(summary).toMatchObject({
        chainsWhole: false,
        brokenTrails: 1,
        firstBroken: {
          ref: key,
          sequence: length,
          problem: expect.stringMatching(/missing, though the record counts it/),
        },
      });
    });

    test('if the first entry is missing', async () => {
      expect(await changed((trail) => trail.slice(1))).toMatchObject({
        chainsWhole: false,
        firstBroken: { ref: key, sequence: 1, problem: 'the entry is missing' },
      });
    });

    test('if an entry before the span, or after it, was removed or replaced', async () => {
      const long = all.find(({ sequence, timestamp }) => sequence === 4 && timestamp >= until)?.ref ?? {
        kind: '',
        id: '',
      };
      const trail = tables.audit.get(refKey(long)) ?? [];
      const inside = trail.filter(({ timestamp }) => timestamp >= from && timestamp < until);
      expect(inside.length).toBeGreaterThan(0);
      expect(inside.length).toBeLessThan(4);
      const next = (inside.at(-1)?.sequence ?? 0) + 1;
      const reportOn = async (changedTrail: AuditEntry[]) => {
        tables.audit.set(refKey(long), changedTrail);
        const { summary } = await createAuditReport(span, service);
        tables.audit.set(refKey(long), trail);
        return summary.firstBroken;
      };
      expect(await reportOn(trail.filter(({ sequence }) => sequence !== next))).toMatchObject({
        ref: long,
        sequence: next,
      });
      const forged = trail.map(({ digest, ...entry }) =>
        entry.sequence === next ? chainEntry({ ...entry, previousDigest: 'ff'.repeat(32) }) : { ...entry, digest },
      );
      expect(await reportOn(forged)).toMatchObject({
        ref: long,
        sequence: next,
        problem: expect.stringMatching(/does not follow/),
      });
    });

    test('if the record is missing, or names another newest entry', async () => {
      const name = refKey(key ?? { kind: '', id: '' });
      const record = tables.records.get(name);
      if (record === undefined) throw new Error('no record');
      tables.records.delete(name);
      const missing = (await createAuditReport(span, service)).summary;
      tables.records.set(name, { ...record, auditHead: 'ff'.repeat(32) });
      const other = (await createAuditReport(span, service)).summary;
      // Rule ITEM-3: the row was changed in the table, and its digest left.
      tables.records.set(name, { ...record, value: { owner: 'mallory' } });
      const edited = (await createAuditReport(span, service)).summary;
      tables.records.set(name, record);
      expect(edited.firstBroken).toEqual(other.firstBroken);
      expect(missing.firstBroken).toEqual({ ref: key, sequence: length, problem: 'its record is missing' });
      expect(other.firstBroken).toMatchObject({
        ref: key,
        problem: expect.stringMatching(/newest entry that its record names/),
      });
    });

    test('in the row of the entry, or of the entry next to one that is missing', async () => {
      const name = refKey(key ?? { kind: '', id: '' });
      const trail = tables.audit.get(name) ?? [];
      tables.audit.set(
        name,
        trail.filter(({ sequence }) => sequence !== 2),
      );
      const { rows } = await createAuditReport({ ...span, render: csvRow, sizeOf: () => 1 }, service);
      tables.audit.set(name, trail);
      const marked = rows.filter(({ problem }) => problem !== null);
      expect(marked).toMatchObject([{ trail: name, problem: 'entry 2: the entry is missing' }]);
      expect(marked[0]?.cells).toContain(`${key?.id},1,`);
    });

    test('but not if a trail grows between the readings of its record and of its entries', async () => {
      const name = refKey(key ?? { kind: '', id: '' });
      const [trail, record] = [tables.audit.get(name) ?? [], tables.records.get(name)];
      const { sequence, digest } = trail.at(-1) ?? { sequence: 0, digest: '' };
      if (record === undefined) throw new Error('no record');
      const next = chainEntry({
        ...(({ digest: _, ...entry }) => entry)(trail.at(-1) as AuditEntry),
        sequence: sequence + 1,
        previousDigest: digest,
        timestamp: until,
      });
      const growing = {
        ...audit,
        entries: (asked: Parameters<typeof audit.entries>[0]) => {
          tables.audit.set(name, [...trail, next]);
          tables.records.set(name, { ...record, sequence: next.sequence, auditHead: next.digest });
          return audit.entries(asked);
        },
      };
      const { summary } = await createAuditReport(span, { ...service, audit: growing });
      tables.audit.set(name, trail);
      tables.records.set(name, record);
      expect(summary).toMatchObject({ chainsWhole: true, firstBroken: null });
    });

    test('but not if the entry in the middle has a wrong time, from a wrong clock', async () => {
      const early = await changed((trail) => {
        const done: AuditEntry[] = [];
        for (const { digest: _, ...entry } of trail) {
          const timestamp = entry.sequence === 2 ? '2026-10-31T23:59:59.990Z' : entry.timestamp;
          done.push(chainEntry({ ...entry, timestamp, previousDigest: done.at(-1)?.digest ?? null }));
        }
        return done;
      }, longIn(false));
      expect(early).toMatchObject({ chainsWhole: true, firstBroken: null });
    });
  });

  test('reads records and entries in batches, however many trails it has', async () => {
    calls.length = 0;
    const { summary } = await createAuditReport(span, service);
    expect(summary.trails).toBeGreaterThan(50);
    expect(calls.filter((name) => name !== 'audit.between').length).toBeLessThanOrEqual(
      2 * Math.ceil(summary.trails / 25) + Math.ceil(summary.trails / 100),
    );
    expect(calls).not.toContain('records.get');
    expect(calls).not.toContain('audit.history');
  });
});

describe('as a table', () => {
  const hostile = chainEntry({
    ref: { kind: 'asset', id: 'aa:=HYPERLINK("http://a.example")' },
    sequence: 1,
    cause: 'review',
    actor: '=cmd|"/c calc"!A1',
    before: { note: 'a "quoted", word\r\nand a line' },
    after: null,
    block: null,
    timestamp: from,
    previousDigest: null,
  });

  const heading: AuditHeading = {
    service: { name: 'astake-lookup', network: 'casper', environment: 'local', version: '1.0.0', logicVersion: 2 },
    askedBy: 'key:one',
    askedAt: from,
    from,
    until: span.until,
  };
  const extent = {
    ...hostile.ref,
    entries: 1,
    first: { sequence: 1, digest: 'aa' },
    last: { sequence: 1, digest: 'aa' },
    head: null,
  };
  const tableOf = (rows: readonly ReturnType<typeof csvRow>[]) =>
    csvPage({
      heading,
      report: { rows, trails: [extent] } as unknown as AuditReport<ReturnType<typeof csvRow>>,
      span: { from, until: span.until, entries: rows.length },
      coverage: { run: '01RUN', records: 4, verified: 3, share: 0.75, oldest: null, oldestSeconds: null, at: from },
    }).split('\r\n');
  const context = `casper,local,1.0.0,key:one,${from},${from},${span.until},0.75,${from},01RUN`;

  test('has one line for each entry, with all columns, as RFC 4180 requires', () => {
    const [header, line] = tableOf([csvRow(hostile, null)]);
    expect(header).toBe(
      'timestamp,kind,id,sequence,cause,actor,fields,before,after,blockHeight,blockHash,blockTime,held,proof,digest,previousDigest,network,environment,version,askedBy,askedAt,from,until,coverage,coverageAt,coverageRun,page,trail,problem',
    );
    const quoted = (value: object) => `"${JSON.stringify(value).replaceAll('"', '""')}"`;
    expect(line).toBe(
      [
        from,
        'asset',
        '"aa:=HYPERLINK(""http://a.example"")"',
        '1',
        'review',
        `"'=cmd|""/c calc""!A1"`,
        'note',
        '"{""note"":""a \\""quoted\\"", word\\r\\nand a line""}"',
        '',
        '',
        '',
        '',
        '',
        '',
        hostile.digest,
        '',
        context,
        quoted({ from, until: span.until, entries: 1 }),
        quoted(extent),
        '',
      ].join(','),
    );
  });

  test('has the lines of broken trails first, and without entries one line of the report alone', () => {
    const other = { ...hostile, ref: { kind: 'account', id: 'a' } };
    const lines = tableOf([csvRow(other, null), csvRow(hostile, null), csvRow(hostile, 'the entry was changed')]);
    expect(lines.slice(1, 4).map((line) => [line.split(',')[1], /changed$/.test(line)])).toEqual([
      ['asset', false],
      ['asset', true],
      ['account', false],
    ]);
    expect(tableOf([])[1]).toMatch(new RegExp(`^,{16}${context},"\\{.*\\}",,$`));
  });

  test('an apostrophe that is there is distinct from one that was added', () => {
    expect(csvLine(["'=1", '=1', "it's"])).toBe("''=1,'=1,it's\r\n");
    expect(csvLine(["a;=1;'b", 'a; @c', 'a\n-1', 'a-1'])).toBe(`a;'=1;''b,a;' @c,"a\n'-1",a-1\r\n`);
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('no cell is a formula: %j', (cell) => {
    expect(csvLine(['a', cell])).toMatch(/^a,"?'/);
  });

  test('only cells that need quotes are quoted', () => {
    expect(csvLine(['a b', 'a,b', 'a"b', 'a\nb', 7, null, ''])).toBe('a b,"a,b","a""b","a\nb",7,,\r\n');
  });

  test('the size of a row includes the escapes of the string in which it is sent', () => {
    const sent = JSON.stringify({ body: JSON.stringify([rowOf(hostile, null)]) });
    expect(Math.abs(Buffer.byteLength(sent) - escapedBytes(rowOf(hostile, null)))).toBeLessThan(20);
  });
});

describe('the query', () => {
  const asked = (query: Record<string, string>) => auditRequestOf(query);

  test.each([
    [{ from: '2026-11-01', until: '2026-12-02' }, '2026-11-01T00:00:00.000Z', '2026-12-02T00:00:00.000Z'],
    [
      { from: '2026-11-01T10:00Z', until: '2026-11-01T10:00:00.5Z' },
      '2026-11-01T10:00:00.000Z',
      '2026-11-01T10:00:00.500Z',
    ],
  ])('%j is accepted', (query, first, last) => {
    expect(asked(query)).toMatchObject({ span: { from: first, until: last }, from: first, format: 'json' });
  });

  test.each<[Record<string, string>, string[]]>([
    [{}, ['from', 'until']],
    [{ from: '2026-11-01', until: '2026-12-02T00:00:00.001Z' }, ['until']],
    [{ from: '2026-11-01', until: '2026-11-01' }, ['until']],
    [{ from: '2026-11-02', until: '2026-11-01' }, ['until']],
    [{ from: '2026-02-30', until: '2026-03-01' }, ['from']],
    [{ from: 'yesterday', until: '2026-11-01T10:00:00+01:00' }, ['from', 'until']],
    [{ from: '2026-11-01', until: '2026-11-02', format: 'xml' }, ['format']],
    [{ from: '2026-11-01', until: '2026-11-02', cursor: 'x' }, ['cursor']],
  ])('%j is refused', (query, paths) => {
    expect(() => asked(query)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
    try {
      asked(query);
    } catch (error) {
      expect((error as { errors: { path: string }[] }).errors.map(({ path }) => path)).toEqual(paths);
    }
  });
});

afterAll(() => tables.audit.clear());
