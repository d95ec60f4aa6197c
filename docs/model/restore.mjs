/**
 * Tables are restored under new names, each as of a moment of its own, in any order, and only some of them where the restore is
 * interrupted; what is not restored begins empty. Then the service begins on them: on any item of any table that there ever was, or on
 * none. What may it claim of what it finds? Rule: ITEM-6.
 */
import { countThrough, report, search, searchAll, steps, subsetsOf } from './search.mjs';

const lastBlock = 3;

/** What a table may have been restored with: nothing, or the value of a block, under one of two sequences. */
const copiesOf = (tip, writes, sequences) => [
  null,
  ...Array.from({ length: tip }, (_, at) => at + 1).flatMap((height) =>
    sequences.map((first) => ({ height, own: false, sequence: first + countThrough(writes, height) })),
  ),
];

const starts = subsetsOf(lastBlock)
  .filter((writes) => !writes.includes(1))
  .flatMap((writes) =>
    [2].flatMap((tip) =>
      copiesOf(tip, writes, [1]).flatMap((record) =>
        copiesOf(tip, writes, [1, 2]).flatMap((entry) =>
          [true, false].map((watch) => ({
            writes,
            state: {
              tip,
              progress: { cursor: null, mark: null, from: null },
              watch,
              record,
              entry,
              reader: { step: 'read' },
              runner: { step: 'idle' },
              client: null,
              crashes: 1,
            },
          })),
        ),
      ),
    ),
  );

const nameOf = ({ writes, state: { tip, record, entry, watch } }) =>
  [
    `block ${tip}`,
    record ? `a record of ${record.height}` : 'no record',
    entry ? `an entry of ${entry.height}` : 'no entry',
    watch ? 'a watch' : 'no watch',
    `the key is written in ${writes.join(', ') || 'no block'}`,
  ].join(', ');

const restoring = (rules) =>
  searchAll(
    starts,
    ({ writes, state }) =>
      search(
        state,
        (found) => nextOf(found, rules, writes),
        (found) => falseClaim(found, rules, writes),
      ),
    nameOf,
  );

/** What the client may claim of the entry or of the record, with the progress that it has read before. */
function falseClaim({ client, entry, record }, rules, writes) {
  if (client === null) return undefined;
  for (const [kind, item] of [
    ['entry', entry],
    ['record', record],
  ]) {
    if (item === null) continue;
    const isOwn = item.own || rules[`${kind}HasNoMark`];
    const isFollowed = isOwn && client.cursor !== null && item.height >= client.from;
    const through = isFollowed ? Math.max(item.height, client.cursor) : item.height;
    if (countThrough(writes, item.height) !== countThrough(writes, through))
      return `the ${kind} of ${item.height} is claimed through ${through}`;
  }
  return undefined;
}

function nextOf(state, rules, writes) {
  const { list, add } = steps(state);
  if (state.tip < lastBlock)
    add(`block ${state.tip + 1}`, (next) => {
      next.tip += 1;
    });
  readerSteps(state, rules, writes, add);
  runnerSteps(state, writes, add);
  if (state.client === null)
    add(`the client reads cursor ${state.progress.cursor}`, (next) => {
      next.client = { cursor: next.progress.cursor, from: next.progress.from };
    });
  return list;
}

/** Saves a value of `height`: the sequence rises with the value. */
const saved = (record, height, writes) => ({
  height,
  own: true,
  sequence:
    record === null
      ? 1
      : record.sequence + (countThrough(writes, record.height) === countThrough(writes, height) ? 0 : 1),
});

/** Rule SAVE-4. */
const put = (tables) => {
  const { record, entry } = tables;
  const isOlder =
    entry === null ||
    entry.sequence < record.sequence ||
    (entry.sequence === record.sequence && entry.height <= record.height);
  if (isOlder) tables.entry = { ...record };
};

function readerSteps(state, rules, writes, add) {
  const { step, height, compared } = state.reader;
  const set = (next, reader) => {
    next.reader = reader;
  };
  if (step === 'read')
    for (let at = Math.max(1, state.tip - 1); at <= state.tip; at += 1)
      add(`a reader reads at ${at}`, (next) => set(next, { step: 'watch', height: at, compared: state.record }));
  if (step === 'watch') {
    // A save writes only the watches that are new in its read set; of a record that is not of these tables, all.
    const isWatched = compared !== null && (compared.own || rules.recordHasNoMark);
    add(isWatched ? 'the reader has no watch to write' : 'the reader writes its watch', (next) => {
      if (!isWatched) next.watch = true;
      set(next, { step: 'mark', height, compared });
    });
  }
  if (step === 'mark')
    add(`the reader sees mark ${state.progress.mark}`, (next) =>
      set(next, (state.progress.mark ?? 0) > height ? { step: 'read' } : { step: 'save', height, compared }),
    );
  if (step === 'save') {
    const isSame = JSON.stringify(state.record) === JSON.stringify(compared);
    const isLower = state.record !== null && state.record.height > height;
    add(isSame && !isLower ? `the reader saves the record of ${height}` : 'the reader saves nothing', (next) => {
      if (isSame && !isLower) next.record = saved(state.record, height, writes);
      set(next, isSame && !isLower ? { step: 'put' } : { step: 'done' });
    });
  }
  if (step === 'put')
    add('the reader puts the entry', (next) => {
      put(next);
      set(next, { step: 'done' });
    });
}

