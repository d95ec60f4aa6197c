import { describe, expect, test } from '@jest/globals';
import { InvalidConfig, readConfig } from '../../lib/runtime/config.ts';

const url = 'https://node.example/rpc';
const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:casper/node-AbCdEf';

const given = (upstreams: unknown, env: Record<string, string> = {}) => ({
  CASPER_UPSTREAMS: typeof upstreams === 'string' ? upstreams : JSON.stringify(upstreams),
  ...env,
});

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof InvalidConfig) return error.problems;
    throw error;
  }
  return [];
}

describe('CASPER_UPSTREAMS', () => {
  test('gives each node its name and its other settings', () => {
    const document = [
      { name: 'own', url, operator: 'us', callsPerSecond: 2.5, header: { name: 'X-Key', env: 'NODE_KEY' } },
      { name: 'named', url, header: { name: 'Authorization', secretsManager: 'casper/node' } },
      { name: 'by-arn', url, header: { name: 'Authorization', secretsManager: arn } },
      { name: 'plain', url, header: null },
    ];
    const nothing = { operator: null, callsPerSecond: null, header: null };
    expect(readConfig(given(document, { NODE_KEY: 'a key' })).upstreams).toEqual(
      document.map((node) => ({ ...nothing, ...node })),
    );
  });

  test.each([
    ['no JSON', '[{s3cret', ['CASPER_UPSTREAMS must be JSON']],
    ['no list', {}, ['CASPER_UPSTREAMS: must be an array']],
    ['an empty list', [], ['CASPER_UPSTREAMS: must name at least one node']],
    ['a node that is not an object', [7], ['CASPER_UPSTREAMS.0: must be an object']],
    ['a node without members', [{}], ['CASPER_UPSTREAMS.0.name: is required', 'CASPER_UPSTREAMS.0.url: is required']],
    [
      'a name that two nodes have',
      [
        { name: 'a', url },
        { name: 'a', url },
      ],
      ['CASPER_UPSTREAMS: must not use a name twice'],
    ],
  ])('is refused as %s', (_what, document, problems) => {
    expect(problemsOf(given(document))).toEqual(problems);
  });

  test.each([
    ['name', 'a name', 'must be 1 to 63 letters, digits or ._:-'],
    ['name', 'x'.repeat(64), 'must be 1 to 63 letters, digits or ._:-'],
    ['url', 'ftp://s3cret@node.example', 'must be an http or https URL'],
    ['operator', '', 'must have at least 1 character'],
    ['operator', 'x'.repeat(64), 'must have at most 63 characters'],
    ['callsPerSecond', 0, 'must be more than 0'],
    ['callsPerSecond', '5', 'must be a number'],
    ['header', 's3cret', 'must be an object'],
  ])('is refused where its %s is %j', (member, value, problem) => {
    expect(problemsOf(given([{ name: 'a', url, [member]: value }]))).toEqual([
      `CASPER_UPSTREAMS.0.${member}: ${problem}`,
    ]);
  });

  const oneSource = 'header: must have either env or secretsManager';
  const variable =
    'header.env: must be the name of an environment variable that starts with neither AWS_, LAMBDA_ nor ASTAKE_';
  const secret = 'header.secretsManager: must be the name or the full ARN of a secret';
  test.each([
    [{ name: 'X-Key' }, oneSource],
    [{ name: 'X-Key', env: 'NODE_KEY', secretsManager: 's3cret' }, oneSource],
    [{ env: 'NODE_KEY' }, 'header.name: is required'],
    [{ name: 'X Key', env: 'NODE_KEY' }, 'header.name: must be the name of a header'],
    [{ name: 'X-Key\r\nX-Other', env: 'NODE_KEY' }, 'header.name: must be the name of a header'],
    [{ name: 'Content-Length', env: 'NODE_KEY' }, 'header.name: is a header that the client sets itself'],
    [{ name: 'host', env: 'NODE_KEY' }, 'header.name: is a header that the client sets itself'],
    [
      { name: 'X-Key', value: 's3cret', env: 'NODE_KEY' },
      'header: unknown members: value; known: name, env, secretsManager',
    ],
    [{ name: 'X-Key', env: 'S3CRET' }, 'header.env: the variable is not set'],
    [{ name: 'X-Key', env: 'BLANK' }, 'header.env: the variable is not set'],
    [{ name: 'X-Key', env: 'TWO_LINES' }, 'header.env: the variable holds characters that a header must not have'],
    [{ name: 'X-Key', env: 's3cret=' }, variable],
    [{ name: 'X-Key', env: 'AWS_SECRET_ACCESS_KEY' }, variable],
    [{ name: 'X-Key', env: 'ASTAKE_DEV_KEY' }, variable],
    [{ name: 'X-Key', secretsManager: '' }, secret],
    // These would let the functions read more secrets than one.
    [{ name: 'X-Key', secretsManager: 's3cret*' }, secret],
    [{ name: 'X-Key', secretsManager: 's3cret-??????' }, secret],
    [{ name: 'X-Key', secretsManager: arn.replace('node', '*') }, secret],
    [{ name: 'X-Key', secretsManager: arn.replace('-AbCdEf', '') }, secret],
    [{ name: 'X-Key', secretsManager: arn.replace('secretsmanager', 'ssm') }, secret],
  ])('is refused with the header %j', (header, problem) => {
    const env = {
      NODE_KEY: 's3cret',
      BLANK: ' ',
      TWO_LINES: 's3cret\r\ns3cret',
      AWS_SECRET_ACCESS_KEY: 's3cret',
    };
    const problems = problemsOf(given([{ name: 'a', url, header }], env));
    expect(problems).toEqual([`CASPER_UPSTREAMS.0.${problem}`]);
    expect(problems.join()).not.toMatch(/s3cret/i);
  });

  test('lists all problems at once: one fault does not hide another', () => {
    const document = [
      { name: 'a', url, header: { name: 'X-Key', env: 'NOT_SET' } },
      { name: 'a', url: 'nowhere', callsPerSecond: -1, header: { name: 'Host' } },
      { url, burst: 3 },
    ];
    expect([...problemsOf(given(document, { CASPER_RPC_URLS: url }))].sort()).toEqual([
      'CASPER_RPC_URLS and CASPER_UPSTREAMS must not both be set',
      'CASPER_UPSTREAMS.0.header.env: the variable is not set',
      'CASPER_UPSTREAMS.1.callsPerSecond: must be more than 0',
      'CASPER_UPSTREAMS.1.header.name: is a header that the client sets itself',
      'CASPER_UPSTREAMS.1.header: must have either env or secretsManager',
      'CASPER_UPSTREAMS.1.url: must be an http or https URL',
      'CASPER_UPSTREAMS.2.name: is required',
      'CASPER_UPSTREAMS.2: unknown members: burst; known: name, url, operator, callsPerSecond, header',
      'CASPER_UPSTREAMS: must not use a name twice',
    ]);
  });
});

