import { useMemo, useState } from 'preact/hooks';
import { CredentialField } from '../credential-field.tsx';
import { MarkedText } from '../marked-text.tsx';
import { groupsOf, type ListedOperation, type OpenApiDocument, type OperationGroup } from '../open-api.ts';
import { PageHeader } from '../page-header.tsx';
import { useCredential } from '../use-credential.ts';
import { Navigation } from './navigation.tsx';
import { OperationSection } from './operation-section.tsx';
import { useAnchor } from './use-anchor.ts';

/** Every operation of the contract, to read and to try. */
export function Reference({ api }: { readonly api: OpenApiDocument }) {
  const [filter, setFilter] = useState('');
  const [credential, setCredential] = useCredential();
  const anchor = useAnchor();
  const all = useMemo(() => groupsOf(api), [api]);
  const groups = useMemo(() => filtered(all, filter), [all, filter]);
  return (
    <>
      <a class="skip" href="#reference">
        To the reference
      </a>
      <PageHeader current="/docs" />
      <div class="columns">
        <Navigation groups={groups} filter={filter} onFilter={setFilter} current={anchor.id} />
        <main id="reference" tabIndex={-1}>
          <h1>Reference</h1>
          <MarkedText text={api.info.description} />
          <CredentialField
            credential={credential}
            onChange={setCredential}
            hint="stays in the memory of this page, and is sent to this host with what you try"
          />
          {groups.length === 0 && <p>No operation has all of these words.</p>}
          {groups.map(({ name, description, operations }) => (
            <section key={name} aria-label={name}>
              <h2>{name}</h2>
              <p>{description}</p>
              {operations.map((operation) => (
                <OperationSection
                  key={operation.operationId}
                  operation={operation}
                  components={api.components}
                  credential={credential}
                  anchor={anchor}
                />
              ))}
            </section>
          ))}
        </main>
      </div>
    </>
  );
}

function filtered(groups: readonly OperationGroup[], filter: string): readonly OperationGroup[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ method, path, operationId, summary, tags }: ListedOperation): boolean => {
    const text = [method, path, operationId, summary, ...tags].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return groups
    .map((group) => ({ ...group, operations: group.operations.filter(fits) }))
    .filter(({ operations }) => operations.length > 0);
}
