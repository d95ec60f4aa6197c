import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from '@jest/globals';
import {
  type FunctionName,
  functionDefinition,
  functionNames,
  type TableUse,
  tableActions,
} from '../../infra/manifest.ts';
import type { ProgressStore } from '../../lib/domain/ports/progress-store.ts';
import { createCollectionStates } from '../../lib/store/collections.ts';
import type { Dynamo } from '../../lib/store/dynamodb/client.ts';
import { createProgress } from '../../lib/store/progress/progress.ts';
import { blockAt, moveOf, tickOf, trustAt } from '../store/samples.ts';
import { appOf, functionsIn, idIn, resourcesOf, stackOf } from './template.ts';

const isWrite = (use: TableUse): boolean => use === 'put' || use === 'update';
const service = stackOf(appOf(), 'production', 'service');
const writers = functionNames.filter((name) => functionDefinition(name).tables.progress?.some(isWrite));
/** Those that follow the chain, or change what readers may claim through it. */
const followers: readonly FunctionName[] = ['sync', 'force-sync', 'rewind-sync', 'invalidate', 'finish-reconciliation'];

test('of the table progress, readers may not write how far the chain is followed (rule ITEM-1)', () => {
  expect(writers.length).toBeGreaterThan(20);
  expect(writers.filter((name) => mayWrite(name, 'UpdateItem', ['chain']))).toEqual(
    writers.filter((name) => followers.includes(name)),
  );
  expect(mayWrite('get-entity', 'UpdateItem', ['head', 'chain'])).toBe(false);
  expect(mayWrite('get-entity', 'UpdateItem', [])).toBe(false);
  expect(mayWrite('get-entity', 'UpdateItem', ['lease#write#chain'])).toBe(true);
});

// Rule PROOF-3: readers advance trust in their memory alone.
test.each(['turn#sync', 'ticks', 'trust'])('of the table progress, sync alone may write %s', (item) => {
  expect(writers.filter((name) => mayWrite(name, 'UpdateItem', [item]))).toEqual(['sync', 'force-sync']);
});

const link = { digest: 'digest', run: 'run' };
const node = {
  token: 1,
  by: 'one',
  open: false,
  changedAt: 0,
  failedProbes: 0,
  probeAt: 0,
  pausedUntil: 0,
  reason: null,
};

/** Each write of the port, with the functions that may make it. */
const saving = writers.filter((name) => !/report/.test(name) && name !== 'finish-reconciliation');
const syncing: readonly FunctionName[] = ['sync', 'force-sync'];
const writes: Readonly<Record<string, [(progress: ProgressStore) => Promise<unknown>, readonly FunctionName[]]>> = {
  seeHead: [(of) => of.seeHead({ ...blockAt(1), seenAt: '2026-01-01T00:00:00.000Z' }, 'casper'), saving],
  askForBases: [(of) => of.askForBases(), saving],
  noteNode: [(of) => of.noteNode('one', node, 0), saving],
  takeLease: [(of) => of.takeLease('read#asset#1', 'one', 1, 2), saving],
  endLease: [(of) => of.endLease('read#asset#1', 'one'), saving],
  growDirectory: [(of) => of.growDirectory({ validators: ['01'], newest: blockAt(2), oldest: 1, next: null }), saving],
  saveHotKeys: [(of) => of.saveHotKeys('process', ['asset#1'], 1), saving],
  noteDrift: [(of) => of.noteDrift({ same: 1, differs: 0, none: 0 }, 1), saving],
  keepTrust: [(of) => of.keepTrust(trustAt(13), false), syncing],
  acquireSyncLease: [(of) => of.acquireSyncLease('one', 1, 2), syncing],
  renewSyncLease: [(of) => of.renewSyncLease('one', 1, 2), syncing],
  releaseSyncLease: [(of) => of.releaseSyncLease('one', 1), syncing],
  publishMark: [(of) => of.publishMark(1, 0, 1), syncing],
  moveCursor: [(of) => of.moveCursor(moveOf(null, 1)), syncing],
  raiseLogicVersion: [(of) => of.raiseLogicVersion(2, blockAt(1)), syncing],
  noteStall: [(of) => of.noteStall(null), syncing],
  noteTick: [(of) => of.noteTick(tickOf()), syncing],
  rewind: [(of) => of.rewind(blockAt(1), 0), ['rewind-sync']],
  invalidate: [(of) => of.invalidate({ kind: 'asset', prefix: '', height: 1 }), ['invalidate']],
  reconciled: [(of) => of.reconciled(1, '2026-01-01T00:00:00.000Z'), ['finish-reconciliation']],
  keepReportLink: [(of) => of.keepReportLink({ ...link, until: 1 }), ['link-report']],
  openReportLink: [(of) => of.openReportLink({ ...link, openedBy: 'one', now: 1 }), ['open-report']],
};

