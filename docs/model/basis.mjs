/**
 * An entity that also depends on a basis. Sync reads the basis again and dates its change with `changedAt`; it does not
 * touch the entity. Rules: CLAIM-1, CLAIM-3, FOLLOW-3.
 */
import { put, readerSteps } from './reader.mjs';
import { countThrough, report, search, searchAll, steps, subsetsOf } from './search.mjs';

const start = {
  tip: 1,
  cursor: 0,
  mark: 0,
  watched: false,
  record: null,
  entry: null,
  changedAt: 0,
  reader: { step: 'read' },
  runner: { step: 'idle' },
  client: {},
  crashes: 1,
  wrong: null,
};
const lastBlock = Number(process.env.BLOCKS ?? 3);

const cases = subsetsOf(lastBlock).flatMap((own) => subsetsOf(lastBlock).map((basis) => ({ own, basis })));
const blocks = (list) => (list.length === 0 ? 'never' : `in ${list.join(', ')}`);

const withBasis = (rules) =>
  searchAll(
    cases,
    (writes) =>
      search(
        start,
        (state) => nextOf(state, rules, writes),
        ({ wrong }) => wrong ?? undefined,
      ),
    ({ own, basis }) => `the entity's key is written ${blocks(own)}, the basis ${blocks(basis)}`,
  );

/** What the entity's answer is at a height: it depends on both. */
const valueAt = ({ own, basis }, height) => `${countThrough(own, height)} ${countThrough(basis, height)}`;

function nextOf(state, rules, writes) {
  const { list, add } = steps(state);
  if (state.tip < lastBlock)
    add(`block ${state.tip + 1}`, (next) => {
      next.tip += 1;
    });
  readerSteps(state, add);
  runnerSteps(state, rules, writes, add);
  clientSteps(state, rules, writes, add);
  return list;
}

function runnerSteps(state, rules, { own, basis }, add) {
  const { step, block } = state.runner;
  const go = (description, runner, change = () => undefined) =>
    add(`sync ${description}`, (next) => {
      change(next);
      next.runner = runner;
    });
  if (step === 'idle') {
    const taken = state.cursor + 1;
    if (taken <= state.tip)
      go(`takes ${taken}`, { step: 'ask', block: taken }, (next) => {
        next.mark = taken;
      });
    return;
  }
  if (step === 'ask') {
    const isFound = own.includes(block) && state.watched;
    const answer = state.watched ? 'the entity' : 'nothing';
    go(`asks what watches the written keys: ${answer}`, { step: isFound ? 'record' : 'basis', block });
  } else if (step === 'record') {
    go(`saves the record of ${block}`, { step: 'entry', block }, (next) => put(next, 'record', block));
  } else if (step === 'entry') {
    go(`puts the entry of ${block}`, { step: 'basis', block }, (next) => put(next, 'entry', block));
  } else if (step === 'basis') {
    const isChanged = rules.followsBasis && basis.includes(block);
    go(
      isChanged ? `dates the basis: changed at ${block}` : 'finds the basis unchanged',
      { step: 'cursor', block },
      (next) => {
        if (isChanged) next.changedAt = block;
      },
    );
  } else if (step === 'cursor') {
    go(`sets the cursor to ${block}`, { step: 'idle' }, (next) => {
      next.cursor = block;
    });
  }
  if (state.crashes > 0)
    go('crashes', { step: 'idle' }, (next) => {
      next.crashes -= 1;
    });
}

/** The client reads three things, in the order of the rules, and then answers. */
function clientSteps(state, rules, writes, add) {
  const missing = rules.order.find((name) => !(name in state.client));
  if (missing !== undefined) {
    add(`the client reads ${missing} ${state[missing]}`, (next) => {
      next.client[missing] = state[missing];
    });
    return;
  }
  const { cursor, entry, changedAt } = state.client;
  add('the client answers', (next) => {
    next.client = {};
    if (entry === null) return;
    const latest = Math.max(cursor, entry);
    const beforeChange = rules.ownBlockOnly ? entry : Math.min(latest, changedAt - 1);
    const through = changedAt > entry ? beforeChange : latest;
    if (valueAt(writes, entry) === valueAt(writes, through)) return;
    next.wrong = `with the value of block ${entry}, verified through ${through}`;
  });
}

const allRules = { followsBasis: true, ownBlockOnly: true, order: ['cursor', 'entry', 'changedAt'] };

report('cursor, entry, basis', withBasis(allRules));
report('cursor, basis, entry', withBasis({ ...allRules, order: ['cursor', 'changedAt', 'entry'] }));
report(
  'basis read before the cursor (CLAIM-1, CLAIM-3)',
  withBasis({ ...allRules, order: ['changedAt', 'cursor', 'entry'] }),
);
report('entry read before the cursor (CLAIM-1)', withBasis({ ...allRules, order: ['entry', 'cursor', 'changedAt'] }));
report('verified through the block before changedAt (CLAIM-3)', withBasis({ ...allRules, ownBlockOnly: false }));
report('sync does not follow the basis (FOLLOW-3)', withBasis({ ...allRules, followsBasis: false }));