function runnerSteps(state, writes, add) {
  const { progress } = state;
  const { step, height } = state.runner;
  const set = (next, runner) => {
    next.runner = runner;
  };
  if (step !== 'idle' && state.crashes > 0)
    add('sync is killed', (next) => {
      next.crashes -= 1;
      set(next, { step: 'idle' });
    });
  if (step === 'idle') {
    const at = progress.cursor === null ? state.tip : progress.cursor + 1;
    if (at <= state.tip)
      add(`sync takes ${at}`, (next) => {
        next.progress.mark = Math.max(progress.mark ?? 0, at);
        set(next, { step: progress.cursor === null ? 'begin' : 'ask', height: at });
      });
  }
  if (step === 'begin')
    add(`sync sets its first cursor to ${height}`, (next) => {
      Object.assign(next.progress, { cursor: height, from: height });
      set(next, { step: 'idle' });
    });
  if (step === 'ask') {
    const found = writes.includes(height) && state.watch;
    add(`sync asks what watches the written keys: ${found ? 'the entity' : 'nothing'}`, (next) =>
      set(next, { step: found ? 'save' : 'move', height }),
    );
  }
  if (step === 'save')
    add(`sync saves the record of ${height}`, (next) => {
      if (state.record === null || state.record.height < height) next.record = saved(state.record, height, writes);
      set(next, { step: 'put', height });
    });
  if (step === 'put')
    add('sync puts the entry', (next) => {
      put(next);
      set(next, { step: 'move', height });
    });
  if (step === 'move')
    add(`sync sets the cursor to ${height}`, (next) => {
      if (progress.cursor === height - 1) next.progress.cursor = height;
      set(next, { step: 'idle' });
    });
}

/** Each block adds a row to a list, before the cursor moves: the list is whole from the first cursor through the last one. */
function listing(rules) {
  const begin = {
    tip: 1,
    before: { cursor: 1, from: 1, rows: [] },
    after: { cursor: null, from: null, rows: [] },
    begun: false,
    client: null,
  };
  return search(begin, next, ({ client, after }) => {
    const lacking = client?.blocks.find((block) => !after.rows.includes(block));
    return lacking === undefined ? undefined : `the list is called whole without the row of ${lacking}`;
  });

  function next(state) {
    const { list, add } = steps(state);
    const tables = state.begun ? 'after' : 'before';
    const { cursor, from, rows } = state[tables];
    const set = (description, members, of = tables) => add(description, (to) => Object.assign(to[of], members));
    if (state.tip < lastBlock)
      add(`block ${state.tip + 1}`, (to) => {
        to.tip += 1;
      });
    if (cursor === null) set(`sync sets its first cursor to ${state.tip}`, { cursor: state.tip, from: state.tip });
    else if (cursor < state.tip && !rows.includes(cursor + 1))
      set(`sync adds the row of ${cursor + 1}`, { rows: [...rows, cursor + 1] });
    else if (cursor < state.tip) set(`sync sets the cursor to ${cursor + 1}`, { cursor: cursor + 1 });
    if (!state.begun) {
      set('the list is restored', { rows }, 'after');
      // Without the rule the cursor of other tables is this one's own.
      set('the cursor is restored', rules.progressHasNoMark ? { cursor, from } : {}, 'after');
      add('the service begins', (to) => Object.assign(to, { begun: true, before: null }));
    } else if (state.client === null && cursor !== null)
      add(`the client reads cursor ${cursor}`, (to) => {
        to.client = { blocks: Array.from({ length: cursor - from }, (_, at) => from + 1 + at) };
      });
    return list;
  }
}

report('any order, any moment, any of the tables', restoring({}));
report('records have no mark (ITEM-6)', restoring({ recordHasNoMark: true }));
report('cache entries have no mark (ITEM-6)', restoring({ entryHasNoMark: true }));
report('a list, and the cursor through which it is whole', listing({}));
report('the item of the cursor has no mark (ITEM-6)', listing({ progressHasNoMark: true }));
