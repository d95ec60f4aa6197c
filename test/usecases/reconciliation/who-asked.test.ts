import { expect, test } from '@jest/globals';
import { StoreUnavailable } from '../../../lib/domain/errors.ts';
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
    // Rule ACCESS-25.
    const trail = await service.audit.history({ kind: 'service', id: 'reconciliations' }, { limit: 9 });
    expect(trail.map(({ cause, actor, after }) => [cause, actor, after])).toEqual([
      ['review', 'jwt:issuer.example:ben', { request: 'cancel', run: id, at: expect.any(String) }],
      [
        'review',
        'key:ada',
        { request: 'start', run: id, scope: { of: 'all' }, dryRun: false, attempt: 1, at: expect.any(String) },
      ],
    ]);
  } finally {
    await close();
  }
});

test('a run that cannot be written down is not started, and one is not cancelled (rule ACCESS-25)', async () => {
  const { service, close } = await startService();
  try {
    const append = service.audit.append;
    const wanted = { scope: { of: 'all' }, dryRun: false, requestedBy: 'key:ada' } as const;
    let started = 0;
    const reconciler = {
      async start() {
        started += 1;
      },
    };
    const fail = async () => {
      throw new StoreUnavailable('the audit table is away');
    };
    Object.assign(service.audit, { append: fail });
    await expect(startReconciliation(wanted, { ...service, reconciler })).rejects.toThrow(StoreUnavailable);
    expect([started, (await service.reconciliations.latest())?.status]).toEqual([0, 'interrupted']);
    Object.assign(service.audit, { append });
    const { id } = await startReconciliation(wanted, { ...service, reconciler });
    Object.assign(service.audit, { append: fail });
    await expect(cancelReconciliation(id, service, 'key:ben')).rejects.toThrow(StoreUnavailable);
    expect([started, (await service.reconciliations.latest())?.status]).toEqual([1, 'running']);
  } finally {
    await close();
  }
});
