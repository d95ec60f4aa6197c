/**
 * What an app does with the service, from the first look-up to the last: `npm run build`, `npm start`, and then
 * `API=http://127.0.0.1:3000 KEY=<key> npx node examples/seed-usage.ts` (in a clone, npx has the Node that runs TypeScript). The
 * comments name what each part replaces in an app that had the look-up service in its own process.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from 'astake-lookup/client';

export interface Deployment {
  readonly url: string;
  /** Of an operator. */
  readonly token: string;
}

export async function seedUsage({ url, token }: Deployment) {
  // await integratedDataService.initialize(), with config.cachePreferences
  const client = createClient({ url, token, freshness: { fallbackToDatabase: true }, timeoutMs: 60_000 });
  const villa = { collection: 'villas', tokenId: '0' };

  // secondaryLookupService.getAssetData('asset_123') and integratedDataService.getAsset('asset_123')
  const plainAsset = await client.getAsset(villa);

  // secondaryLookupService.getAssetData('asset_123', { preferCache: false, fallbackToDatabase: true, maxAge: 300000 })
  const asset = await client.getAsset(villa, { preferCache: false, fallbackToDatabase: true, maxAge: 300 });

  // secondaryLookupService.getAssetData('asset_123', { forceRefresh: true })
  const freshAsset = await client.getAsset(villa, { forceRefresh: true });

  // secondaryLookupService.getAssetData('asset_123', { preferCache: true, fallbackToDatabase: true })
  const cachedAsset = await client.getAsset(villa, { preferCache: true, fallbackToDatabase: true });

  // casperService.getAssetTokenInfo(tokenId): tokenId, owner, assetValue, verified, contractAddress, blockNumber
  const { tokenId, owner, assetValue, verified, packageHash: contractAddress } = asset.data;
  const tokenInfo = { tokenId, owner, assetValue, verified, contractAddress, blockNumber: asset.meta.block.height };

  // secondaryLookupService.batchGetAssets(['asset_1', 'asset_2', 'asset_3'])
  const refs = ['0', '1', '2'].map((id) => ({ kind: 'asset' as const, id: `villas:${id}` }));
  const { results } = await client.lookup({ body: { refs } });

  // integratedDataService.getUserBalance('0x123...') and casperService.getAccountBalance(walletAddress)
  const user = { id: '0192ac77e7b641cd404fbcade3ec1eb2f180b3be4f216a58203461b698ea41c3c7' };
  const { balance } = (await client.getAccount(user)).data;

  // casperService.getStakingMetrics(walletAddress): totalStaked, rewards, exchangeRate
  const { totalStaked, rewards, liquid } = (await client.getStaking(user)).data;
  const stakingMetrics = { totalStaked, rewards, exchangeRate: liquid?.exchangeRate ?? null };

  // casperClient.getDeployInfo(deployHash)
  const deploy = { hash: '6b7ec7554af926615ff07bcc552182ea9eae13f3256b7f63382e6070998063be' };
  const deployInfo = (await client.getTransaction(deploy)).data;

  // secondaryLookupService.refreshUserData('0x123...') and integratedDataService.refreshUserData('0x123...'): a writer's deed; the
  // key of a local run has all roles
  const refreshed: string[] = [];
  for await (const { ref, outcome } of client.items.refreshAccount(user)) refreshed.push(`${ref.kind}: ${outcome}`);

  // blockchainSyncService.startSync() is not needed: the service follows the chain by itself, twice a minute
  // blockchainSyncService.forceSync()
  const tick = await client.forceSync({ body: { reviewer: 'example' } });

  // integratedDataService.getServiceHealth()
  const health = await client.getHealth();

  // secondaryLookupService.getCacheStats()
  const stats = await client.getStats();

  // blockchainSyncService.getUnresolvedConflicts()
  const conflicts: string[] = [];
  for await (const { id } of client.items.listConflicts()) conflicts.push(id);

  // integratedDataService.resolveConflicts(): what needs no person is resolved by itself, too
  const resolved: string[] = [];
  for await (const { id } of client.items.resolveConflicts({ dryRun: true })) resolved.push(id);

  // reconciliationService.forceReconciliation(): data integrity issues, resolved conflicts, recommendations
  const { id } = await client.startReconciliation({ body: { scope: { kind: 'asset' } } });
  let report = await client.getReconciliation({ id });
  for (; report.finishedAt === null; report = await client.getReconciliation({ id })) await pause(200);

  // integratedDataService.shutdown() is not needed: the client keeps nothing open
  return {
    plainAsset,
    asset,
    freshAsset,
    cachedAsset,
    tokenInfo,
    results,
    balance,
    stakingMetrics,
    deployInfo,
    refreshed,
    tick,
    health,
    stats,
    conflicts,
    resolved,
    report,
  };
}

if (import.meta.main) {
  const { API: url = 'http://127.0.0.1:3000', KEY: token = '' } = process.env;
  console.dir(await seedUsage({ url, token }), { depth: 4 });
}
