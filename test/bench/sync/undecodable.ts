import { dictionaryItemKey } from '../../../infra/local/dev-chain/keys.ts';
import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import { refKey } from '../../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import type { Layout } from '../../../lib/entities/layout.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import type { StoredBasis } from '../../../lib/usecases/observing/bases.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { allOf, carrying } from '../../usecases/following/alter.ts';
import { type Alter, createWorld } from '../../usecases/following/world.ts';
import type { Row } from '../row.ts';

const records = 100;
const height = 51;
const villas = recordedExamples['chain-a'].collections.villas.package;

/** Ticks that sync needs for a block that writes 100 tracked tokens whose new values no reader can decode. */
export async function undecodableRecords(): Promise<Row> {
  const written: string[] = [];
  const undecodable: Alter = (method, params, forward) =>
    method === 'query_global_state' && written.includes(params.key) ? unknownType : forward();
  const node = () => allOf([carrying({ height, keys: written }), undecodable]);
  const world = await createWorld({ height: height - 1, nodes: [node(), node()] });
  const service = world.process();
  await runTick(service);
  await lookup({ kind: 'asset', id: `${villas}:0` }, defaultReadOptions, service);

  const { records: table } = world.tables;
  const like = table.get(`asset#${villas}:0`);
  const layout = (table.get(`basis#layout:${villas}`)?.value as StoredBasis | undefined)?.value as Layout | undefined;
  if (like === undefined || layout === undefined) throw new Error('the token was not stored');
  for (let number = 0; number < records; number += 1) {
    const ref = { kind: 'asset', id: `${villas}:copy-${number}` };
    const key = dictionaryItemKey(layout.owners, `copy-${number}`);
    written.push(key);
    table.set(refKey(ref), { ...like, ref, readSet: [key] });
    await service.watches.put(refKey(ref), [key], Date.parse(like.trackedUntil) / 1_000);
  }

  world.setHeight(height);
  const before = service.chain.calls();
  let ticks = 0;
  let reached: number | null = null;
  while (reached !== height && ticks < records) {
    ticks += 1;
    reached = (await runTick(service)).to;
  }
  const untracked = world.counted.get('Untracked') ?? 0;
  if (untracked !== records) throw new Error(`${untracked} of ${records} records were let go`);
  return {
    bench: `a block that writes ${records} undecodable records`,
    counts: 'ticks',
    figure: String(ticks),
    against: '1',
    ratio: ticks,
    detail: `${service.chain.calls() - before} calls to two nodes`,
    goal: '1',
    met: ticks === 1,
  };
}

const unknownType = {
  jsonrpc: '2.0',
  id: 1,
  result: {
    api_version: '2.0.0',
    block_header: null,
    stored_value: { CLValue: { cl_type: 'Nothing known', bytes: '00', parsed: null } },
    merkle_proof: '',
  },
};
