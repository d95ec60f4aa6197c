process.env.TEST_READERS = 'web';
await import('../../../http/explain.test.ts');
