// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
type Body = any;

/** The important members of an answer, in one or a few lines. */
export function extractOf(body: Body): string[] {
  if (body.data) return [`${provenance(body.meta)}; ${valueText(body.data)}`];
  if (body.code) {
    const at = body.meta ? `; meta.block ${body.meta.block.height}` : '';
    return [`code ${body.code}, retryable ${body.retryable}: ${body.detail}${at}`];
  }
  if (body.results) return body.results.map((result: Body) => outcome(result));
  if (body.entries) return body.entries.map((entry: Body) => change(entry));
  const { nodes, chain, reads, writes } = body.components;
  return [`nodes ${nodes.status} (${chain.network}), reads ${reads.status}, writes ${writes.status}`];
}

const provenance = ({ source, stale, block, age }: Body): string =>
  `source ${source}, stale ${stale}, block ${block.height}, age ${age} s`;

function valueText(data: Body): string {
  if (data.kind === 'asset') return `owner ${shorten(data.owner)}, burnt ${data.burnt}`;
  if (data.kind === 'account') return `balance ${data.balance.cspr} CSPR`;
  if (data.kind === 'staking') return `staked ${data.totalStaked.cspr} CSPR`;
  return `${data.type} ${data.status} at block ${data.executedAt?.height}`;
}

const outcome = ({ ref, data, meta, error }: Body): string =>
  `${ref.kind} ${shorten(ref.id)}: ${data ? `${provenance(meta)}; ${valueText(data)}` : error.code}`;

const change = ({ sequence, cause, block, after, digest, previousDigest }: Body): string =>
  `${sequence}. ${cause} at block ${block.height}: owner ${shorten(after?.owner)}; digest ${digest.slice(0, 8)}… ` +
  `after ${previousDigest === null ? 'none' : `${previousDigest.slice(0, 8)}…`}`;

const shorten = (text: string | null | undefined): string =>
  text == null ? 'none' : text.length > 24 ? `${text.replace(/^(account-hash-)?(.{8}).*$/s, '$1$2')}…` : text;
