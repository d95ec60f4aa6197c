import { Code } from '../json-text.tsx';

/** Where operators use IAM (rule ACCESS-27): a browser cannot sign requests, so this page says what can. */
export function IamNotice() {
  const [, region = '<region>'] = /\.execute-api\.([\w-]+)\.amazonaws\./.exec(location.hostname) ?? [];
  const signed = `curl --aws-sigv4 "aws:amz:${region}:execute-api" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" -H "x-amz-security-token: $AWS_SESSION_TOKEN"`;
  return (
    <section class="verdict warn" aria-labelledby="iam">
      <h2 id="iam">This page cannot sign in: operators of this deployment use IAM</h2>
      <p>
        It was deployed with <code>ASTAKE_OPERATOR_AUTH=iam</code>. Every request of an operator or auditor must be
        signed by an IAM principal (Signature Version 4). A browser cannot do that, and no key or token opens these
        routes.
      </p>
      <p>
        <strong>Now</strong>, see what is wrong and what to do with a program that signs. The principal needs one of the
        policies that the stack names as its outputs <code>OperatorPolicyArn</code> and <code>AuditorPolicyArn</code>.
      </p>
      <Code text={`${signed} ${location.origin}/v1/health`} label="signed request for health" />
      <p>
        <strong>To use this page and the command line</strong>, make a key with the role operator, and then deploy
        without <code>ASTAKE_OPERATOR_AUTH</code>.
      </p>
      <Code
        text={`${signed} -H 'content-type: application/json' -d '{"name": "Ada, operator", "roles": ["operator"]}' ${location.origin}/v1/keys`}
        label="signed request for a key"
      />
    </section>
  );
}
