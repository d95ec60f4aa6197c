import { describe, expect, test } from '@jest/globals';
import { createBreaker } from '../../../lib/chain/pool/breaker.ts';

const failure = new Error('a failure');
const other = new Error('an error that is not a failure');

function start() {
  const openedBy: unknown[] = [];
  const breaker = createBreaker(
    (error) => error === failure,
    (error, method) => openedBy.push([method, error]),
  );
  const run = (outcome: string, method = 'a_method') =>
    breaker.run(method, async () => {
      if (outcome === 'F') throw failure;
      if (outcome === 'o') throw other;
      return outcome;
    });
  return {
    breaker,
    opened: () => openedBy.length,
    openedBy,
    /** One attempt per letter: F fails, s succeeds, o throws an error that does not count. */
    async play(outcomes: string): Promise<void> {
      for (const outcome of outcomes) await run(outcome).catch(() => undefined);
    },
    run,
  };
}

describe('A breaker', () => {
  test.each([
    ['four failures are too few outcomes', 'FFFF', false],
    ['half of the last outcomes, of at least five', 'FFssF', true],
    ['less than half', 'FsssF', false],
    ['half of ten', 'sssssFFFFF', true],
    ['four of ten', 'ssssssFFFF', false],
    ['only the last ten count', `${'s'.repeat(30)}FFFFF`, true],
    ['failures that left the window do not count', 'FFssssssssssssFFF', false],
    ['a success does not open it, even when enough failures are known by then', 'FFFFs', false],
    ['the next failure does', 'FFFFsF', true],
    ['errors that are not failures do not count', 'FFFFoooooo', false],
    ['and do not dilute failures', 'FFFFooooooF', true],
  ])('%s (%s)', async (_what, outcomes, isOpen) => {
    const { breaker, opened, play } = start();
    await play(outcomes);
    expect([breaker.isOpen, opened()]).toEqual([isOpen, isOpen ? 1 : 0]);
  });

  test('passes on the failure that opened it, and the method of that attempt', async () => {
    const { openedBy, play, run } = start();
    await play('FFFF');
    await run('F', 'the_last_method').catch(() => undefined);
    expect(openedBy).toEqual([['the_last_method', failure]]);
  });

  test('runs attempts while it is open, and counts none of them', async () => {
    const { breaker, opened, play, run } = start();
    await play('FFFFF');
    expect(await run('s')).toBe('s');
    await expect(run('F')).rejects.toBe(failure);
    expect([breaker.isOpen, opened()]).toEqual([true, 1]);
  });

  test('passes results and errors on unchanged', async () => {
    const { run } = start();
    expect(await run('s')).toBe('s');
    await expect(run('F')).rejects.toBe(failure);
    await expect(run('o')).rejects.toBe(other);
  });

  test('that is closed counts anew', async () => {
    const { breaker, opened, play } = start();
    await play('FFFFF');
    breaker.close();
    expect(breaker.isOpen).toBe(false);
    await play('FFFF');
    expect(breaker.isOpen).toBe(false);
    await play('F');
    expect([breaker.isOpen, opened()]).toEqual([true, 2]);
  });

  test('that is opened from outside reports no opening of its own', async () => {
    const { breaker, opened, play } = start();
    breaker.open();
    await play('FFFFF');
    expect([breaker.isOpen, opened()]).toEqual([true, 0]);
  });

  test('does not count an attempt that began before it was closed', async () => {
    const { breaker, opened, play } = start();
    const late = Promise.withResolvers<never>();
    const running = Array.from({ length: 5 }, () => breaker.run('a_method', () => late.promise).catch(() => undefined));
    await play('FFFFF');
    breaker.close();
    late.reject(failure);
    await Promise.all(running);
    expect([breaker.isOpen, opened()]).toEqual([false, 1]);
    await play('FFFF');
    expect(breaker.isOpen).toBe(false);
  });
});
