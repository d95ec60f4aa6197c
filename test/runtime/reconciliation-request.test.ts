import { describe, expect, test } from '@jest/globals';
import { InvalidRequest, LookupError } from '../../lib/domain/errors.ts';
import { pageFormatOf } from '../../lib/runtime/accept.ts';
import { readConfig } from '../../lib/runtime/config.ts';
import { runIdOf, scopeOf } from '../../lib/runtime/reconciliation-request.ts';
import { createService } from '../../lib/runtime/service.ts';
import { createMemoryStore } from '../support/memory-store.ts';

const villas = 'fb'.repeat(32);
const service = createService(
  readConfig({
    CASPER_RPC_URLS: 'http://127.0.0.1:1/rpc',
    ASTAKE_COLLECTIONS: JSON.stringify({ villas: { package: villas, standard: 'cep78' } }),
  }),
  { store: createMemoryStore() },
);
const publicKey = `01${'ab'.repeat(32)}`;
const hash = `account-hash-${'0f'.repeat(32)}`;

describe('the scope of a run', () => {
  test.each([
    [undefined, { of: 'all' }],
    [{ kind: 'staking' }, { of: 'kind', kind: 'staking' }],
    [{ collection: 'villas' }, { of: 'collection', kind: 'asset', collection: villas }],
    [
      { kind: 'asset', collection: 'villas' },
      { of: 'collection', kind: 'asset', collection: villas },
    ],
    [{ collection: 'AB'.repeat(32) }, { of: 'collection', kind: 'asset', collection: 'ab'.repeat(32) }],
    [{ owner: hash.toUpperCase().replace('ACCOUNT-HASH', 'account-hash') }, { of: 'owner', owner: hash }],
    [{ owner: publicKey }, { of: 'owner', owner: expect.stringMatching(/^account-hash-[0-9a-f]{64}$/) }],
    [{ owner: `hash-${villas}` }, { of: 'owner', owner: `hash-${villas}` }],
    [{ owner: `entity-contract-${villas}` }, { of: 'owner', owner: `entity-contract-${villas}` }],
    [{ collection: `contract-package-${villas}` }, { of: 'collection', kind: 'asset', collection: villas }],
  ])('the request %j is accepted', (asked, scope) => {
    expect(scopeOf(asked, service)).toEqual(scope);
  });

  test.each([
    [{}, ['scope']],
    [{ kind: 'house' }, ['scope.kind']],
    [{ kind: 'basis' }, ['scope.kind']],
    [{ kind: 'constructor' }, ['scope.kind']],
    [{ kind: 'account', collection: 'villas' }, ['scope.collection']],
    [{ kind: 'asset', owner: hash }, ['scope.kind']],
    [{ kind: 'house', collection: 'villas', owner: hash }, ['scope.kind', 'scope.kind', 'scope.collection']],
    [{ collection: 'no-such-collection' }, ['scope.collection']],
    [{ collection: 'aB'.repeat(32) }, ['scope.collection']],
    [{ owner: 'unknown' }, ['scope.owner']],
    [{ owner: `hash-${'aB'.repeat(32)}` }, ['scope.owner']],
  ])('the request %j is refused', (asked, paths) => {
    const refused = () => scopeOf(asked, service);
    expect(refused).toThrow(LookupError);
    try {
      refused();
    } catch (error) {
      expect((error as LookupError).errors.map(({ path }) => path)).toEqual(paths);
    }
  });
});

test('an invalid run id is answered with not_found', () => {
  expect(runIdOf({ id: '20260101t000000000z-0a1b2c3d' })).toBe('20260101t000000000z-0a1b2c3d');
  for (const id of ['', 'a b', '../x', 'x'.repeat(101), 'é']) {
    expect(() => runIdOf({ id })).toThrow(expect.objectContaining({ code: 'not_found' }));
  }
});

describe('the format of a report', () => {
  test.each([
    [undefined, undefined, 'json'],
    [undefined, '*/*', 'json'],
    [undefined, 'application/json', 'json'],
    [undefined, 'text/html', 'html'],
    [undefined, 'text/*', 'html'],
    // The header of a browser.
    [undefined, 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8', 'html'],
    [undefined, 'application/json, text/html', 'json'],
    [undefined, 'text/html;q=0.5, application/json;q=0.9', 'json'],
    [undefined, 'Text/HTML ; Q=0.9, application/json;q=0.1', 'html'],
    [undefined, 'text/html;q=0, */*;q=0.1', 'json'],
    [undefined, 'image/png', 'json'],
    [undefined, ';;,q=x,', 'json'],
    ['html', 'application/json', 'html'],
    ['json', 'text/html', 'json'],
  ])('format=%s and Accept: %s give %s', (format, accept, wanted) => {
    expect(pageFormatOf(format, accept)).toBe(wanted);
  });

  test('an unknown format is refused', () => {
    expect(() => pageFormatOf('pdf', 'text/html')).toThrow(InvalidRequest);
  });
});
