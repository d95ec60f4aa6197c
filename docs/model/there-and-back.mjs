/**
 * A basis is written twice within one batch and ends at its old value (A, B, A), while readers run ahead of the cursor.
 * When may sync say that the basis is the same? Rule: FOLLOW-3.
 */
import { report, search, searchAll, steps, subsetsOf } from './search.mjs';

const start = {
  tip: 1,
  cursor: 0,
  mark: 0,
  basis: { value: 0, changedAt: 0 },
  entity: null,
  reader: { step: 'read' },
  runner: { step: 'idle' },
};
const lastBlock = 3;

/** Blocks that write the key, and those among them that change its value. */
const cases = subsetsOf(lastBlock).flatMap((written) =>
  subsetsOf(lastBlock)
    .filter((flips) => flips.every((block) => written.includes(block)))
    .map((flips) => ({ written, flips })),
);
const valueAt = ({ flips }, height) => flips.filter((block) => block <= height).length % 2;

const cutOff = (isSame) =>
  searchAll(
    cases,
    (writes) =>
      search(
        start,
        (state) => nextOf(state, isSame, writes),
        (state) => falseClaim(state, writes),
      ),
    ({ flips }) => `the value changes in ${flips.join(', ')}`,
  );

function falseClaim({ entity, basis, cursor }, writes) {
  if (entity === null) return undefined;
  const through = basis.changedAt > entity ? entity : Math.max(cursor, entity);
  if (valueAt(writes, entity) === valueAt(writes, through)) return undefined;
  return `the value of ${entity} is claimed through ${through}`;
}

function nextOf(state, isSame, writes) {
  const { list, add } = steps(state);
  if (state.tip < lastBlock)
    add(`block ${state.tip + 1}`, (next) => {
      next.tip += 1;
    });
  readerSteps(state, add);
  const { step, last } = state.runner;
  if (step === 'idle') {
    for (let end = state.cursor + 1; end <= state.tip; end += 1) {
      add(`sync takes ${state.cursor + 1} to ${end}`, (next) => {
        next.runner = { step: 'basis', last: end };
        next.mark = Math.max(state.mark, end);
      });
    }
  } else if (step === 'basis') {
    const inBatch = writes.written.filter((block) => block > state.cursor && block <= last);
    const values = inBatch.map((block) => valueAt(writes, block));
    const isChanged = inBatch.length > 0 && !isSame(state.basis.value, values);
    add(isChanged ? `sync dates the basis: changed at ${inBatch.at(-1)}` : 'sync finds the basis the same', (next) => {
      if (isChanged) next.basis = { value: values.at(-1), changedAt: inBatch.at(-1) };
      next.runner.step = 'cursor';
    });
  } else if (step === 'cursor') {
    add(`sync sets the cursor to ${last}`, (next) => {
      next.cursor = last;
      next.runner = { step: 'idle' };
    });
  }
  return list;
}

function readerSteps(state, add) {
  const { step, height } = state.reader;
  if (step === 'read') {
    for (let block = 1; block <= state.tip; block += 1) {
      add(`the reader reads at ${block}`, (next) => {
        next.reader = { step: 'mark', height: block };
      });
    }
  } else if (step === 'mark') {
    add(`the reader sees mark ${state.mark}`, (next) => {
      next.reader = state.mark > height ? { step: 'read' } : { step: 'record', height };
    });
  } else if (step === 'record') {
    add(`the reader saves the record of ${height}`, (next) => {
      if (state.entity === null || state.entity <= height) next.entity = height;
      next.reader = { step: 'read' };
    });
  }
}

report(
  'the same if the last value is the old one (FOLLOW-3)',
  cutOff((stored, values) => values.at(-1) === stored),
);
report(
  'the same if, besides, only one block of the batch wrote it',
  cutOff((stored, values) => values.length === 1 && values[0] === stored),
);
report(
  'the same if it had that value at every block that wrote it',
  cutOff((stored, values) => values.every((value) => value === stored)),
);