test.each(Object.entries(writes))('who makes it may write what %s writes', async (_, [write, by]) => {
  const sent = await sentBy(write);
  expect(sent.length).toBeGreaterThan(0);
  for (const { action, key } of sent) {
    const allowed = by.filter((name) => hasAction(name, action));
    expect(allowed.length).toBeGreaterThan(0);
    for (const name of allowed) expect([name, action, key, mayWrite(name, action, [key])]).toContain(true);
  }
});

test('who saves may write the states of collections, too', async () => {
  const sent = await sentBy(async (_, dynamo) => {
    await createCollectionStates(dynamo, 'p').interrupt('hash', { height: 1, fork: 0, reason: '', at: '' });
  });
  expect(sent).toEqual([{ action: 'UpdateItem', key: 'collection#hash' }]);
  for (const name of saving.filter((each) => hasAction(each, 'UpdateItem')))
    expect([name, mayWrite(name, 'UpdateItem', ['collection#hash'])]).toEqual([name, true]);
});

test('no write of the port is left out', () => {
  const reads = ['read', 'ticks', 'leasedUntil', 'directory', 'trust', 'hotKeys', 'drift'];
  const methods = Object.keys(createProgress({} as Dynamo, 'p'));
  expect(methods.filter((name) => !reads.includes(name)).sort()).toEqual(Object.keys(writes).sort());
});

const hasAction = (name: FunctionName, action: string): boolean =>
  functionDefinition(name).tables.progress?.some((use) => tableActions[use] === action) ?? false;

/** What it asks the table to write. */
async function sentBy(write: (progress: ProgressStore, dynamo: Dynamo) => Promise<unknown>) {
  const sent: { action: string; key: string }[] = [];
  const send = async (command: { readonly input: Sent }) => {
    const { Key, Item } = command.input;
    const key = (Key ?? Item)?.name;
    if (command instanceof PutCommand && key !== undefined) sent.push({ action: 'PutItem', key });
    if (command instanceof UpdateCommand && key !== undefined) sent.push({ action: 'UpdateItem', key });
    return { Responses: {}, Attributes: { ticks: [] } };
  };
  const dynamo = { send } as unknown as Dynamo;
  await write(createProgress(dynamo, 'p'), dynamo);
  return sent;
}

interface Sent {
  readonly Key?: { readonly name: string };
  readonly Item?: { readonly name: string };
}

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

/** As IAM decides it: one statement allows the action, and all of its conditions hold. */
function mayWrite(name: FunctionName, action: string, keys: readonly string[]): boolean {
  const role = resourcesOf(service, 'AWS::IAM::Role').get(
    idIn(functionsIn(service).get(`astake-lookup-production-${name}`)?.Properties.Role),
  );
  const statements: Statement[] = role?.Properties.Policies[0].PolicyDocument.Statement;
  return statements
    .filter(({ Action }) => [Action].flat().includes(`dynamodb:${action}`))
    .filter(({ Resource }) => JSON.stringify(Resource).includes('table/astake-lookup-production-progress"'))
    .some(({ Condition = {} }) =>
      Object.entries(Condition).every(([operator, { 'dynamodb:LeadingKeys': given = [] }]) => {
        const values = [given].flat();
        if (operator === 'Null') return String(keys.length === 0) === values[0];
        if (operator !== 'ForAllValues:StringLike') throw new Error(`what does ${operator} mean?`);
        return keys.every((key) => values.some((pattern) => like(pattern).test(key)));
      }),
    );
}

const like = (pattern: string): RegExp => new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
