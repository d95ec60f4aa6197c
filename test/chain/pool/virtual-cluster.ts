import type { Handler } from '../../../infra/local/aws/functions.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import type { Question } from '../../recorded-truth/questions.ts';
import { accountPath, accounts } from './cluster.ts';
import type { Condition } from './scripts/condition.ts';
import { type Outcome, send } from './scripts/request.ts';
import { createWorld, type World, type WorldOptions } from './scripts/world.ts';

export interface VirtualCluster extends World {
  /** What is wrong with a node, or with all of them, from now on; undefined: nothing. */
  strike(condition: Condition | undefined, node?: number): void;
  /** Asks an instance. */
  ask(instance: number, asked: Asked, cacheControl?: string): Promise<TimedOutcome>;
  /** Reads an account, by its number, at an instance. */
  read(instance: number, account: number, cacheControl?: string): Promise<TimedOutcome>;
  /** JSON-RPC requests at all nodes. */
  calls(method?: string): number;
}

export type Asked = Pick<Question, 'kind' | 'id' | 'path'>;

export interface TimedOutcome extends Outcome {
  /** Virtual milliseconds. */
  readonly tookMs: number;
}

const healthy: Condition = { latency: { least: 30, most: 50 } };

/** Instances, nodes and a store in this process, for virtual time. */
export function virtualCluster(
  functions: ReadonlyMap<string, Handler>,
  options: Partial<Omit<WorldOptions, 'functions' | 'conditionOf'>> = {},
): VirtualCluster {
  const struck = new Map<number, Condition>();
  const conditionOf = (node: number): Condition => ({ ...healthy, ...struck.get(node) });
  const world = createWorld({ seed: 1, height: 60, ...options, functions, conditionOf });
  let requests = 0;

  async function ask(instance: number, asked: Asked, cacheControl?: string): Promise<TimedOutcome> {
    const questions = [{ ...asked, truth: () => null }];
    const request = { atMs: 0, instance, questions, inBatch: false, cacheControl };
    const began = Date.now();
    requests += 1;
    const [outcome] = await send(request, world.instances[instance] as Running, functions, `request ${requests}`);
    return { ...(outcome as Outcome), tookMs: Date.now() - began };
  }

  return {
    ...world,
    ask,
    strike(condition, node) {
      for (const index of node === undefined ? world.nodes.keys() : [node]) {
        if (condition === undefined) struck.delete(index);
        else struck.set(index, condition);
      }
    },
    read(instance, account, cacheControl) {
      const id = accounts[account % accounts.length] ?? '';
      return ask(instance, { kind: 'account', id, path: accountPath(account) }, cacheControl);
    },
    calls: (method) => world.nodes.reduce((sum, node) => sum + node.calls(method), 0),
  };
}
