import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dstncOpenapi } from './dstnc-openapi.ts';

const file = new URL('../../docs/contract/dstnc.openapi.json', import.meta.url);

mkdirSync(new URL('.', file), { recursive: true });
writeFileSync(file, `${JSON.stringify(dstncOpenapi(), null, 2)}\n`);
console.log(`Wrote ${fileURLToPath(file)}`);