describe('CASPER_RPC_URLS', () => {
  const namesOf = (urls: string) => readConfig({ CASPER_RPC_URLS: urls }).upstreams.map(({ name }) => name);

  test('names each node by host and port, with a number if several have the same', () => {
    const urls = [
      'https://one.example/rpc',
      ' http://user:s3cret@two.example:7777/s3cret?key=s3cret',
      '',
      'https://one.example/other/rpc',
      'http://one.example:7777/rpc',
      'https://one.example/third',
    ];
    expect(namesOf(urls.join(','))).toEqual([
      'one.example',
      'two.example:7777',
      'one.example#2',
      'one.example:7777',
      'one.example#3',
    ]);
  });

  test('ignores blank entries, and names an invalid entry by its position', () => {
    expect(namesOf(' , ')).toEqual([]);
    expect(problemsOf({ CASPER_RPC_URLS: `${url},s3cret` })).toEqual([
      'CASPER_RPC_URLS: entry 2 must be an http or https URL',
    ]);
  });
});

test('ASTAKE_HEDGE_MS is 200 by default, and may be 0', () => {
  expect([readConfig({}).hedgeMs, readConfig({ ASTAKE_HEDGE_MS: '0' }).hedgeMs]).toEqual([200, 0]);
  expect(problemsOf({ ASTAKE_HEDGE_MS: '-1' })).toEqual(['ASTAKE_HEDGE_MS must be a whole number from 0 to 3600000']);
});

test.each([
  // A timer of more than 2^31 milliseconds ends at once.
  ['ASTAKE_DEADLINE_MS', '3000000000'],
  ['ASTAKE_HEDGE_MS', '3000000000'],
  // A date so far away cannot be written.
  ['ASTAKE_CONFLICT_HOURS', '9000000000'],
])('%s of %s is refused: what is made of it would fail later', (name, value) => {
  expect(problemsOf({ [name]: value })).toEqual([expect.stringMatching(`^${name} must be a whole number from`)]);
});

