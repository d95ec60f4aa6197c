/**
 * A basis keeps the blocks in which its value, and what it joins to answers, changed. How far may a claim reach, and with which
 * joined part? Readers run ahead of the cursor, sync takes several blocks at once and may be killed after it has moved the basis,
 * and a client may hold an old cursor. Rules: CLAIM-3, FOLLOW-3.
 */
import { countThrough, report, search, searchAll, steps, subsetsOf } from './search.mjs';

const start = {
  tip: 1,
  cursor: 1,
  mark: 1,
  /** `value` and `joined`: the last block before each change that is kept. All changes after `since` are. */
  basis: { height: 1, since: 1, value: [], joined: [] },
  entity: 1,
  reader: { step: 'read' },
  runner: { step: 'idle' },
  client: {},
  crashes: 1,
};
const lastBlock = 3;

/** Blocks that change the value of the basis, and blocks that change what it joins. */
const cases = subsetsOf(lastBlock)
  .filter((blocks) => !blocks.includes(1))
  .flatMap((value, _index, all) => all.map((joined) => ({ value, joined })));
const blocks = (list) => (list.length === 0 ? 'never' : `in ${list.join(', ')}`);

const keeping = (rules) =>
  searchAll(
    cases,
    (writes) =>
      search(
        start,
        (state) => nextOf(state, rules, writes),
        (state) => falseClaim(state, rules, writes),
      ),
    ({ value, joined }) => `the value changes ${blocks(value)}, the joined part ${blocks(joined)}`,
  );

/** The value flips, so that a second change brings the first value back; the joined part is another one after each change. */
const valueAt = ({ value }, height) => countThrough(value, height) % 2;
const joinedAt = ({ joined }, height) => countThrough(joined, height);

/** The first block before a change at or after `from`, at most `end`; `from` where the changes do not reach back to it. */
function unchangedThrough(kept, since, from, end) {
  if (from < since) return from;
  return Math.min(kept.find((height) => height >= from) ?? end, end);
}

function falseClaim({ client, entity, basis }, rules, writes) {
  if (client.cursor === undefined) return undefined;
  const own = client.entity ?? entity;
  const judgedBy = client.basis ?? basis;
  const since = rules.forgetsSilently ? 0 : judgedBy.since;
  const known = rules.lastChange ? judgedBy.value.slice(-1) : judgedBy.value;
  let through = Math.max(own, client.cursor);
  if (known.some((height) => height >= own) || own < since) through = unchangedThrough(known, since, own, through);
  const isStored = judgedBy.height <= through || rules.storedJoins;
  if (!isStored && !rules.ownJoins) through = unchangedThrough(judgedBy.joined, since, own, through);
  const joined = joinedAt(writes, isStored && judgedBy.height >= own ? judgedBy.height : own);
  if (valueAt(writes, own) !== valueAt(writes, through)) return `the value of ${own} is claimed through ${through}`;
  if (joined !== joinedAt(writes, through)) return `what ${own} is answered with is not joined at ${through}`;
  return undefined;
}

function nextOf(state, rules, writes) {
  const { list, add } = steps(state);
  if (state.tip < lastBlock)
    add(`block ${state.tip + 1}`, (next) => {
      next.tip += 1;
    });
  readerSteps(state, add);
  runnerSteps(state, rules, writes, add);
  clientSteps(state, add);
  return list;
}

function readerSteps(state, add) {
  const { step, height } = state.reader;
  if (step === 'read') {
    for (let block = state.entity + 1; block <= state.tip; block += 1) {
      add(`the reader reads at ${block}`, (next) => {
        next.reader = { step: 'save', height: block };
      });
    }
  } else {
    add(`the reader sees mark ${state.mark}, and saves ${height}`, (next) => {
      if (state.mark <= height && height > state.entity) next.entity = height;
      next.reader = { step: 'read' };
    });
  }
}

function runnerSteps(state, rules, writes, add) {
  const { step, last } = state.runner;
  if (step === 'idle') {
    for (let end = Math.max(state.cursor + 1, state.mark); end <= state.tip; end += 1) {
      add(`sync takes ${state.cursor + 1} to ${end}`, (next) => {
        next.runner = { step: 'basis', last: end };
        next.mark = Math.max(state.mark, end);
      });
    }
  } else if (step === 'basis') {
    add(`sync moves the basis to ${last}`, (next) => {
      moveBasis(next.basis, last, rules, writes);
      next.runner = { step: 'cursor', last };
    });
  } else {
    add(`sync sets the cursor to ${last}`, (next) => {
      next.cursor = last;
      next.runner = { step: 'idle' };
    });
  }
  if (step === 'cursor' && state.crashes > 0) {
    add('sync is killed', (next) => {
      next.runner = { step: 'idle' };
      next.crashes -= 1;
    });
  }
}

/** Each change after the block at which the basis is known is dated by its own block. */
function moveBasis(basis, last, rules, writes) {
  for (const part of ['value', 'joined']) {
    const within = writes[part].filter((block) => block > basis.height && block <= last).map((block) => block - 1);
    basis[part].push(...(rules.datedByLast ? within.slice(-1) : within));
  }
  basis.height = last;
  if (rules.keeps === undefined) return;
  const forgotten = [basis.value, basis.joined].flatMap((kept) => kept.splice(0, kept.length - rules.keeps));
  basis.since = Math.max(basis.since, ...forgotten.map((height) => height + 1));
}

/** The cursor first; then the entry and the basis, in either order. */
function clientSteps(state, add) {
  const { cursor, entity, basis } = state.client;
  if (cursor === undefined) {
    add(`the client reads cursor ${state.cursor}`, (next) => {
      next.client = { cursor: state.cursor };
    });
  } else if (entity === undefined && basis === undefined) {
    add(`the client reads the entry of ${state.entity}`, (next) => {
      next.client.entity = state.entity;
    });
    add('the client reads the basis', (next) => {
      next.client.basis = state.basis;
    });
  }
}

report('verified through the block before the first change', keeping({}));
report('the same, where only the latest change is kept', keeping({ keeps: 1 }));
report('a change that is not kept counts as none (CLAIM-3)', keeping({ keeps: 1, forgetsSilently: true }));
report('verified through the block before the last change (CLAIM-3)', keeping({ lastChange: true }));
report('all changes of a batch have the date of its last one (FOLLOW-3)', keeping({ datedByLast: true }));
report("the entity's reading joins to every claim (CLAIM-3)", keeping({ ownJoins: true }));
report('the stored basis joins to every claim (CLAIM-3)', keeping({ storedJoins: true }));
