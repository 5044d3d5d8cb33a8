import { parseArgs } from 'node:util';
import { startSandbox } from './sandbox.ts';

const USAGE = `Usage: npm run sandbox -- [--port 8090] [--host 127.0.0.1] [--token SECRET]`;

function readOptions(): { port: number; host: string; token?: string } {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8090' },
      host: { type: 'string', default: '127.0.0.1' },
      token: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port must be 0 to 65535, not ${values.port}`);
  return { port, host: values.host, ...(values.token === undefined ? {} : { token: values.token }) };
}

async function main(): Promise<void> {
  const sandbox = await startSandbox(readOptions());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.stop());
  console.log(`DSTNC sandbox at ${sandbox.url}; give it to the receiver as DSTNC_API_URL. It forgets everything when it ends.

The contract (docs/contract/dstnc.openapi.json)
  PUT  /v1/vendors/:vendor/products/:groupId     PUT  /v1/vendors/:vendor/shipments/:shipmentId
  POST /v1/vendors/:vendor/inventory             PUT  /v1/vendors/:vendor/orders/:reference
What it holds
  GET  /v1/vendors/:vendor/products[/:groupId]   GET  /v1/vendors/:vendor/shipments[/:shipmentId]
  GET  /v1/vendors/:vendor/inventory             GET  /v1/vendors/:vendor/orders[/:reference]
What was asked of it
  GET, DELETE /sandbox/calls                     GET  /sandbox/revs/:vendor/:groupId
Failures on demand
  GET, DELETE, POST /sandbox/faults              POST /sandbox/reset
  curl ${sandbox.url}/sandbox/faults -d '{"status":503,"times":3,"path":"products"}'
  status, body, retryAfter, delayMs, hang, cut, applied, times (0: until cleared), path`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  console.error(USAGE);
  process.exitCode = 1;
});
