/**
 * `npm run bench` prints counts, and ratios of one run on one machine; `npm run bench -- hits sync` those of the groups named
 * (`groups` below), each in less than ten minutes. `--json` prints JSON. `--profile=<folder>` writes a CPU
 * profile of the warm hits there. The exit status is 1 when a count, or a time of the simulated clock, misses its goal. Times
 * of the machine do not change the exit status.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Metafile } from 'esbuild';
import { bundle, functionsBundle } from '../../infra/build.ts';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { recordedAccounts } from '../contract/recorded.ts';
import { startLocal } from '../support/local.ts';
import { longerLimits } from './advice/freshness.ts';
import { advisedRuns } from './advice/reconcile-calls.ts';
import { anonymousCaller } from './anonymous.ts';
import { chainCalls, warmCalls } from './chain-calls.ts';
import { coldStart } from './cold-start.ts';
import { enumeration } from './collecting/enumerate.ts';
import { readersMeanwhile } from './collecting/readers.ts';
import { countCost } from './cost/cost.ts';
import { feedSpeed } from './feed.ts';
import { heapGrowth } from './growth/growth.ts';
import { herd } from './herd.ts';
import { limitWrites } from './limit-writes.ts';
import { limitedHit } from './limited-hit.ts';
import { pastReads } from './past.ts';
import { pool } from './pool.ts';
import { largeProof } from './proofs/large-proof.ts';
import { proofs } from './proofs/proofs.ts';
import { flatness } from './reconciliation/flat.ts';
import { reconciliationSpeed } from './reconciliation/speed.ts';
import { renewals } from './renewals.ts';
import { type Row, tableOf } from './row.ts';
import { activityWrites } from './sync/activity-writes.ts';
import { contractsWritten } from './sync/contract-written.ts';
import { eraEnded } from './sync/era-ended.ts';
import { lateSync } from './sync/late.ts';
import { scale } from './sync/scale.ts';
import { served } from './sync/served.ts';
import { speed } from './sync/speed.ts';
import { steadyReads } from './sync/steady.ts';
import { undecodableRecords } from './sync/undecodable.ts';
import { type Subject, warmHit } from './warm-hit.ts';
import { webForm } from './web/web.ts';

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false }, profile: { type: 'string' } },
  allowPositionals: true,
});

const villas = recordedExamples['chain-d'].collections.villas.package;
const token = (tokenId: string) => ({
  route: '/v1/assets/{collection}/{tokenId}',
  parameters: { collection: villas, tokenId },
});
const holder = (id: string) => ({ route: '/v1/accounts/{id}', parameters: { id } });

const subjects: readonly Subject[] = [
  {
    kind: 'asset',
    first: token('0'),
    copy: (number) => ({ asking: token(`copy-${number}`), id: `${villas}:copy-${number}` }),
  },
  {
    kind: 'account',
    first: holder(recordedAccounts('chain-d')[0]?.accountHash ?? ''),
    copy(number) {
      const id = `account-hash-${number.toString(16).padStart(64, '0')}`;
      return { asking: holder(id), id };
    },
  },
];

// The folder is inside the project, so that the bare handler finds the same packages.
const folder = mkdtempSync(join(functionsBundle.outdir, '../bench-'));
const local = await startLocal({ recording: 'chain-d', height: 130 });
/** What is measured, by the name that asks for it. */
const groups: Readonly<Record<string, readonly (() => Promise<Row | readonly Row[]>)[]>> = {
  hits: [
    ...subjects.map((subject) => async () => warmHit(subject, local, (await bare()).file, values.profile)),
    () => limitedHit(subjects[0] as Subject, local),
  ],
  web: [() => webForm(subjects[0] as Subject, local)],
  start: [
    async () => {
      const { file, meta } = await bare();
      return coldStart(built(), file, meta);
    },
  ],
  reads: [
    () => chainCalls(local),
    () => warmCalls(local),
    renewals,
    pastReads,
    () => herd(local),
    () => pool(local),
    anonymousCaller,
  ],
  proofs: [() => proofs(values.profile), largeProof],
  cost: [() => countCost(subjects[0] as Subject, local)],
  writes: [limitWrites, feedSpeed],
  sync: [scale, contractsWritten, eraEnded, steadyReads, undecodableRecords, activityWrites, served, lateSync, speed],
  collections: [enumeration, readersMeanwhile],
  advice: [advisedRuns, longerLimits],
  reconciliation: [heapGrowth, flatness, reconciliationSpeed],
};

const built = () => JSON.parse(readFileSync(functionsBundle.meta, 'utf8')) as Metafile;
let bareBundle: Promise<{ readonly file: string; readonly meta: Metafile }> | undefined;
/** The handler that hits are held against, bundled once: `bare/`. */
const bare = () => (bareBundle ??= bundleBare());

async function bundleBare() {
  const meta = await bundle({
    sources: join(import.meta.dirname, 'bare'),
    names: ['bare'],
    outdir: join(folder, 'out'),
    meta: join(folder, 'meta.json'),
  });
  return { file: join(folder, 'out/bare.mjs'), meta };
}

try {
  const rows = await all();
  console.log(values.json ? JSON.stringify(rows, null, 2) : tableOf(rows));
  if (rows.some(({ counts, met }) => met === false && counts !== 'CPU' && counts !== 'wall time')) process.exitCode = 1;
} finally {
  await local.close();
  rmSync(folder, { recursive: true, force: true });
}

async function all(): Promise<Row[]> {
  const named = positionals.length === 0 ? Object.keys(groups) : positionals;
  const rows: Row[] = [];
  for (const name of named) {
    const group = groups[name];
    if (group === undefined) throw new RangeError(`no group ${name}: there are ${Object.keys(groups).join(', ')}`);
    for (const measure of group) rows.push(...[await measure()].flat());
  }
  return rows;
}
