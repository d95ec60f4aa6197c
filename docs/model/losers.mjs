/**
 * A save loses its race. What must the loser do before sync moves the cursor? The key is written in any of the blocks
 * 2 and 3. Rule: SAVE-3.
 */
import { countThrough, report, search, searchAll, steps, subsetsOf } from './search.mjs';

const start = {
  tip: 1,
  cursor: 1,
  mark: 1,
  record: { height: 1, sequence: 0 },
  entry: 1,
  reader: { step: 'read' },
  runner: { step: 'idle' },
  readings: 2,
};
const lastBlock = 3;

const race = (rules) =>
  searchAll(
    subsetsOf(lastBlock),
    (writes) =>
      search(
        start,
        (state) => nextOf(state, rules, writes),
        (state) => falseClaim(state, writes),
      ),
    (writes) => `the key is written in ${writes.join(', ')}`,
  );

function falseClaim({ entry, cursor }, writes) {
  const through = Math.max(entry, cursor);
  if (countThrough(writes, entry) === countThrough(writes, through)) return undefined;
  return `the entry of ${entry} is claimed through ${through}`;
}

function nextOf(state, rules, writes) {
  const { list, add } = steps(state);
  if (state.tip < lastBlock)
    add(`block ${state.tip + 1}`, (next) => {
      next.tip += 1;
    });
  if (state.reader.step !== 'read') {
    savingSteps('reader', 'read', state, rules, add);
    add('the reader dies', (next) => {
      next.reader = { step: 'dead' };
    });
  } else if (state.readings > 0) {
    for (let block = 2; block <= state.tip; block += 1) {
      add(`the reader reads at ${block}`, (next) => {
        next.reader = { step: 'mark', height: block };
        next.readings -= 1;
      });
    }
  }
  const { step, height } = state.runner;
  if (step === 'idle' && state.cursor < state.tip) {
    const block = state.cursor + 1;
    const isThere = state.record.height >= block;
    add(`sync takes ${block}`, (next) => {
      next.runner = { step: writes.includes(block) ? (isThere ? 'entry-of-record' : 'mark') : 'cursor', height: block };
      next.mark = Math.max(state.mark, block);
    });
  } else if (step === 'entry-of-record') {
    add('sync puts the entry of the record that is there', (next) => {
      next.entry = Math.max(state.entry, state.record.height);
      next.runner.step = 'cursor';
    });
  } else if (step === 'cursor') {
    add(`sync sets the cursor to ${height}`, (next) => {
      next.cursor = height;
      next.runner = { step: 'idle' };
    });
  } else {
    savingSteps('runner', 'cursor', state, rules, add);
  }
  return list;
}

/** The way into the store, from the mark on. `after`: where this process goes when its entry is put. */
function savingSteps(who, after, state, rules, add) {
  const { step, height, sequence } = state[who];
  const name = who === 'runner' ? 'sync' : 'the reader';
  const giveUp = who === 'runner' ? 'idle' : 'read';
  const go = (description, change) => add(`${name} ${description}`, change);
  if (step === 'mark') {
    go(`sees mark ${state.mark}`, (next) => {
      next[who].step = state.mark > height ? giveUp : 'compare';
    });
  } else if (step === 'compare') {
    go(`compares with the record of ${state.record.height}`, (next) => {
      next[who].sequence = state.record.sequence;
      next[who].step = 'record';
    });
  } else if (step === 'record') {
    const hasWon = state.record.height <= height && state.record.sequence === sequence;
    go(`${hasWon ? 'saves' : 'loses with'} ${height}`, (next) => {
      if (hasWon) next.record = { height, sequence: sequence + 1 };
      next[who].step = hasWon ? 'entry' : rules.loserPutsWinner ? 'winner' : after;
    });
  } else if (step === 'entry') {
    go(`puts the entry of ${height}`, (next) => {
      next.entry = Math.max(state.entry, height);
      next[who].step = after;
    });
  } else if (step === 'winner') {
    go(`puts the entry of the winner, ${state.record.height}`, (next) => {
      next.entry = Math.max(state.entry, state.record.height);
      next[who].step = state.record.height >= height ? after : 'compare';
    });
  }
}

report('the loser puts the entry of the winner', race({ loserPutsWinner: true }));
report('the loser puts no entry (SAVE-3)', race({ loserPutsWinner: false }));
