import type { Functions } from '../../infra/local/aws/functions.ts';
import { type DevChain, startDevChain } from '../../infra/local/dev-chain/dev-chain.ts';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import type { RecordingName } from '../../infra/local/dev-chain/recording.ts';
import type { StoreChoice } from '../../infra/local/open-store.ts';
import { type Stack, startStack } from '../../infra/local/stack.ts';
import { formOfReaders } from './form-of-readers.ts';

const key = 'a-key-for-tests-only';
/** The credential of an operator, as request headers. */
export const asOperator = { authorization: `Bearer ${key}` };

export interface LocalOptions {
  readonly recording?: RecordingName;
  readonly height?: number;
  /** How many nodes serve the recording, or nodes that run already. The first node is called first. */
  readonly nodes?: number | readonly DevChain[];
  readonly dataDir?: string;
  /** By default as ASTAKE_STORE says, and else the engine where there is one. */
  readonly store?: StoreChoice;
  /** False: an engine that was killed stays away. */
  readonly restartsEngine?: boolean;
  /** Interval of sync; 0 (the default): sync runs on request only. */
  readonly syncSeconds?: number;
  readonly functions?: Functions;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Local {
  readonly url: string;
  readonly nodes: readonly DevChain[];
  /** The first node. */
  readonly node: DevChain;
  readonly stack: Stack;
  /** Where this request is sent. */
  at(path: string): Promise<string>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Got>;
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Got>;
  setHeight(height: number): void;
  close(): Promise<void>;
}

export interface Got {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
  readonly body: any;
}

/**
 * Runs the whole service like `npm start`, on recorded nodes. Handlers keep one service per process, and jest gives each test
 * file its own environment variables and modules: so there is one local stack per test file.
 */
export async function startLocal({
  recording = 'chain-a',
  height = 60,
  nodes: count = 1,
  dataDir,
  store = process.env.ASTAKE_STORE as StoreChoice,
  restartsEngine = true,
  syncSeconds = 0,
  functions,
  env = {},
}: LocalOptions = {}): Promise<Local> {
  const nodes =
    typeof count === 'number'
      ? await Promise.all(Array.from({ length: count }, () => startDevChain({ recording, height })))
      : count;
  const [node] = nodes;
  if (node === undefined) throw new Error('at least one node is needed');
  delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
  Object.assign(process.env, {
    ASTAKE_ENVIRONMENT: 'local',
    CASPER_RPC_URLS: nodes.map(({ url }) => url).join(','),
    CASPER_CHAIN_NAME: node.chainName,
    ASTAKE_MAX_TIP_AGE_SECONDS: '0',
    ASTAKE_PROVE_PERCENT: node.hasProofs ? '100' : '0',
    ASTAKE_COLLECTIONS: JSON.stringify(recordedExamples[recording].collections),
    POWERTOOLS_LOG_LEVEL: 'CRITICAL',
    // A busy machine must not make a read late. A test about deadlines sets its own.
    ASTAKE_DEADLINE_MS: '20000',
    ASTAKE_ATTEMPT_MS: '10000',
    ASTAKE_CALLS_PER_SECOND: '0',
    // All readings are sampled, so that no test depends on chance.
    ASTAKE_SAMPLE_PERCENT: '100',
    // No answer waits until its explanation is stored. A test about explanations sets its own percentage.
    ASTAKE_EXPLAIN_PERCENT: '0',
    ...env,
  });
  const stack = await startStack({ key, dataDir, store, restartsEngine, syncSeconds, functions });
  const { at, end } = await formOfReaders(stack.url, stack.service);
  return {
    url: stack.url,
    nodes,
    node,
    stack,
    at,
    get: async (path, headers = {}) => send(await at(path), { headers }),
    post: async (path, body, headers = {}) =>
      send(await at(path), {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    setHeight: (next) => {
      for (const each of nodes) each.setHeight(next);
    },
    async close() {
      await end();
      await stack.close();
      await Promise.all(nodes.map((each) => each.close()));
    },
  };
}

export async function send(url: string, init: RequestInit): Promise<Got> {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}
