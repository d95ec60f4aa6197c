import type { EntityRef } from '../../domain/entity.ts';
import type { Sample } from '../../domain/reconciliation.ts';
import { isUnmended } from '../../domain/tally.ts';
import { basisKind } from '../process/snapshots.ts';
import { formatCount, formatNumber, formatPercent, formatScope } from './format.ts';
import type { ReportFigures } from './report.ts';
import { completenessCheck } from './results.ts';

/**
 * What a person has to do, the most serious first. The sentences claim nothing about records that were not compared: they name
 * the records that were unverifiable, not reached or skipped, and say so when the run did not finish.
 */
export const recommendationsOf = (figures: ReportFigures): string[] =>
  toDo.flatMap((sentence) => sentence(figures) ?? []);

/** What a person may want to know, where nothing is to be done about it. */
export const notesOf = (figures: ReportFigures): string[] => toKnow.flatMap((sentence) => sentence(figures) ?? []);

type Sentence = (figures: ReportFigures) => string | string[] | undefined;

const toDo: readonly Sentence[] = [
  partial,
  withoutBlock,
  missed,
  (figures) => failedChecks(figures, (check) => !isMended(check)),
  awaitingReview,
  notFixed,
  unverifiable,
  unreached,
  realRun,
];

const toKnow: readonly Sentence[] = [
  inProgress,
  (figures) => failedChecks(figures, isMended),
  inConflict,
  leftToSync,
  askedLess,
  leftAlone,
  uncovered,
  sound,
  behind,
  dryRun,
];

const shardsDone = ({ progress }: ReportFigures): string =>
  `${progress.done} of ${formatCount(progress.shards, 'shard')} are done`;

function inProgress(figures: ReportFigures): string | undefined {
  if (figures.status !== 'running') return undefined;
  return `The run is in progress: ${shardsDone(figures)}. These are the findings so far.`;
}

function partial(figures: ReportFigures): string | undefined {
  const { status, reason } = figures;
  if (status === 'running' || status === 'finished') return undefined;
  const why = reason === null ? '' : ` (${reason})`;
  return (
    `The run was ${status}${why}: ${shardsDone(figures)}. This report says nothing about the other records. Start another run with ` +
    'POST /v1/reconciliations.'
  );
}

function withoutBlock({ block, status, records }: ReportFigures): string | undefined {
  if (block !== null || (status === 'running' && records === 0)) return undefined;
  return 'No node was able to name a block, so no record was compared with the chain. GET /v1/health shows the state of the nodes.';
}

/** Rule CONFLICT-6. */
function missed({ counts, samples }: ReportFigures): string | undefined {
  if (counts.missed === 0) return undefined;
  const first = samples.find(({ finding }) => finding === 'missed');
  const named = first === undefined ? '' : ` (first ${nameOf(first.ref)})`;
  return (
    `This is a defect of the service: ${formatCount(counts.missed, 'record')}${named} ${were(counts.missed)} claimed to be current ` +
    'and had changed on the chain. Look at the alarm on Missed, at the log line "changes were missed" and at GET /v1/sync.'
  );
}

/** The check `chain` is left out: its failures are counted as findings. */
function failedChecks({ byCheck, dryRun: isDry }: ReportFigures, isMeant: (check: string) => boolean): string[] {
  return Object.entries(byCheck).flatMap(([name, { failed }]) => {
    if (name === 'chain' || failed === 0 || !isMeant(name)) return [];
    const explain = explanations[name] ?? ofItsKind;
    return [`${formatCount(failed, 'record')} failed the check "${name}": ${explain(isDry)}`];
  });
}

const explanations: Readonly<Record<string, (isDry: boolean) => string>> = {
  digest: () =>
    'the row was edited outside this service. Find out who can write to the tables, and run `npm run audit:verify`.',
  trail: () => 'the record and its audit trail do not match. Run `npm run audit:verify`.',
  height: () => 'the block that the record names is not on the chain.',
  watches: (isDry) =>
    `sync would not see a change on the chain. ${isDry ? 'A real run writes the watches again.' : 'The watches were written again.'}`,
  references: (isDry) =>
    `an entity that the record refers to has no record. ${isDry ? 'A real run looks it up.' : 'It was looked up.'}`,
  schema: () =>
    'the value does not have the fields of its kind: another version wrote it, or it was edited outside this service.',
};

