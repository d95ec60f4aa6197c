/**
 * Four small questions, each with and without its rule: TRACK-2 (what a renewal is conditional on, and when it is
 * allowed), BASIS-4 (who makes the era basis), FOLLOW-8 (what a rewind must change).
 */
import { report, search, steps } from './search.mjs';

/** A reader renews the date of a record while sync saves another read set: key 1 becomes key 2. */
function renewalOf({ conditional }) {
  const start = {
    record: { height: 1, key: 1, trackedUntil: 30 },
    watches: { 1: 35, 2: 0 },
    reader: { step: 0 },
    sync: { step: 0 },
  };
  const next = (state) => {
    const { list, add } = steps(state);
    const { record, reader, sync } = state;
    if (reader.step === 0) {
      add(`a reader reads the record, which depends on key ${record.key}`, (after) => {
        after.reader = { step: 1, key: record.key, height: record.height };
      });
    } else if (reader.step === 1) {
      add(`the reader raises the watch of key ${reader.key} to day 65`, (after) => {
        after.watches[reader.key] = 65;
        after.reader.step = 2;
      });
    } else if (reader.step === 2) {
      add('the reader sets trackedUntil to day 60', (after) => {
        if (!conditional || record.height === reader.height) after.record.trackedUntil = 60;
        after.reader.step = 3;
      });
    }
    if (sync.step === 0) {
      add(`sync writes the watch of key 2, until day ${record.trackedUntil + 5}`, (after) => {
        after.watches[2] = record.trackedUntil + 5;
        after.sync = { step: 1, trackedUntil: record.trackedUntil };
      });
    } else if (sync.step === 1) {
      add('sync saves the record of block 2, which depends on key 2', (after) => {
        const trackedUntil = conditional ? sync.trackedUntil : record.trackedUntil;
        after.record = { height: 2, key: 2, trackedUntil };
        after.sync.step = 2;
      });
    }
    return list;
  };
  const isUnwatched = ({ record, watches }) =>
    record.trackedUntil > watches[record.key]
      ? `the record is tracked until day ${record.trackedUntil}, and the watch of key ${record.key} ends on day ${watches[record.key]}`
      : undefined;
  return search(start, next, isUnwatched);
}
report('a renewal is conditional on the record that was read', renewalOf({ conditional: true }));
report('a renewal is unconditional (TRACK-2)', renewalOf({ conditional: false }));

/**
 * Days pass; the watch ends on day 35, and block 2 writes the key. A renewal takes no reading of the chain, and may stop for days
 * between its steps.
 */
function lateRenewal({ onlyBefore, looksAgain }) {
  const start = { day: 0, trackedUntil: 30, watch: 35, cursor: 1, height: 1, reader: { step: 0 } };
  const next = (state) => {
    const { list, add } = steps(state);
    const { day, trackedUntil, cursor, height, reader } = state;
    const isTracked = day < trackedUntil;
    if (day < 40)
      add(`day ${day + 20}`, (after) => {
        after.day += 20;
      });
    if (cursor === 1) {
      const isThere = state.watch > day;
      add(`sync takes block 2, and finds ${isThere ? 'the watch' : 'no watch'}`, (after) => {
        after.cursor = 2;
        if (isThere) after.height = 2;
      });
    }
    if (reader.step === 0 && (!onlyBefore || isTracked)) {
      add('a reader reads the record, whose date is due', (after) => {
        after.reader = { step: 1, until: day + 30, height };
      });
    } else if (reader.step === 1) {
      add('the reader raises the watch', (after) => {
        after.watch = Math.max(state.watch, reader.until + 5);
        after.reader.step = 2;
      });
    } else if (reader.step === 2) {
      const goesOn = !looksAgain || isTracked;
      add(goesOn ? 'the reader goes on' : 'the reader sees that the date has passed', (after) => {
        after.reader = goesOn ? { ...reader, step: 3 } : { step: 0 };
      });
    } else if (reader.step === 3) {
      add('the reader renews the date', (after) => {
        if (height === reader.height) after.trackedUntil = reader.until;
        after.reader = { step: 0 };
      });
    }
    return list;
  };
  const isFalse = ({ day, trackedUntil, height, cursor }) =>
    day < trackedUntil && height < 2 && cursor === 2 ? 'the value of block 1 is claimed through block 2' : undefined;
  return search(start, next, isFalse);
}
report('a date is renewed only before it has passed', lateRenewal({ onlyBefore: true, looksAgain: true }));
report('a date is renewed by any read (TRACK-2)', lateRenewal({ onlyBefore: false, looksAgain: false }));
report('a date is looked at once (TRACK-2)', lateRenewal({ onlyBefore: true, looksAgain: false }));

