import { countThrough, search, searchAll, steps, subsetsOf } from './search.mjs';

/**
 * The model that several programs share: two readers, one runner of sync and one client, over one entity that depends on
 * one state key. Any of them may act at any moment, and the runner may crash once.
 *
 * `tip` is the newest block, `cursor` the last block that sync has applied, `mark` the last block of the batch that sync
 * has begun. `watched` says whether the watch row is there. `record` and `entry` (the cache entry) hold a height or null.
 */
const start = {
  tip: 1,
  cursor: 0,
  mark: 0,
  followedFrom: null,
  watched: false,
  record: null,
  entry: null,
  readers: [{ step: 'read' }, { step: 'read' }],
  runner: { step: 'idle' },
  client: { step: 'first' },
  crashes: 1,
  wrong: null,
};

/** The rules of the protocol. A program switches one of them off to show what breaks. */
export const allRules = {
  /** SAVE-2, FOLLOW-1: sync publishes the mark, and a reader saves nothing below it. */
  mark: true,
  /** FOLLOW-1: the mark is the last block of the batch; only for `batches`. */
  markIsLast: true,
  /** SAVE-3, SAVE-4: record and cache entry are written on condition of the height. */
  conditions: true,
  /** FOLLOW-6: the cursor moves after everything else. */
  cursorLast: true,
  /** SAVE-7: sync puts the cache entry, and does not delete it. */
  putsEntry: true,
  /** CLAIM-1: the client reads the cursor before the entry. */
  cursorFirst: true,
  /** CLAIM-2, FOLLOW-7: what was read below followedFrom is known at its own block only; only for `startsAtTip`. */
  followedFrom: true,
  /** SAVE-1: a failed watch write ends the saving. */
  stopsWithoutWatches: true,
  /** FOLLOW-5: a record that is at the block already still gets its cache entry. */
  putsEntryOfNewerRecord: true,
  /** FOLLOW-5: sync puts a cache entry also where there is none. */
  putsFirstEntry: true,
  /** FOLLOW-5: sync makes a record where there is only a watch. */
  makesRecords: true,
  /** What sync does, not a rule: it takes all blocks up to the tip at once. */
  batches: false,
  /** What sync does, not a rule: the first tick sets the cursor to the tip. */
  startsAtTip: false,
};

const lastBlock = 3;

/** Tries every choice of blocks that write the key. */
export const race = (rules) =>
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
  state.readers.forEach((reader, index) => {
    readerSteps(state, rules, reader, index, add);
  });
  runnerSteps(state, rules, writes, add);
  clientSteps(state, rules, writes, add);
  return list;
}

/** A reader of the chain: reads at a block, writes watches, checks the mark, saves the record, puts the cache entry. */
function readerSteps(state, rules, { step, height, atLeast = 1 }, index, add) {
  const set = (next, reader) => {
    next.readers[index] = reader;
  };
  const go = (description, change) => add(`reader ${index + 1} ${description}`, change);
  if (step === 'read') {
    for (let block = atLeast; block <= state.tip; block += 1) {
      go(`reads at ${block}`, (next) => set(next, { step: 'watch', height: block }));
    }
  } else if (step === 'watch') {
    if (!rules.stopsWithoutWatches) {
      go('fails to write its watches, and goes on', (next) => set(next, { step: 'mark', height }));
    }
    go('writes its watches', (next) => {
      next.watched = true;
      set(next, { step: rules.mark ? 'mark' : 'record', height });
    });
  } else if (step === 'mark') {
    go(`sees mark ${state.mark}`, (next) =>
      set(next, state.mark > height ? { step: 'read', atLeast: state.mark } : { step: 'record', height }),
    );
  } else if (step === 'record') {
    go(`saves the record of ${height}`, (next) => {
      put(next, 'record', height, rules);
      set(next, { step: 'entry', height });
    });
  } else if (step === 'entry') {
    go(`puts the entry of ${height}`, (next) => {
      put(next, 'entry', height, rules);
      set(next, { step: 'done' });
    });
  }
}