test('a request to the store has half a second, or as long as is said', () => {
  expect(readConfig({}).storeMs).toBe(500);
  expect(readConfig({ ASTAKE_STORE_MS: '2000' }).storeMs).toBe(2_000);
  expect(problemsOf({ ASTAKE_STORE_MS: '0' })).toHaveLength(1);
});

test('the message about invalid JSON says what the value must be; missing members have a message of their own', () => {
  expect(
    problemsOf({
      ASTAKE_COLLECTIONS: '[]',
      ASTAKE_LIQUID_STAKING: '{"decimals":1.5,"balances":7,"rate":{}}',
    }),
  ).toEqual([
    'ASTAKE_COLLECTIONS: must be an object',
    'ASTAKE_LIQUID_STAKING.package: is required',
    'ASTAKE_LIQUID_STAKING.balances: must be a string',
    'ASTAKE_LIQUID_STAKING.decimals: must be a whole number',
    'ASTAKE_LIQUID_STAKING.rate: does not match any allowed form',
  ]);
});

describe('ASTAKE_CORS_ORIGINS', () => {
  test.each([
    [undefined, []],
    ['*', ['*']],
    ['https://app.example, http://localhost:5173 ,', ['https://app.example', 'http://localhost:5173']],
  ])('%j names %j', (text, origins) => {
    expect(readConfig({ ASTAKE_CORS_ORIGINS: text }).corsOrigins).toEqual(origins);
  });

  test.each([
    'https://app.example/',
    'https://App.example',
    'https://app.example:443',
    'app.example',
    'https://*.app.example',
    'null',
    'file://',
    '*,https://app.example',
  ])('%j is refused, because no browser would ever send it', (text) => {
    expect(problemsOf({ ASTAKE_CORS_ORIGINS: text })).toEqual([expect.stringContaining('ASTAKE_CORS_ORIGINS')]);
  });
});

describe('The limits of callers', () => {
  test.each([
    ['600,300', 600, 300],
    ['60', 60, 60],
    ['1200,0', 1_200, 0],
    ['0', 0, 0],
  ])('%j: requests, and chain reads a minute', (text, requestsPerMinute, chainReadsPerMinute) => {
    const limits = { requestsPerMinute, chainReadsPerMinute };
    const { callerLimits } = readConfig({ ASTAKE_LIMIT_ANONYMOUS: text, ASTAKE_LIMIT_KEYS: text });
    expect(callerLimits).toEqual({ anonymous: limits, keys: limits });
  });

  test('there are none on a local run, and some elsewhere', () => {
    const none = { requestsPerMinute: 0, chainReadsPerMinute: 0 };
    expect(readConfig({}).callerLimits).toEqual({ anonymous: none, keys: none });
    expect(readConfig({ ASTAKE_ENVIRONMENT: 'dev', CASPER_RPC_URLS: 'https://a.example' }).callerLimits).toEqual({
      anonymous: { requestsPerMinute: 600, chainReadsPerMinute: 300 },
      keys: { requestsPerMinute: 6_000, chainReadsPerMinute: 3_000 },
    });
  });

  test.each(['many', '600,', ',5', '1,2,3', '-1', '2000000', '600, 300'])('%j is refused', (text) => {
    expect(problemsOf({ ASTAKE_LIMIT_KEYS: text })).toEqual([
      'ASTAKE_LIMIT_KEYS must be one or two whole numbers from 0 to 1000000, as in 600,300',
    ]);
  });
});

describe('ASTAKE_TABLES', () => {
  test('is the prefix of the environment by default, and may name a later generation of its tables', () => {
    expect(readConfig({}).tables).toBe('astake-lookup-local');
    expect(readConfig({ ASTAKE_TABLES: ' astake-lookup-local-2 ' }).tables).toBe('astake-lookup-local-2');
  });

  test.each([
    'astake-lookup-dev',
    'astake-lookup-local2',
    'astake-lookup-local-A',
    'restored',
    'astake-lookup-local-'.padEnd(91, 'a'),
  ])('%j is refused', (text) => {
    expect(problemsOf({ ASTAKE_TABLES: text })).toEqual([expect.stringMatching(/^ASTAKE_TABLES must be/)]);
  });
});