/** The run itself mends what these checks find. Where it could not, `notFixed` says so. */
const isMended = (check: string): boolean => ['height', 'watches', 'references', 'schema'].includes(check);

const ofItsKind = (): string =>
  'the value contradicts itself, even if the chain has the same value. Look at the samples.';

function inConflict({ counts, dryRun: isDry }: ReportFigures): string | undefined {
  if (counts.conflict === 0) return undefined;
  const next = isDry
    ? 'A real run asks several nodes, and resolves each conflict or leaves it to a person'
    : 'GET /v1/conflicts and the history of each record show the outcome';
  return `${formatCount(counts.conflict, 'record')} ${were(counts.conflict)} never true, or ${were(counts.conflict)} edited outside this service. ${next}.`;
}

function awaitingReview({ counts }: ReportFigures): string | undefined {
  if (counts.review === 0) return undefined;
  const verb = counts.review === 1 ? 'awaits' : 'await';
  return `${formatCount(counts.review, 'record')} ${verb} a decision by a person: GET /v1/conflicts?status=awaiting-review.`;
}

function notFixed({ counts, samples, dryRun: isDry }: ReportFigures): string | undefined {
  if (isDry || counts.unfixed === 0) return undefined;
  const first = samples.find(isUnmended);
  const named = first === undefined ? '' : ` (first ${nameOf(first.ref)})`;
  return (
    `${formatCount(counts.unfixed, 'record')}${named} could not be fixed: no node was available, ` +
    'or a person has to act. Look at the samples.'
  );
}

/** Rule BASIS-2: sync alone moves shared state, so the outcome of such a sample is `asked`, or `would-fix` in a dry run. */
function leftToSync({ samples, dryRun: isDry }: ReportFigures): string[] {
  const left = samples.filter(isForSync);
  const late = left.filter(isOnlyBehind);
  const wrong = left.filter((sample) => !isOnlyBehind(sample));
  const reads = isDry ? 'a real run asks sync to read it in its next batch' : 'sync reads it in its next batch';
  const named = (some: readonly Sample[]): string => `Shared state (${some.map(({ ref }) => ref.id).join(', ')})`;
  return [
    ...(wrong.length === 0
      ? []
      : [`${named(wrong)} was not right; ${reads}. The next run shows whether it is right then.`]),
    ...(late.length === 0 ? [] : [`${named(late)} was behind; ${reads}.`]),
  ];
}

/** Shared state that is read again (`examine-basis.ts`). A broken trail alone is not: a person has to act. */
const isForSync = ({ ref, finding, problems }: Sample): boolean =>
  ref.kind === basisKind &&
  finding !== 'unverifiable' &&
  problems.some(({ outcome }) => outcome === 'asked' || outcome === 'would-fix');

const isOnlyBehind = ({ finding, problems }: Sample): boolean =>
  finding === 'behind' && problems.every(({ check }) => check === 'chain');

function unverifiable(figures: ReportFigures): string | undefined {
  const unknown = figures.counts.unverifiable - askedLessIn(figures);
  if (unknown <= 0 || figures.block === null) return undefined;
  return (
    `${formatCount(unknown, 'record')} could not be verified, which is not a pass: nodes were down, contradict each ` +
    'other, or have no old blocks. GET /v1/health shows the state and the lowestBlock of each node.'
  );
}

/** Rule KIND-4. */
function askedLess(figures: ReportFigures): string | undefined {
  const count = askedLessIn(figures);
  if (count === 0) return undefined;
  const next = figures.dryRun ? 'A real run reads all of it' : 'All of it was read now, where the nodes allowed it';
  return (
    `The earlier reading of ${formatCount(count, 'record')} had asked for less than all. What it did not ask for is no ` +
    `difference, and proves no match. ${next}.`
  );
}

