import { startWebProcess } from './web-process.ts';

/** Web Functions of Lambda say where to listen; a container has the variable PORT, or takes 8080. */
const { AWS_LAMBDA_HTTP_ENDPOINT: endpoint, PORT } = process.env;
const [host = '0.0.0.0', port = PORT ?? '8080'] = endpoint?.split(':') ?? [];

const web = await startWebProcess({ host, port: Number(port) });
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void web.end().finally(() => process.exit(0)));
}
console.log(JSON.stringify({ message: 'serving', url: web.url }));
