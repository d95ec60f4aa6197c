import type { Command } from 'commander';
import type { Schemas } from '../../client/contract.ts';
import { flatten } from '../flatten.ts';
import { act, type Cli, type Run, take, wholeNumber } from '../run.ts';
import { subcommand } from '../subcommand.ts';
import { detailsOf, type TextColumn } from '../table.ts';

type Listed = Schemas['WebhookList']['items'][number];

interface FilterOptions {
  readonly kinds?: string;
  readonly types?: string;
  readonly collection?: string;
  readonly account?: string;
  readonly description?: string;
}

const columns: readonly TextColumn<Partial<Schemas['Webhook']> & Listed>[] = [
  { title: 'ID', of: ({ id }) => id, isWhole: true },
  { title: 'STATUS', of: ({ status, reason }) => `${status}${reason ? ` (${reason})` : ''}` },
  { title: 'FAILURES', of: ({ delivery }) => delivery?.failures },
  { title: 'DELIVERED', of: ({ delivery }) => delivery?.delivered },
  { title: 'URL', of: ({ url = '(unreadable)' }) => url },
];

export function addWebhookCommands(program: Command, cli: Cli): void {
  const webhooks = subcommand(program, 'webhooks', 'Receivers to which events are sent.', 'webhooks list');
  act(subcommand(webhooks, 'list', 'All webhooks.', 'webhooks list'), cli, async (run) => {
    const { items } = await take(run.client.items.listWebhooks(), Number.POSITIVE_INFINITY);
    await run.table(items, columns, 'No webhook.');
    return 0;
  });
  const create = subcommand(
    webhooks,
    'create <receiver>',
    'Makes a webhook. Its secret is written to standard output alone, once.',
    'webhooks create https://shop.example/hooks --collection villas > hook.secret',
  )
    .option('--kinds <kinds>', 'only of these kinds, separated by commas')
    .option('--types <types>', 'only events of these types, separated by commas')
    .option('--collection <collection>', 'only of this collection')
    .option('--account <account>', 'only about this account or owner')
    .option('--description <text>', 'what it is for');
  act<FilterOptions>(create, cli, async (run) => {
    const { kinds, types, collection, account, description } = run.options;
    const filter = { kinds: kinds?.split(','), types: types?.split(','), collection, account };
    const body = { url: run.operands[0], filter, description } as Schemas['WebhookRequest'];
    await showMade(await run.client.createWebhook({ body }), run);
    return 0;
  });
  const rotate = subcommand(webhooks, 'rotate <id>', 'Replaces the secret.', 'webhooks rotate wh_…').option(
    '--overlap-seconds <n>',
    'for how long the old secret signs too',
    wholeNumber,
  );
  act<{ readonly overlapSeconds?: number }>(rotate, cli, async (run) => {
    const { overlapSeconds } = run.options;
    await showMade(await run.client.rotateWebhookSecret({ id: idOf(run), body: { overlapSeconds } }), run);
    return 0;
  });
  const test = subcommand(
    webhooks,
    'test <id>',
    'Sends a test. Status 1 where it does not arrive.',
    'webhooks test wh_…',
  );
  act(test, cli, async (run) => {
    const sent = await run.client.testWebhook({ id: idOf(run) });
    const { delivered, problem, status, errorCode, milliseconds } = sent;
    const why = [problem, status, errorCode].filter((part) => part !== null).join(', ');
    await run.show(sent, () => (delivered ? `It arrived within ${milliseconds} ms.` : `It did not arrive: ${why}.`));
    return delivered ? 0 : 1;
  });
  const replay = subcommand(
    webhooks,
    'replay <id> <cursor>',
    'Sends again what came after a cursor, or passes over what came before it (now).',
    'webhooks replay wh_… start',
  );
  shown(replay, cli, (run) => run.client.replayWebhook({ id: idOf(run), body: { after: run.operands[1] ?? '' } }));
  shown(subcommand(webhooks, 'show <id>', 'One webhook.', 'webhooks show wh_…'), cli, (run) =>
    run.client.getWebhook({ id: idOf(run) }),
  );
  shown(
    subcommand(webhooks, 'pause <id>', 'Sends it nothing until it is resumed.', 'webhooks pause wh_…'),
    cli,
    (run) => run.client.pauseWebhook({ id: idOf(run) }),
  );
  shown(subcommand(webhooks, 'resume <id>', 'Goes on where it was.', 'webhooks resume wh_…'), cli, (run) =>
    run.client.resumeWebhook({ id: idOf(run) }),
  );
  shown(subcommand(webhooks, 'disable <id>', 'Ends it for good.', 'webhooks disable wh_…'), cli, (run) =>
    run.client.disableWebhook({ id: idOf(run) }),
  );
}

function shown(command: Command, cli: Cli, ask: (run: Run<object>) => Promise<Schemas['Webhook']>): void {
  act(command, cli, async (run) => {
    const webhook = await ask(run);
    await run.show(webhook, () => detailsOf(flatten(webhook), run.io.width));
    return 0;
  });
}

const idOf = ({ operands: [id = ''] }: Pick<Run<object>, 'operands'>): string => id;

async function showMade(made: Schemas['MadeWebhook'], run: Pick<Run<object>, 'io' | 'show'>): Promise<void> {
  run.io.warn(`The secret of the webhook ${made.id}. It is shown this once:`);
  await run.show(made, () => made.secret);
}
