import { useEffect, useState } from 'preact/hooks';

/** What the pages read of the OpenAPI document (3.1). */
export interface OpenApiDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, ApiSchema>>;
    readonly responses: Readonly<Record<string, ApiResponse>>;
    readonly headers: Readonly<Record<string, ApiHeader>>;
  };
}

export interface ApiOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly ApiParameter[];
  readonly requestBody?: ApiBody & { readonly description: string; readonly required: boolean };
  readonly responses: Readonly<Record<string, ApiResponse>>;
}

export interface ApiParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description: string;
  readonly schema: ApiSchema;
  readonly example?: unknown;
}

export interface ApiBody {
  readonly content?: Readonly<Record<string, { readonly schema?: ApiSchema; readonly example?: unknown }>>;
}

export interface ApiResponse extends ApiBody {
  readonly $ref?: string;
  readonly description: string;
  readonly headers?: Readonly<Record<string, ApiHeader>>;
}

export interface ApiHeader {
  readonly $ref?: string;
  readonly description?: string;
}

export interface ApiSchema {
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, ApiSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | ApiSchema;
  readonly items?: ApiSchema;
  readonly anyOf?: readonly ApiSchema[];
}

export interface ListedOperation extends ApiOperation {
  readonly method: string;
  readonly path: string;
}

/** The operations of a tag, in the order of the document. */
export interface OperationGroup {
  readonly name: string;
  readonly description: string;
  readonly operations: readonly ListedOperation[];
}

export function groupsOf({ tags, paths }: OpenApiDocument): readonly OperationGroup[] {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
  return tags.map((tag) => ({ ...tag, operations: all.filter((operation) => operation.tags.includes(tag.name)) }));
}

/** The document that this host serves. undefined: not yet; a text: why not. */
export function useOpenApi(): OpenApiDocument | string | undefined {
  const [api, setApi] = useState<OpenApiDocument | string>();
  useEffect(() => {
    const read = async (): Promise<OpenApiDocument> => {
      const response = await fetch('/v1/openapi.json');
      if (!response.ok) throw new Error(`the service answered ${response.status}`);
      return response.json();
    };
    read().then(setApi, (error: Error) => setApi(`The OpenAPI document could not be read: ${error.message}`));
  }, []);
  return api;
}