/** Block 2 ends an era, and the entity depends on the era. */
function eraBasis({ madeBySync }) {
  const start = { cursor: 1, mark: 1, era: null, entity: null, reader: null, sync: 'idle' };
  const next = (state) => {
    const { list, add } = steps(state);
    const { reader } = state;
    if (reader === null) {
      for (const height of [1, 2])
        add(`a reader reads at ${height}`, (after) => {
          after.reader = { step: 'mark', height };
        });
    } else if (reader.step === 'mark') {
      add(`the reader sees mark ${state.mark}`, (after) => {
        after.reader = state.mark > reader.height ? null : { ...reader, step: 'era' };
      });
    } else if (reader.step === 'era') {
      add('the reader makes the era basis, if there is none', (after) => {
        after.era ??= reader.height;
        after.reader.step = 'record';
      });
    } else {
      add(`the reader saves the entity of ${reader.height}`, (after) => {
        after.entity = Math.max(state.entity ?? 0, reader.height);
        after.reader = null;
      });
    }
    if (state.sync === 'idle') {
      add('sync takes 2', (after) => {
        after.mark = 2;
        after.sync = 'era';
      });
    } else if (state.sync === 'era') {
      const isMoved = state.era !== null || madeBySync;
      add(`sync ${isMoved ? 'dates the era basis: changed at 2' : 'finds no era basis'}`, (after) => {
        if (isMoved) after.era = 2;
        after.sync = 'cursor';
      });
    } else if (state.sync === 'cursor') {
      add('sync sets the cursor to 2', (after) => {
        after.cursor = 2;
        after.sync = 'done';
      });
    }
    return list;
  };
  const isFalse = ({ entity, era, cursor }) => {
    if (entity === null || entity >= 2) return undefined;
    const through = era !== null && era <= entity ? Math.max(cursor, entity) : entity;
    return through >= 2 ? `the entity of ${entity} is claimed through ${through}` : undefined;
  };
  return search(start, next, isFalse);
}
report('sync makes the era basis', eraBasis({ madeBySync: true }));
report('readers make the era basis, sync moves a stored one (BASIS-4)', eraBasis({ madeBySync: false }));

/** The chain has an old fork of blocks 6 to 8. An operator rewinds to 5; the new block 6 writes the key. */
function rewind({ countsForks }) {
  const start = { cursor: { height: 5, of: 'both' }, fork: 0, chain: 'old', runner: null };
  const next = (state) => {
    const { list, add } = steps(state);
    const { cursor, runner } = state;
    if (runner === null && cursor.of === 'both') {
      add(`runner A scans 6 to 8 of the ${state.chain} fork`, (after) => {
        after.runner = { fork: state.fork, cursor, of: state.chain };
      });
    } else if (runner !== null) {
      add('runner A writes cursor 8', (after) => {
        const isSame = cursor.height === runner.cursor.height && cursor.of === runner.cursor.of;
        if (isSame && (!countsForks || state.fork === runner.fork)) after.cursor = { height: 8, of: runner.of };
        after.runner = null;
      });
    }
    if (state.chain === 'old') {
      add('the network goes back, and an operator rewinds to 5', (after) => {
        after.chain = 'new';
        after.cursor = { height: 5, of: 'both' };
        after.fork += 1;
      });
    }
    return list;
  };
  const isFalse = ({ chain, cursor }) =>
    chain === 'new' && cursor.of === 'old'
      ? 'an entry of 5 is claimed through 8, and the new block 6 was never scanned'
      : undefined;
  return search(start, next, isFalse);
}
report('the cursor is conditional on the fork', rewind({ countsForks: true }));
report('the cursor is conditional on height and hash alone (FOLLOW-8)', rewind({ countsForks: false }));
