import { Code } from '../json-text.tsx';
import { type LookupTarget, pathOf } from './lookup-target.ts';

/** The same lookup from a shell and from an app. */
export function Calls({ samples }: { readonly samples: readonly LookupTarget[] }) {
  const asset = samples.find(({ kind }) => kind === 'asset') ?? { kind: 'asset' as const, id: 'villas:0' };
  const [collection = '', ...rest] = asset.id.split(':');
  const { origin } = location;
  const client = `import { createClient } from "astake-lookup-client";
const client = createClient({ url: "${origin}" });
const { data, meta } = await client.getAsset({ collection: "${collection}", tokenId: "${rest.join(':')}" });
console.log(data.owner, meta.source, meta.block.height);`;
  return (
    <section aria-label="From your app">
      <h2>From your app</h2>
      <p>
        With the typed client, in Node or a browser. It has no dependencies; build it in a clone of the project, and
        install the folder in your app, here one next to the clone:
      </p>
      <Code
        text={`npm run build:client\nmkdir -p ../app && npm install --prefix ../app ./dist/client`}
        label="the commands that install the client"
      />
      <Code text={client} label="the lines with the client" />
      <p>From a shell:</p>
      <Code text={`curl -sS '${origin}${pathOf(asset)}'`} label="the call with curl" />
    </section>
  );
}
