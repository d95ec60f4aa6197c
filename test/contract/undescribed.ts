// biome-ignore lint/suspicious/noExplicitAny: any part of a JSON document
type Json = any;

/**
 * JSON pointers to the parts of an OpenAPI document that have no description: properties of schemas at any depth, named
 * schemas, parameters, headers, request bodies, responses, operations, tags, servers and security schemes. A reference
 * has the description of its target, except in a property: a property needs a description of its own.
 */
export function undescribed(document: Json): string[] {
  const missing: string[] = [];

  function need(part: Json, at: string): void {
    if (!isText(part?.description)) missing.push(at);
  }
  const each = (parts: Json, at: string, visit: (part: Json, at: string) => void): void => {
    for (const [name, part] of Object.entries(parts ?? {})) visit(part, `${at}/${name.replaceAll('/', '~1')}`);
  };

  function schema(part: Json, at: string): void {
    if (typeof part !== 'object' || part === null) return;
    each(part.properties, `${at}/properties`, (property, where) => {
      need(property, where);
      schema(property, where);
    });
    for (const keyword of ['items', 'additionalProperties', 'not']) schema(part[keyword], `${at}/${keyword}`);
    for (const keyword of ['anyOf', 'oneOf', 'allOf']) each(part[keyword], `${at}/${keyword}`, schema);
  }
  const content = (part: Json, at: string): void =>
    each(part.content, `${at}/content`, (media, where) => schema(media.schema, `${where}/schema`));

  function header(part: Json, at: string): void {
    if (part.$ref !== undefined) return;
    need(part, at);
    schema(part.schema, `${at}/schema`);
  }
  function response(part: Json, at: string): void {
    if (part.$ref !== undefined) return;
    need(part, at);
    each(part.headers, `${at}/headers`, header);
    content(part, at);
  }
  function operation(part: Json, at: string): void {
    need(part, at);
    if (!isText(part.summary)) missing.push(`${at}/summary`);
    each(part.parameters, `${at}/parameters`, header);
    if (part.requestBody !== undefined) {
      need(part.requestBody, `${at}/requestBody`);
      content(part.requestBody, `${at}/requestBody`);
    }
    each(part.responses, `${at}/responses`, response);
  }

  need(document.info, '/info');
  each(document.servers, '/servers', need);
  each(document.tags, '/tags', need);
  each(document.paths, '/paths', (item, at) => each(item, at, operation));
  const { schemas, responses, headers, parameters, securitySchemes } = document.components;
  each(schemas, '/components/schemas', (part, at) => {
    need(part, at);
    schema(part, at);
  });
  each(responses, '/components/responses', response);
  each(headers, '/components/headers', header);
  each(parameters, '/components/parameters', header);
  each(securitySchemes, '/components/securitySchemes', need);
  return missing;
}

const isText = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '';
