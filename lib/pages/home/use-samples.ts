import { useEffect, useState } from 'preact/hooks';
import type { OpenApiDocument } from '../open-api.ts';
import { sendHere } from '../send-here.ts';
import { type LookupTarget, pathOf } from './lookup-target.ts';

/** Ids that this deployment answers: of its own collections. None: it has none, or does not say so without a credential. */
export function useSamples(api: OpenApiDocument | undefined, credential: string): readonly LookupTarget[] {
  const [samples, setSamples] = useState<readonly LookupTarget[]>([]);
  useEffect(() => {
    let isCurrent = true;
    if (api !== undefined)
      findSamples(api, credential).then(
        (found) => isCurrent && setSamples(found),
        // Without samples one types an id.
        () => {},
      );
    return () => {
      isCurrent = false;
    };
  }, [api, credential]);
  return samples;
}

async function findSamples(api: OpenApiDocument, credential: string): Promise<readonly LookupTarget[]> {
  // biome-ignore lint/suspicious/noExplicitAny: what is missing in an answer is no sample
  const read = async (path: string): Promise<any> => {
    const { status, text } = await sendHere({ method: 'GET', path, headers: {} }, credential);
    return status === 200 ? JSON.parse(text) : undefined;
  };
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const collections: any[] = (await read('/v1/collections?limit=20'))?.items ?? [];
  const named = collections
    .filter(({ data }) => data !== undefined && data.minted !== '0')
    .sort((a, b) => Number(b.data.minted) - Number(a.data.minted));
  const packageHash = named[0]?.data.packageHash;
  if (packageHash === undefined) return [];
  const collection: string = named[0].data.alias ?? packageHash;
  const listed = await read(`/v1/collections/${collection}/assets?limit=1`);
  // Most collections count their tokens from 0; one that is not enumerated yet lists none.
  const tokenId: string = listed?.items[0]?.data?.tokenId ?? '0';
  const asset: LookupTarget = { kind: 'asset', id: `${collection}:${tokenId}` };
  const owner: string = (await read(pathOf(asset)))?.data.owner ?? '';
  const samples: LookupTarget[] = [];
  if (owner !== '') samples.push(asset);
  samples.push({ kind: 'collection', id: collection });
  if (owner.startsWith('account-hash-')) samples.push({ kind: 'account', id: owner }, { kind: 'staking', id: owner });
  const transaction = recordedTransaction(api, packageHash);
  return transaction === undefined ? samples : [...samples, { kind: 'transaction', id: transaction }];
}

/** The examples of the contract were recorded on a chain. A deployment that has their collection is on that chain. */
function recordedTransaction({ paths }: OpenApiDocument, packageHash: string): string | undefined {
  const examples = JSON.stringify(paths['/v1/assets/{collection}/{tokenId}']?.get?.responses['200']);
  const hash = paths['/v1/transactions/{hash}']?.get?.parameters?.find(({ name }) => name === 'hash')?.example;
  return examples?.includes(packageHash) ? String(hash) : undefined;
}
