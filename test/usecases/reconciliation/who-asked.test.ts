import { expect, test } from '@jest/globals';
import { reconciliationAnswer } from '../../../lib/runtime/reconciliation-answer.ts';
import { reconciliationPage } from '../../../lib/runtime/reconciliation-page.ts';
import { reportById } from '../../../lib/usecases/reconciliation/read-report.ts';
import { cancelReconciliation, startReconciliation } from '../../../lib/usecases/reconciliation/start.ts';
import { startService } from '../../support/service.ts';

test('a run, its report and its page name the principals who asked for it and who cancelled it', async () => {
  const { service, close } = await startService();
  try {
    const wanted = { scope: { of: 'all' }, dryRun: false, requestedBy: 'key:ada' } as const;
    const reconciler = { start: async () => undefined };
    const { id } = await startReconciliation(wanted, { ...service, reconciler });
    await cancelReconciliation(id, service, 'jwt:issuer.example:ben');
    const report = await reportById(id, service);
    expect(report).toMatchObject({ startedBy: 'operator', requestedBy: 'key:ada' });
    expect(report).toMatchObject({ status: 'cancelled', cancelledBy: 'jwt:issuer.example:ben' });
    const page = reconciliationPage(reconciliationAnswer(report, service.definitions));
    expect(page).toContain('Started by an operator (key:ada)');
    expect(page).toContain('an operator cancelled it: jwt:issuer.example:ben');
  } finally {
    await close();
  }
});
