import { entityRoutes } from '../../entities/index.ts';
import { localDataSchema, localHistorySchema } from './answers.ts';
import { always, bodyRefused, guarded, noStore, type Operation, refused } from './operation.ts';
import {
  entityPath,
  entityText,
  ifMatch,
  ifNoneMatch,
  ifNoneMatchOfChange,
  type Parameter,
  page,
} from './parameters.ts';
import { localDataBodySchema } from './requests.ts';

const tag = 'Local data';
const headers = ['Cache-Control', 'ETag', 'Vary'];
const failed = refused('`If-Match` or `If-None-Match` does not hold: the data is as it was.');

const unreadable = refused(
  'The stored data was changed outside this service and is not answered with; PUT replaces it.',
);

/** Every kind has the same four routes; where ids are any text, a second set with the id in the query. */
export const localDataOperations: readonly Operation[] = entityRoutes.flatMap(({ kind, route, textRoute }) => [
  ...operationsOf(kind, route, entityPath(route)),
  ...(textRoute === undefined ? [] : operationsOf(kind, textRoute, entityText(route), 'ByText')),
]);

function operationsOf(kind: string, route: string, id: readonly Parameter[], by: '' | 'ByText' = ''): Operation[] {
  const name = `${kind.replace(/^./, (letter) => letter.toUpperCase())}Local${by}`;
  const path = `${route}/local`;
  const which = `for one ${kind}${by && ', by an id of any text'}`;
  const note =
    'The caller needs a credential that names an application, also where reads are open. The chain is not asked: the ' +
    `${kind} need not exist.${by && ' The id is in the query, where every text arrives as it was sent.'}`;
  const none = refused(`The application has no data for this ${kind}.`);
  return [
    {
      operationId: `get${name}`,
      method: 'GET',
      path,
      audience: 'reader',
      needsCredential: true,
      function: 'get-local-data',
      tag,
      summary: `Get the own data ${which}`,
      description: `Returns what the caller's application has stored for one ${kind}. ${note}`,
      parameters: [...id, ifNoneMatch],
      responses: {
        200: { description: 'The data.', schema: localDataSchema, headers },
        304: { description: 'The data that the client has is current.', headers },
        404: none,
        ...always,
        501: unreadable,
        ...noStore,
      },
    },
    {
      operationId: `put${name}`,
      method: 'PUT',
      path,
      audience: 'writer',
      function: 'change-local-data',
      tag,
      summary: `Store own data ${which}`,
      description: `Stores a JSON object of the caller's application for one ${kind}, in place of the one before. Without a condition the last writer wins. Every change has an audit entry; the same value again changes nothing. ${note}`,
      parameters: [...id, ifMatch, ifNoneMatchOfChange],
      body: localDataBodySchema,
      responses: {
        200: { description: 'The data was replaced, or is the same.', schema: localDataSchema, headers },
        201: { description: 'There was no data before.', schema: localDataSchema, headers },
        412: failed,
        ...bodyRefused,
        ...guarded,
        ...always,
        ...noStore,
      },
    },
    {
      operationId: `delete${name}`,
      method: 'DELETE',
      path,
      audience: 'writer',
      function: 'change-local-data',
      tag,
      summary: `Delete the own data ${which}`,
      description: `Deletes what the caller's application has stored for one ${kind}. Its audit entries stay. ${note}`,
      parameters: [...id, ifMatch],
      responses: { 204: { description: 'It is deleted.' }, 404: none, 412: failed, ...guarded, ...always, ...noStore },
    },
    {
      operationId: `get${name}History`,
      method: 'GET',
      path: `${path}/history`,
      audience: 'reader',
      needsCredential: true,
      function: 'get-local-data',
      tag,
      summary: `List the changes of the own data ${which}`,
      description: `Returns the audit entries of what the caller's application has stored for one ${kind}, newest first. \`before\` and \`after\` have the data as JSON text, in \`data\`. ${note}`,
      parameters: [...id, ...page],
      responses: {
        200: { description: 'A page of audit entries.', schema: localHistorySchema },
        ...always,
        ...noStore,
      },
    },
  ];
}
