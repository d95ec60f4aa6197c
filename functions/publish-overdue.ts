import { shardCount } from '../lib/domain/shard.ts';
import { invoked } from '../lib/runtime/invocation.ts';
import { measureConflicts } from '../lib/usecases/conflicts/measure-conflicts.ts';
import { publishForgotten } from '../lib/usecases/events/publish-events.ts';

/** Of this process: each minute's look is at the shard after the one before, also where a minute begins late. */
let next: number | undefined;

/** Each minute: gives events that the stream has not brought their places, publishes them (rule FEED-9), and measures what waits. */
export const handler = invoked(async (_: object, service) => {
  const shard = next ?? Math.floor(service.clock.now() / 60_000) % shardCount;
  next = (shard + 1) % shardCount;
  const published = await publishForgotten(shard, service);
  await measureConflicts(service);
  return { published };
});
