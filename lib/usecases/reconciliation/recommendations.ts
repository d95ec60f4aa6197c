import type { EntityRef } from '../../domain/entity.ts';
import { formatCount, formatNumber, formatPercent, formatScope } from '../../domain/format.ts';
import type { ReconciliationReport } from './report.ts';

type Figures = Omit<ReconciliationReport, 'recommendations'>;

/**
 * What a person is to know and to do, the gravest first. Nothing is said to be true that was not compared: what could not be
 * told, was not come to or was left alone is said as well, and a run that did not finish says nothing of the rest.
 */
export const recommendationsOf = (figures: Figures): string[] => rules.flatMap((rule) => rule(figures) ?? []);

type Rule = (figures: Figures) => string | string[] | undefined;

const rules: readonly Rule[] = [
  partial,
  withoutBlock,
  missed,
  failedChecks,
  inConflict,
  awaitingReview,
  notPutRight,
  untold,
  unreached,
  leftAlone,
  uncovered,
  sound,
  behind,
  dryRun,
];

function partial({ status, progress, reason }: Figures): string | undefined {
  const shards = `${progress.done} of ${formatCount(progress.shards, 'shard')} are done`;
  if (status === 'running') return `The run is at work: ${shards}, and this is what was found so far.`;
  if (status === 'finished') return undefined;
  const why = reason === null ? '' : ` (${reason})`;
  return (
    `The run was ${status}${why}: ${shards}, and of what it did not come to it says nothing. Start another one with ` +
    'POST /v1/reconciliations.'
  );
}

function withoutBlock({ block, status, records }: Figures): string | undefined {
  if (block !== null || (status === 'running' && records === 0)) return undefined;
  return 'No node could tell a block to compare at: nothing was held against the chain. GET /v1/health names the nodes.';
}

function missed({ counts, samples }: Figures): string | undefined {
  if (counts.missed === 0) return undefined;
  const first = samples.find(({ finding }) => finding === 'missed');
  const named = first === undefined ? '' : ` (first ${inWords(first.ref)})`;
  return (
    `A defect of ours: ${formatCount(counts.missed, 'record')}${named} ${counts.missed === 1 ? 'was' : 'were'} held to be true ` +
    'and had changed. Look at the alarm on Missed, at the log line "changes were missed" and at GET /v1/sync.'
  );
}

/** What the chain says is counted by findings. */
function failedChecks({ byCheck, dryRun: isDry }: Figures): string[] {
  return Object.entries(byCheck).flatMap(([name, { failed }]) => {
    if (name === 'chain' || failed === 0) return [];
    const explain = explained[name] ?? ofItsKind;
    return [`${formatCount(failed, 'record')} failed the check "${name}": ${explain(isDry)}`];
  });
}

const explained: Readonly<Record<string, (isDry: boolean) => string>> = {
  digest: () =>
    'somebody else than this service has written the row. Find out who may write to the tables, and run ' +
    '`npm run audit:verify`.',
  trail: () => 'record and audit trail do not belong together. Run `npm run audit:verify`.',
  height: () => 'the block that it names is not what the chain has there.',
  watches: (isDry) =>
    `a change on the chain would not have led to it. ${isDry ? 'A run that is not dry writes its watches' : 'Its watches were written'} again.`,
  references: (isDry) =>
    `what it names is not recorded. ${isDry ? 'A run that is not dry looks it up.' : 'It was looked up.'}`,
  schema: () => 'its value has not the fields of its kind: another version or somebody else wrote it.',
};

const ofItsKind = (): string => 'its value contradicts itself, though the chain may say the same. Look at the samples.';

function inConflict({ counts, dryRun: isDry }: Figures): string | undefined {
  if (counts.conflict === 0) return undefined;
  const next = isDry
    ? 'A run that is not dry has other nodes heard, and settles them or puts them before a person'
    : 'GET /v1/conflicts and the history of each tell what became of them';
  return (
    `${formatCount(counts.conflict, 'record')} never ${counts.conflict === 1 ? 'was' : 'were'} true, or somebody else has ` +
    `written what is there. ${next}.`
  );
}

function awaitingReview({ counts }: Figures): string | undefined {
  if (counts.review === 0) return undefined;
  const verb = counts.review === 1 ? 'awaits' : 'await';
  return `${formatCount(counts.review, 'record')} ${verb} a person: GET /v1/conflicts?status=awaiting-review.`;
}

