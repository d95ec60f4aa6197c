/**
 * A reader pinned at a block reads an entity that depends on a basis. Which basis may it use? Here the question is only
 * whether the value is true at its own block. Rule: BASIS-1.
 */
import { countThrough, report, search, searchAll, steps, subsetsOf } from './search.mjs';

/** `stored`: how many changes the stored basis has seen. `entry`: the height and the basis that was read with it. */
const start = {
  tip: 1,
  cursor: 0,
  mark: 0,
  watched: false,
  entry: null,
  stored: 0,
  reader: { step: 'read' },
  runner: { step: 'idle' },
};
const lastBlock = Number(process.env.BLOCKS ?? 2);

const cases = subsetsOf(lastBlock).flatMap((own) => subsetsOf(lastBlock).map((basis) => ({ own, basis })));
const blocks = (list) => (list.length === 0 ? 'never' : `in ${list.join(', ')}`);

const withReader = (rules) =>
  searchAll(
    cases,
    (writes) =>
      search(
        start,
        (state) => nextOf(state, rules, writes),
        (state) => falseAtOwnBlock(state, writes),
      ),
    ({ own, basis }) => `the entity's key is written ${blocks(own)}, the basis ${blocks(basis)}`,
  );

function falseAtOwnBlock({ entry }, { basis }) {
  if (entry === null || entry.basis === countThrough(basis, entry.height)) return undefined;
  return `the entry of ${entry.height} has a value that was never true at ${entry.height}`;
}

function nextOf(state, rules, { own, basis }) {
  const { list, add } = steps(state);
  if (state.tip < lastBlock)
    add(`block ${state.tip + 1}`, (next) => {
      next.tip += 1;
    });
  const { step, height, seen, atLeast = 1 } = state.reader;
  if (step === 'read') {
    const highest = rules.pinsAtCursor ? state.cursor : state.tip;
    for (let block = atLeast; block <= highest; block += 1) {
      const read = rules.usesStored ? state.stored : countThrough(basis, block);
      add(
        `the reader reads at ${block}, with the basis ${rules.usesStored ? 'as stored' : 'of that block'}`,
        (next) => {
          next.reader = { step: 'watch', height: block, seen: read };
        },
      );
    }
  } else if (step === 'watch') {
    add('the reader writes its watches', (next) => {
      next.watched = true;
      next.reader.step = 'mark';
    });
  } else if (step === 'mark') {
    add(`the reader sees mark ${state.mark}`, (next) => {
      if (state.mark > height) next.reader = { step: 'read', atLeast: state.mark };
      else next.reader.step = 'entry';
    });
  } else if (step === 'entry') {
    add(`the reader saves and caches ${height}`, (next) => {
      put(next, height, seen);
      next.reader = { step: 'done' };
    });
  }
  runnerSteps(state, own, basis, add);
  return list;
}

function runnerSteps(state, own, basis, add) {
  const { step, block } = state.runner;
  const go = (description, runner, change = () => undefined) =>
    add(`sync ${description}`, (next) => {
      change(next);
      next.runner = runner;
    });
  if (step === 'idle' && state.cursor < state.tip) {
    const taken = state.cursor + 1;
    go(`takes ${taken}`, { step: 'ask', block: taken }, (next) => {
      next.mark = taken;
    });
  } else if (step === 'ask') {
    go('asks what watches', { step: own.includes(block) && state.watched ? 'entry' : 'basis', block });
  } else if (step === 'entry') {
    go(`refreshes the entity at ${block}`, { step: 'basis', block }, (next) =>
      put(next, block, countThrough(basis, block)),
    );
  } else if (step === 'basis') {
    go('reads the basis again', { step: 'cursor', block }, (next) => {
      next.stored = countThrough(basis, block);
    });
  } else if (step === 'cursor') {
    go(`sets the cursor to ${block}`, { step: 'idle' }, (next) => {
      next.cursor = block;
    });
  }
}

function put(next, height, seen) {
  if (next.entry === null || height >= next.entry.height) next.entry = { height, basis: seen };
}

report('the basis is read at the block of the reader', withReader({}));
report('the stored basis is used at any block (BASIS-1)', withReader({ usesStored: true }));
report(
  'the stored basis, and the reader pinned at or below the cursor',
  withReader({ usesStored: true, pinsAtCursor: true }),
);
