import { join } from 'node:path';
import { functionsBundle } from '../../../infra/build.ts';
import { createTables } from '../../../infra/local/engine/engine.ts';
import { namePrefix } from '../../../lib/runtime/names.ts';
import { createDynamo } from '../../../lib/store/dynamodb/client.ts';
import type { Local } from '../../support/local.ts';
import { startLambda } from '../lambda-process.ts';
import type { Row } from '../row.ts';
import { median, ratios } from '../statistics.ts';
import { copyEntry, environment, readerEnvironment, seeTip } from '../warm-entries.ts';
import type { Subject } from '../warm-hit.ts';
import { distant } from './distant.ts';
import { startWebServer } from './web-server.ts';

const warming = 15;
const rounds = 60;
const perRound = 128;
const atOnce = 32;
/** A consistent read of DynamoDB. */
const storeMs = 5;

/**
 * A hit in the cache table of the readers as one process over HTTP, next to the same hit of the built `get-entity`, which gets one event
 * after the other. Each process asks for each entity once, so that no answer comes from memory; the two alternate.
 */
export async function webForm({ kind, first, copy }: Subject, local: Local): Promise<Row[]> {
  const { endpoint = '' } = local.stack.engine;
  const dynamo = createDynamo({ endpoint });
  await createTables(dynamo, namePrefix(environment));
  const tables = await distant(endpoint, storeMs);
  const env = { ...readerEnvironment(tables.endpoint, local), ASTAKE_LIMIT_ANONYMOUS: '0' };
  const event = await startLambda(join(functionsBundle.outdir, 'get-entity.mjs'), env);
  const web = await startWebServer(env);
  const taken = { event: [] as number[], web: [] as number[], eventWall: [] as number[], webWall: [] as number[] };
  try {
    await event.round([first]);
    const copies = Array.from({ length: (warming + rounds) * perRound }, (_, number) => copy(number));
    const key = (id: string) => `${kind}#${id}`;
    await copyEntry(
      key(Object.values(first.parameters).join(':')),
      copies.map(({ id }) => key(id)),
      dynamo,
    );
    for (let round = 0; round < warming + rounds; round += 1) {
      await seeTip(dynamo);
      const asking = copies.slice(round * perRound, (round + 1) * perRound).map((one) => one.asking);
      for (const name of round % 2 === 0 ? (['event', 'web'] as const) : (['web', 'event'] as const)) {
        const begun = performance.now();
        const one = name === 'event' ? await event.round(asking) : await web.round(asking, atOnce);
        const wall = 1e3 * (performance.now() - begun);
        if (one.statuses['200 hit'] !== perRound)
          throw new Error(`${name}: not all hits: ${JSON.stringify(one.statuses)}`);
        if (round < warming) continue;
        taken[name].push(one.cpu / perRound);
        taken[`${name}Wall`].push(wall / perRound);
      }
    }
  } finally {
    event.end();
    await web.end();
    tables.close();
    dynamo.destroy();
  }
  const perSecond = (micros: readonly number[]) => `${Math.round(1e6 / median(micros))}/s`;
  const { ratio, detail } = ratios(taken.web, taken.event);
  const wall = ratios(taken.webWall, taken.eventWall);
  return [
    {
      bench: `warm hit, ${kind}: requests a second of a core: the web process over HTTP; get-entity by events`,
      counts: 'CPU',
      figure: `${perSecond(taken.web)} (${Math.round(median(taken.web))} µs)`,
      against: `${perSecond(taken.event)} (${Math.round(median(taken.event))} µs)`,
      ratio,
      detail,
    },
    {
      bench: `the same: requests a second of one environment, tables ${storeMs} ms away: ${atOnce} at once; one at a time`,
      counts: 'wall time',
      figure: perSecond(taken.webWall),
      against: perSecond(taken.eventWall),
      ratio: wall.ratio,
      detail: wall.detail,
    },
  ];
}
