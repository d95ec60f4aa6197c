import type { Command } from 'commander';
import type { Schemas } from '../../client/contract.ts';
import { NoAnswerError, RefusedError, UnusableAnswerError } from '../../client/errors.ts';
import { healthProblems } from '../../client/health-problems.ts';
import { CliUsageError, type ExitCode } from '../failure.ts';
import type { Colour } from '../io.ts';
import { act, type Cli, type Run } from '../run.ts';
import { subcommand } from '../subcommand.ts';
import { clean, countOf, detailsOf, type TextColumn, tableOf, wrap } from '../table.ts';
import { percent } from './reconcile.ts';
import { commandFor } from './remedies.ts';

type Health = Schemas['Health'];
type Reason = Schemas['HealthReason'];

/** The program needs a moment to start, and all of it shall take ten seconds at most. */
const limitMs = 8_000;
const exitCodes: Readonly<Record<Health['status'], ExitCode>> = { healthy: 0, degraded: 1, down: 2 };
const colours: Readonly<Record<string, Colour>> = {
  healthy: 'green',
  degraded: 'yellow',
  unknown: 'yellow',
  down: 'red',
};

const nodeColumns: readonly TextColumn<Schemas['Upstream']>[] = [
  { title: 'NODE', of: ({ name }) => name },
  { title: 'STATE', of: ({ state }) => state, isWhole: true },
  { title: 'BLOCK', of: ({ height }) => height, isWhole: true },
  { title: 'P95 MS', of: ({ latencyMs }) => latencyMs && Math.round(latencyMs.p95) },
  { title: 'ERRORS', of: ({ errorShare }) => percent(errorShare) },
  { title: 'BREAKER', of: ({ breaker }) => breaker },
];

export function addStatusCommand(program: Command, cli: Cli): void {
  const status = subcommand(
    program,
    'status',
    'One screen: what is wrong first, with its cause and what to do, then figures. Status 0 healthy, 1 degraded, 2 down, or not to be asked (no answer, or the credential is refused). Answers within 10 seconds, or --timeout.',
    'status',
    'status --json | jq .health.status',
  );
  act(
    status,
    cli,
    async (run) => {
      // Whatever ends this before health is known: nothing is known of the service.
      cli.exitCode = 2;
      const timeoutMs = run.options.timeout === undefined ? limitMs : run.options.timeout * 1_000;
      const [health, stats] = await Promise.all([
        run.client.getHealth({}, { timeoutMs }).catch((error: unknown) => unanswered(error, run)),
        // Figures are of use, and no condition.
        run.client.getStats({}, { timeoutMs }).catch(withoutFigures),
      ]);
      await run.show({ health, stats }, () => screenOf(health, stats, run));
      return exitCodes[health.status];
    },
    0,
  );
}

/** Every deployment has this route. */
function unanswered(error: unknown, { url }: Run<object>): never {
  if (error instanceof RefusedError && error.status === 404)
    throw new CliUsageError(`${url} has no /v1/health: is the URL that of the service? (--url, --profile)`);
  throw error;
}

function withoutFigures(error: unknown): null {
  if (error instanceof RefusedError || error instanceof NoAnswerError || error instanceof UnusableAnswerError)
    return null;
  throw error;
}

function screenOf(health: Health, stats: Schemas['Stats'] | null, run: Run<object>): string {
  const { io, url } = run;
  const { chain, sync } = health.components;
  const head = `${io.paint(colours[health.status] ?? 'bold', clean(health.status.toUpperCase()))}  ${clean(`${chain.network}, block ${sync.cursor?.height ?? '-'}`)}  ${url}`;
  const problems = healthProblems(health);
  const parts = [
    head,
    problems.length === 0
      ? 'Nothing is wrong.'
      : problems.map(({ component, reason }) => reasonText(component, reason, run)).join('\n\n'),
    detailsOf(figuresOf(health, stats), io.width),
    tableOf(health.components.nodes.upstreams, nodeColumns, io.width),
  ];
  return parts.join('\n\n');
}

function reasonText(part: string, reason: Reason, { io }: Run<object>): string {
  const { status, code, detail, since, action, ref } = reason;
  const of = ref === null || detail.includes(ref.id) ? '' : ` (${ref.kind} ${ref.id})`;
  const command = commandFor(reason);
  return [
    `${io.paint(colours[status] ?? 'bold', clean(status.toUpperCase()))}  ${clean(`${part}: ${code}${since === null ? '' : `, since ${since}`}`)}`,
    wrap(`${detail}${of}`, io.width, 2),
    wrap(`Do: ${action}`, io.width, 2),
    ...(command === undefined ? [] : [`  ${io.paint('bold', command)}`]),
  ].join('\n');
}

function figuresOf({ components, limited }: Health, stats: Schemas['Stats'] | null): (readonly [string, unknown])[] {
  const { sync } = components;
  const lag =
    sync.lagSeconds === null ? 'not known' : `${sync.lagSeconds} s, ${countOf(sync.lagBlocks, 'block')} behind`;
  const { instance, store } = stats ?? {};
  return [
    ['sync', `block ${sync.cursor?.height ?? '-'} of ${sync.head?.height ?? '-'}, ${lag}`],
    [
      'coverage',
      store?.coverage && `${percent(store.coverage.share)} of ${store.coverage.records} records compared within a day`,
    ],
    ['conflicts', store && `${store.conflicts.awaitingReview} await a person, ${store.conflicts.open} open`],
    ['cache', instance && `${percent(instance.hitRate)} of answers, in this process`],
    [
      'webhooks',
      store?.webhooks &&
        `${store.webhooks.active} active, ${store.webhooks.paused} paused, ${store.webhooks.failing} failing`,
    ],
    ['collections', store?.collections && `${store.collections.whole} whole, ${store.collections.notWhole} not`],
    ['limited now', limited?.map(({ caller, policy }) => `${caller} (${policy})`).join(', ')],
  ];
}
