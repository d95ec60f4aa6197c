process.env.TEST_READERS = 'web';
await import('../../../http/caller-limits.test.ts');
