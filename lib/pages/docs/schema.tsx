import { useState } from 'preact/hooks';
import { MarkedText } from '../marked-text.tsx';
import type { ApiSchema } from '../open-api.ts';
import { schemaName, typeInWords, unitOf } from './schema-words.ts';

type Schemas = Readonly<Record<string, ApiSchema>>;

interface SchemaProps {
  readonly schema: ApiSchema;
  readonly schemas: Schemas;
}

/** The members of a schema; a schema that has none, in words. */
export function Schema({ schema, schemas }: SchemaProps) {
  const choices = choicesOf(schema, schemas);
  if (choices.length === 0) return <p class="type">{typeInWords(schema)}</p>;
  return (
    <>
      {choices.map((choice, index) => (
        <div key={choice.title}>
          {choices.length > 1 && (
            <p class="quiet">
              {index === 0 ? 'Either' : 'Or'} {choice.title}
            </p>
          )}
          <Members schema={choice.schema} schemas={schemas} />
        </div>
      ))}
    </>
  );
}

function Members({ schema, schemas }: SchemaProps) {
  const { properties = {}, required = [], additionalProperties } = schema;
  const others = typeof additionalProperties === 'object' ? additionalProperties : undefined;
  return (
    <ul class="members">
      {Object.entries(properties).map(([name, member]) => (
        <Member key={name} name={name} isRequired={required.includes(name)} schema={member} schemas={schemas} />
      ))}
      {others !== undefined && <Member name="any other name" isRequired={false} schema={others} schemas={schemas} />}
    </ul>
  );
}

function Member({
  name,
  isRequired,
  schema,
  schemas,
}: SchemaProps & { readonly name: string; readonly isRequired: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const unit = unitOf(name);
  const hasMembers = choicesOf(schema, schemas).length > 0;
  const about = schema.description ?? (schema.$ref && schemas[schemaName(schema.$ref)]?.description) ?? '';
  const examples = schema.examples ?? [];
  return (
    <li>
      <div>
        <code class="name">{name}</code> {!isRequired && <span class="quiet">may be left out</span>}
        <br />
        <span class="type">
          {typeInWords(schema)}
          {unit !== undefined && <span class="unit"> in {unit}</span>}
        </span>
      </div>
      <div>
        <MarkedText text={about} />
        {examples.length > 0 && (
          <p class="quiet">
            Example: <code>{JSON.stringify(examples[0])}</code>
          </p>
        )}
      </div>
      {hasMembers && (
        <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>
            Members<span class="hidden"> of {name}</span>
          </summary>
          {isOpen && <Schema schema={schema} schemas={schemas} />}
        </details>
      )}
    </li>
  );
}

interface Choice {
  readonly title: string;
  readonly schema: ApiSchema;
}

/** The objects that a schema may stand for: itself, what it refers to, the items of a list, each of several. */
function choicesOf(schema: ApiSchema, schemas: Schemas, title = 'an object'): readonly Choice[] {
  const { $ref, items, anyOf, properties, additionalProperties } = schema;
  if ($ref !== undefined) {
    const name = schemaName($ref);
    const named = schemas[name];
    return named === undefined ? [] : choicesOf(named, schemas, name);
  }
  if (items !== undefined) return choicesOf(items, schemas, title);
  if (anyOf !== undefined)
    return anyOf.flatMap((one, index) => choicesOf(one, schemas, one.description ?? `${title} (${index + 1})`));
  const isMap = typeof additionalProperties === 'object' && Object.keys(additionalProperties).length > 0;
  return properties !== undefined || isMap ? [{ title, schema }] : [];
}
