import { type ClientError, RefusedError } from '../../../client/index.ts';
import { hrefOf } from '../use-route.ts';

/** The way to each step of one request. */
export const WhyLink = ({ requestId }: { readonly requestId: string }) => (
  <a href={hrefOf('explain', requestId)}>Why: each step of this request</a>
);

/** Where the service has kept why a request failed. */
export function WhyFailed({ of: error }: { readonly of: ClientError | undefined }) {
  if (!(error instanceof RefusedError) || error.problem.explain === undefined || error.requestId === undefined)
    return null;
  return (
    <>
      {' '}
      <WhyLink requestId={error.requestId} />
    </>
  );
}
