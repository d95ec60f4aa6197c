import { expect, test } from '@jest/globals';
import { createEtagCache } from '../../lib/client/etag-cache.ts';

const kept = (text: string) => ({ tag: '"a"', text, height: 1 });

test('the cache keeps what was used last, within its number of entries', () => {
  const cache = createEtagCache(2);
  cache.keep('a', kept('1'));
  cache.keep('b', kept('2'));
  cache.keep('a', kept('1'));
  cache.keep('c', kept('3'));
  expect(['a', 'b', 'c'].map((subject) => cache.find(subject)?.text)).toEqual(['1', undefined, '3']);
});

test('and within its number of characters, also after entries were replaced and forgotten', () => {
  const cache = createEtagCache(100, 10);
  cache.keep('a', kept('12345'));
  cache.keep('a', kept('123'));
  cache.keep('b', kept('1234567'));
  expect(cache.find('a')).toBeDefined();
  cache.forget('b');
  cache.keep('c', kept('1234567'));
  expect(cache.find('a')).toBeDefined();
  cache.keep('d', kept('1'));
  expect(['a', 'c', 'd'].map((subject) => cache.find(subject) !== undefined)).toEqual([false, true, true]);
  cache.keep('e', kept('x'.repeat(11)));
  expect(['c', 'd', 'e'].some((subject) => cache.find(subject) !== undefined)).toBe(false);
});

test('a cache of no entries keeps nothing', () => {
  const cache = createEtagCache(0);
  cache.keep('a', kept('1'));
  expect(cache.find('a')).toBeUndefined();
});