const askedLessIn = ({ byCheck }: ReportFigures): number => byCheck[completenessCheck]?.untold ?? 0;

const hourlyRunsOfADay = 24;

function unreached({ unreached: left, records, calls, callsAllowed }: ReportFigures): string | undefined {
  if (left === 0) return undefined;
  const spent = `${formatNumber(calls)} of ${formatCount(callsAllowed, 'call')} were sent`;
  const why = `${formatCount(left, 'record')} ${were(left)} not reached, because the run used up its calls or its time (${spent})`;
  if (records === 0) return `${why}. Raise ASTAKE_RECONCILE_CALLS: with this limit a run reaches no record.`;
  const runs = Math.ceil((records + left) / records);
  const never =
    runs > hourlyRunsOfADay ? '. This is more than a day of hourly runs, so coverage cannot reach 100 %' : '';
  return `${why}. Raise ASTAKE_RECONCILE_CALLS or run it more often: a full pass takes ${formatCount(runs, 'run')} like this${never}.`;
}

function leftAlone({ counts, unreached: left }: ReportFigures): string | undefined {
  const alone = counts.skipped - left;
  if (alone === 0) return undefined;
  return (
    `${formatCount(alone, 'record')} ${were(alone)} not compared: a person has to decide or has decided (GET /v1/conflicts), or ` +
    'this version does not know the record.'
  );
}

function uncovered({ coverage }: ReportFigures): string | undefined {
  if (coverage === null || coverage.share === null || coverage.share === 1) return undefined;
  const { verified, records, share, oldest } = coverage;
  return (
    `Coverage was ${formatPercent(share)} at the end of the run: ${formatNumber(verified)} of ${formatCount(records, 'record')} ` +
    `had been verified within 24 hours${oldest === null ? '' : `, and the oldest verification was at ${oldest}`}.`
  );
}

/** Speaks of the compared records only. */
function sound({ counts, byCheck, records, block, scope, status, unreached: left }: ReportFigures): string | undefined {
  const { match, missed: untrue, behind: late, conflict, unverifiable: unknown } = counts;
  const isQuiet = untrue + late + conflict + unknown === 0;
  if (!isQuiet || Object.values(byCheck).some(({ failed }) => failed > 0)) return undefined;
  if (records === 0) {
    if (status !== 'finished' || left > 0) return undefined;
    return `Nothing was compared, so nothing is proved: there was no record to compare in the scope (${formatScope(scope)}).`;
  }
  return (
    `No problem was found in the compared records (${formatScope(scope)}): ${formatCount(match, 'record')} ` +
    `${match === 1 ? 'matches' : 'match'} the chain at block ${block?.height}, or at the record's own block where that is later.`
  );
}

/** Without shared state, which only sync reads again. */
function behind({ counts, byKind, dryRun: isDry }: ReportFigures): string | undefined {
  const late = counts.behind - (byKind[basisKind]?.behind ?? 0);
  if (late === 0) return undefined;
  const [it, those] = late === 1 ? ['it', 'It was'] : ['them', 'They were'];
  const next = isDry ? `A real run reads ${it} again` : `${those} read again`;
  return (
    `The chain had moved on from ${formatCount(late, 'record')} that ${were(late)} no longer claimed to be ` +
    `current, which is not a defect. ${next}.`
  );
}

function realRun({ dryRun: isDry, samples }: ReportFigures): string | undefined {
  if (!isDry || !samples.some(({ outcome }) => outcome === 'would-fix')) return undefined;
  return 'Start a real run to carry out what is listed as would-fix.';
}

function dryRun({ dryRun: isDry }: ReportFigures): string | undefined {
  return isDry ? 'This was a dry run: nothing was changed.' : undefined;
}

const were = (count: number): string => (count === 1 ? 'was' : 'were');

const nameOf = ({ kind, id }: EntityRef): string => `${kind} ${id}`;
