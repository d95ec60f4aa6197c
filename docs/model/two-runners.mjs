/**
 * Two runners of sync at once, and no lease: is the lease needed for what is claimed, or does it only save work?
 * Rules: SAVE-2 (a runner checks the mark as well), FOLLOW-9.
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
  reader: { step: 'read' },
  runners: [{ step: 'idle' }, { step: 'idle' }],
  client: { step: 'cursor' },
  crashes: 1,
  wrong: null,
};
const lastBlock = 3;

const twoRunners = (rules) =>
  searchAll(
    subsetsOf(lastBlock),
    (writes) =>
      search(
        start,
        (state) => nextOf(state, rules, writes),
        ({ wrong }) => wrong ?? undefined,
      ),
    (writes) => `the key is written in ${writes.join(', ')}`,
  );

function nextOf(state, rules, writes) {
  const { list, add } = steps(state);
  if (state.tip < lastBlock)
    add(`block ${state.tip + 1}`, (next) => {
      next.tip += 1;
    });
  readerSteps(state, add);
  state.runners.forEach((_, index) => {
    runnerSteps(state, rules, writes, index, add);
  });
  clientSteps(state, writes, add);
  return list;
}

function runnerSteps(state, rules, writes, index, add) {
  const { step, block } = state.runners[index];
  const go = (description, following, change = () => undefined) =>
    add(`runner ${index + 1} ${description}`, (next) => {
      change(next);
      next.runners[index] = following;
    });
  if (step === 'idle') {
    const taken = state.cursor + 1;
    if (taken > state.tip) return;
    go(`takes ${taken}`, { step: 'ask', block: taken }, (next) => {
      next.mark = Math.max(state.mark, taken);
    });
    return;
  }
  if (step === 'ask') {
    const isFound = writes.includes(block) && state.watched;
    const found = rules.runnersCheckMark ? 'mark' : 'record';
    go(`asks what watches: ${state.watched ? 'the entity' : 'nothing'}`, { step: isFound ? found : 'cursor', block });
  } else if (step === 'mark') {
    go(`sees mark ${state.mark}`, state.mark > block ? { step: 'idle' } : { step: 'record', block });
  } else if (step === 'record') {
    go(`saves the record of ${block}`, { step: 'entry', block }, (next) => put(next, 'record', block));
  } else if (step === 'entry') {
    go(`puts the entry of ${block}`, { step: 'cursor', block }, (next) => put(next, 'entry', block));
  } else if (step === 'cursor') {
    go(`sets the cursor to ${block}`, { step: 'idle' }, (next) => {
      if (state.cursor === block - 1) next.cursor = block;
    });
  }
  if (state.crashes > 0)
    go('crashes', { step: 'idle' }, (next) => {
      next.crashes -= 1;
    });
}

function clientSteps(state, writes, add) {
  if (state.client.step === 'cursor') {
    add(`the client reads cursor ${state.cursor}`, (next) => {
      next.client = { step: 'entry', cursor: state.cursor };
    });
    return;
  }
  add(`the client reads the entry of ${state.entry}`, (next) => {
    next.client = { step: 'cursor' };
    if (state.entry === null) return;
    const through = Math.max(state.client.cursor, state.entry);
    if (countThrough(writes, state.entry) === countThrough(writes, through)) return;
    next.wrong = `it answers with the value of block ${state.entry}, verified through ${through}`;
  });
}

report('two runners at once, no lease', twoRunners({ runnersCheckMark: true }));
report('a runner does not check the mark before it saves (SAVE-2)', twoRunners({ runnersCheckMark: false }));
