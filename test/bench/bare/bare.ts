import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient({}));

/** The basis of the comparison: only the one read of a hit, without the service around it. */
export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>().handler(async (event) => {
  const kind = event.routeKey.includes('/assets/') ? 'asset' : 'account';
  const ref = `${kind}#${Object.values(event.pathParameters ?? {}).join(':')}`;
  const { Item } = await dynamo.send(
    new GetCommand({ TableName: process.env.CACHE_TABLE, Key: { ref }, ConsistentRead: true }),
  );
  return {
    statusCode: Item === undefined ? 404 : 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(Item),
  };
});
