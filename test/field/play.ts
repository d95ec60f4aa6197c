import { setTimeout } from 'node:timers/promises';
import { jest } from '@jest/globals';
import type { Local } from '../support/local.ts';
import { amendedChain } from './amended-chain.ts';
import type { Expectation, FieldCase, Rewrite, Step } from './case.ts';
import { member } from './members.ts';
import { startRewritingNode } from './rewriting-node.ts';

const key = 'a-key-for-tests-only';

/**
 * Plays a case over HTTP against the whole service and gives what differs from what it expects. Each case has modules of its
 * own, because handlers keep one service per process. A case's waits are part of its input: what a process remembers for some
 * seconds is then forgotten.
 */
export async function play({ given, request, headers, body, operator = false, expect }: FieldCase): Promise<string[]> {
  jest.resetModules();
  const { startLocal } = (await import('../support/local.ts')) as typeof import('../support/local.ts');
  const chain = amendedChain(given);
  let rules: readonly Rewrite[] = given.answers ?? [];
  const start = (index: number) => startRewritingNode(chain, given.height, index, () => rules);
  const nodes = await Promise.all(Array.from({ length: given.nodes ?? 1 }, (_, index) => start(index)));
  if (given.fault?.nothing) for (const node of nodes) node.fault('nothing-found');
  const env = { ASTAKE_RECONCILE_SECONDS: '0', ...given.env };
  const local = await startLocal({ recording: given.base, nodes, env });
  try {
    const problems: string[] = [];
    for (const step of given.steps ?? []) {
      rules = step.rules ?? rules;
      problems.push(...(await take(step, local)));
    }
    const answer = await send(local.url, request, { headers, body, operator });
    return [...problems, ...differences(answer, expect, request)];
  } finally {
    await local.close();
  }
}

async function take(step: Step, local: Local): Promise<string[]> {
  const { height, sync = false, wait = 0, request, headers, body, operator = false, times = 1, expect = {} } = step;
  if (height !== undefined) local.setHeight(height);
  if (sync) await send(local.url, 'POST /v1/sync', { operator: true });
  if (wait > 0) await setTimeout(wait);
  const problems: string[] = [];
  for (let time = 0; request !== undefined && time < times; time += 1) {
    problems.push(...differences(await send(local.url, request, { headers, body, operator }), expect, request));
  }
  return problems;
}

interface Answered {
  readonly status: number;
  readonly bytes: number;
  readonly body: unknown;
}

interface Sending {
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: unknown;
  readonly operator?: boolean;
}

async function send(url: string, request: string, { headers = {}, body, operator }: Sending): Promise<Answered> {
  const [method = '', path = ''] = request.split(' ');
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(operator ? { authorization: `Bearer ${key}` } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, bytes: Buffer.byteLength(text), body: text === '' ? undefined : JSON.parse(text) };
}

function differences({ status, bytes, body }: Answered, expect: Expectation, request: string): string[] {
  return Object.entries(expect).flatMap(([path, wanted]) => {
    const actual = path === 'status' ? status : path === 'bytes' ? bytes : member(body, path);
    return isAs(actual, wanted)
      ? []
      : [`${request}: ${path} is ${JSON.stringify(actual)}, not ${JSON.stringify(wanted)}`];
  });
}

function isAs(actual: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return actual === wanted;
  const { not, oneOf, max, length } = wanted as Record<string, unknown>;
  if (not !== undefined) return actual !== not;
  if (oneOf !== undefined) return (oneOf as unknown[]).includes(actual);
  if (max !== undefined) return (actual as number) <= (max as number);
  if (length !== undefined) return (actual as unknown[] | undefined)?.length === length;
  throw new Error(`an expectation that is not known: ${JSON.stringify(wanted)}`);
}
