/** Who may move a stored basis and date its change: sync alone, or readers too? Rules: BASIS-2, CLAIM-3. */
import { countThrough, report, search, searchAll, steps, subsetsOf } from './search.mjs';

/** `basis.changes`: the heights at which it changed, as far as they were noticed. */
const start = {
  tip: 1,
  cursor: 0,
  entity: null,
  basis: { height: 0, changes: [] },
  reader: { step: 'read' },
  runner: { step: 'idle' },
};
const lastBlock = 3;

const dating = (rules) =>
  searchAll(
    subsetsOf(lastBlock),
    (writes) =>
      search(
        start,
        (state) => nextOf(state, rules, writes),
        (state) => falseClaim(state, rules, writes),
      ),
    (writes) => `the basis is written in ${writes.join(', ')}`,
  );

/** A claim reaches to the block before a change that it knows of. */
function falseClaim({ cursor, entity, basis }, rules, writes) {
  if (entity === null) return undefined;
  const later = basis.changes.filter((height) => height > entity);
  const change = rules.knowsFirstChange ? later[0] : later.at(-1);
  const latest = Math.max(cursor, entity);
  const through = Math.max(change === undefined ? latest : Math.min(latest, change - 1), entity);
  if (countThrough(writes, entity) === countThrough(writes, through)) return undefined;
  return `an answer of block ${entity} is verified through ${through}`;
}

function nextOf(state, rules, writes) {
  const { list, add } = steps(state);
  if (state.tip < lastBlock)
    add(`block ${state.tip + 1}`, (next) => {
      next.tip += 1;
    });
  readerSteps(state, rules, writes, add);
  const { step, block } = state.runner;
  if (step === 'idle' && state.cursor < state.tip) {
    add(`sync takes ${state.cursor + 1}`, (next) => {
      next.runner = { step: 'basis', block: state.cursor + 1 };
    });
  } else if (step === 'basis') {
    add('sync reads the basis', (next) => {
      if (writes.includes(block) && next.basis.height < block) move(next, block, block);
      next.runner.step = 'cursor';
    });
  } else if (step === 'cursor') {
    add(`sync sets the cursor to ${block}`, (next) => {
      next.cursor = block;
      next.runner = { step: 'idle' };
    });
  }
  return list;
}

function readerSteps(state, rules, writes, add) {
  const { step, height, what, cursor } = state.reader;
  if (step === 'read') {
    for (let block = 1; block <= state.tip; block += 1) {
      for (const entity of ['the entity', 'another entity']) {
        add(`a reader reads ${entity} and the basis at ${block}, cursor ${state.cursor}`, (next) => {
          next.reader = { step: 'basis', height: block, what: entity, cursor: state.cursor };
        });
      }
    }
  } else if (step === 'basis') {
    add(rules.readersSave ? `it saves the basis of ${height}` : 'it leaves the basis as it is', (next) => {
      const { basis } = state;
      if (rules.readersSave && height >= basis.height) {
        const isChanged = countThrough(writes, basis.height) !== countThrough(writes, height);
        const changedAt = rules.datedBy === 'read' ? height : Math.max(cursor, basis.height) + 1;
        move(next, height, isChanged ? changedAt : undefined);
      }
      next.reader.step = 'record';
    });
  } else if (step === 'record') {
    add(what === 'the entity' ? `it saves the record of ${height}` : 'it is done', (next) => {
      if (what === 'the entity' && height >= (state.entity ?? 0)) next.entity = height;
      next.reader = { step: 'read' };
    });
  }
}

function move(next, height, changedAt) {
  if (changedAt !== undefined) next.basis.changes.push(changedAt);
  next.basis.height = height;
}

report('only sync saves bases; it knows the first change', dating({ knowsFirstChange: true }));
report('only sync saves bases; it knows the last change (CLAIM-3)', dating({}));
const byReaders = { knowsFirstChange: true, readersSave: true };
report('readers save bases, dated by their block (BASIS-2)', dating({ ...byReaders, datedBy: 'read' }));
report('readers save bases, dated by cursor + 1 (BASIS-2)', dating({ ...byReaders, datedBy: 'cursor' }));