/** Sync: publishes the mark, asks who watches, saves the record, puts the cache entry, moves the cursor. */
function runnerSteps(state, rules, writes, add) {
  const { step, first, last } = state.runner;
  if (step === 'idle' && rules.startsAtTip && state.cursor === 0) {
    add(`sync begins at the tip, ${state.tip}`, (next) => {
      next.cursor = state.tip;
      next.mark = state.tip;
      if (rules.followedFrom) next.followedFrom = state.tip;
    });
  } else if (step === 'idle' && state.cursor < state.tip) {
    const begin = state.cursor + 1;
    const end = rules.batches ? state.tip : begin;
    add(`sync takes ${begin === end ? begin : `${begin} to ${end}`}`, (next) => {
      next.runner = { step: 'ask', first: begin, last: end };
      if (rules.mark) next.mark = rules.markIsLast ? end : begin;
      if (!rules.cursorLast) next.cursor = end;
    });
  } else if (step === 'ask') {
    const isWritten = writes.some((block) => block >= first && block <= last);
    const isFound = isWritten && state.watched && (rules.makesRecords || state.record !== null);
    const answer = state.watched ? 'the entity' : 'nothing';
    add(`sync asks what watches the written keys: ${answer}`, (next) => {
      next.runner.step = isFound ? 'record' : 'cursor';
    });
  } else if (step === 'record') {
    if (!rules.putsEntryOfNewerRecord && state.record !== null && state.record >= last) {
      add(`sync skips the record, which is of ${state.record}`, (next) => {
        next.runner.step = 'cursor';
      });
    } else {
      add(`sync saves the record of ${last}`, (next) => {
        put(next, 'record', last, rules);
        next.runner.step = 'entry';
      });
    }
  } else if (step === 'entry') {
    add(rules.putsEntry ? `sync puts the entry of ${last}` : 'sync deletes the entry', (next) => {
      if (!rules.putsEntry) next.entry = null;
      else if (rules.putsFirstEntry || state.entry !== null) put(next, 'entry', last, rules);
      next.runner.step = 'cursor';
    });
  } else if (step === 'cursor') {
    add(`sync sets the cursor to ${last}`, (next) => {
      if (rules.cursorLast) next.cursor = last;
      next.runner = { step: 'idle' };
    });
  }
  if (step !== 'idle' && state.crashes > 0) {
    add('sync crashes', (next) => {
      next.crashes -= 1;
      next.runner = { step: 'idle' };
    });
  }
}

/** A client that is served from the cache: it reads cursor and entry, in the order that the rules say, and answers. */
function clientSteps(state, rules, writes, add) {
  const { step } = state.client;
  if (step === 'first') {
    if (rules.cursorFirst) {
      add(`the client reads cursor ${state.cursor}`, (next) => {
        next.client = { step: 'second', cursor: state.cursor };
      });
    } else {
      add(`the client reads the entry of ${state.entry}`, (next) => {
        next.client = { step: 'second', entry: state.entry };
      });
    }
    return;
  }
  const { cursor = state.cursor, entry = state.entry } = state.client;
  const description = rules.cursorFirst
    ? `the client reads the entry of ${entry}`
    : `the client reads cursor ${cursor}`;
  add(description, (next) => {
    next.client = { step: 'first' };
    if (entry === null) return;
    const isBeforeScans = state.followedFrom !== null && entry < state.followedFrom;
    const through = isBeforeScans ? entry : Math.max(cursor, entry);
    if (countThrough(writes, entry) === countThrough(writes, through)) return;
    next.wrong = `it answers with the value of block ${entry}, verified through ${through}`;
  });
}

function put(next, slot, height, { conditions }) {
  if (!conditions || height >= (next[slot] ?? -1)) next[slot] = height;
}
