process.env.TEST_READERS = 'web';
await import('../../../http/unusable-answers.test.ts');