/** Of samples alone: how many there are altogether is not counted. */
function notPutRight({ samples, dryRun: isDry }: Figures): string | undefined {
  const left = samples.filter(({ outcome, finding }) => outcome === 'unfixed' && finding !== 'unverifiable');
  const [first] = left;
  if (isDry || first === undefined) return undefined;
  return (
    `At least ${formatCount(left.length, 'record')} (first ${inWords(first.ref)}) could not be put right: no node could be asked, ` +
    'or it takes a person. Look at the samples.'
  );
}

function untold({ counts, block }: Figures): string | undefined {
  if (counts.unverifiable === 0 || block === null) return undefined;
  return (
    `${formatCount(counts.unverifiable, 'record')} could not be told to be true, which is no pass: nodes were down or contradict ` +
    'each other, or their history is too short. GET /v1/health names the state and the lowestBlock of each.'
  );
}

const hourlyRunsOfADay = 24;

function unreached({ unreached: left, records, calls, callsAllowed }: Figures): string | undefined {
  if (left === 0) return undefined;
  const spent = `${formatNumber(calls)} of ${formatCount(callsAllowed, 'call')} were sent`;
  const why = `${formatCount(left, 'record')} were not come to, since the calls or the time of one run did not suffice (${spent})`;
  if (records === 0) return `${why}. Raise ASTAKE_RECONCILE_CALLS: as it is no run comes to any.`;
  const runs = Math.ceil((records + left) / records);
  const never = runs > hourlyRunsOfADay ? ', more than a day of hourly ones: coverage cannot come to 100 % so' : '';
  return `${why}. Raise ASTAKE_RECONCILE_CALLS or run it more often: a full pass takes ${formatCount(runs, 'run')} like this${never}.`;
}

function leftAlone({ counts, unreached: left }: Figures): string | undefined {
  const alone = counts.skipped - left;
  if (alone === 0) return undefined;
  return (
    `${formatCount(alone, 'record')} ${alone === 1 ? 'was' : 'were'} not compared: a person is to decide or has decided ` +
    '(GET /v1/conflicts), or this version knows no such kind.'
  );
}

function uncovered({ coverage }: Figures): string | undefined {
  if (coverage === null || coverage.share === null || coverage.share === 1) return undefined;
  const { verified, records, share, oldest } = coverage;
  return (
    `Coverage was ${formatPercent(share)} when the run ended: ${formatNumber(verified)} of ${formatCount(records, 'record')} had been held ` +
    `against the chain within 24 hours${oldest === null ? '' : `, the one that had waited longest on ${oldest}`}.`
  );
}

/** Only of what was compared. */
function sound({ counts, byCheck, records, block, scope, status, unreached: left }: Figures): string | undefined {
  const { match, missed: untrue, behind: late, conflict, unverifiable } = counts;
  const isQuiet = untrue + late + conflict + unverifiable === 0;
  if (!isQuiet || Object.values(byCheck).some(({ failed }) => failed > 0)) return undefined;
  if (records === 0) {
    if (status !== 'finished' || left > 0) return undefined;
    return `Nothing was compared, and nothing is proved: ${formatScope(scope)} came to none.`;
  }
  return (
    `Nothing was found in what was compared (${formatScope(scope)}): of ${formatCount(match, 'record')} the chain says the same, ` +
    `at block ${block?.height}, or at its own where that is later.`
  );
}

function behind({ counts, dryRun: isDry }: Figures): string | undefined {
  if (counts.behind === 0) return undefined;
  const done = isDry ? 'A run that is not dry reads them again' : 'They were read again';
  return `The chain had moved on from ${formatCount(counts.behind, 'record')} that nobody held to be true any more, which is no defect. ${done}.`;
}

function dryRun({ dryRun: isDry, samples }: Figures): string | undefined {
  if (!isDry) return undefined;
  const wouldFix = samples.some(({ outcome }) => outcome === 'would-fix');
  const next = wouldFix ? ' Run it for real to have done what is listed as would-fix.' : '';
  return `A dry run: nothing was changed.${next}`;
}

const inWords = ({ kind, id }: EntityRef): string => `${kind} ${id}`;
