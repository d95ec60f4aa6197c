process.env.TEST_READERS = 'web';
await import('../../../http/read-own-write.test.ts');
