import { createHmac, randomBytes } from 'node:crypto';
import { startStore } from './start-store.ts';
const t = Date.now();
const s = await startStore({ woocommerce: '11.0.1', fpm: process.argv[2] === 'fpm', permalinks: (process.argv[3] ?? 'pretty') as 'pretty' });
console.log('uid', process.getuid?.(), Date.now() - t, s.versions, s.home);
console.log(await s.runQueue('everything'), (await s.wc('POST', 'products/batch', {})).raw, (await s.wc('GET', 'products?per_page=1')).status);
// what is real, for the replay store
for (const p of ['products/99', 'products/99/variations', 'products/99/variations/98', 'products?per_page=101', 'products?page=7', 'nothing']) { const a = await s.wc('GET', p); console.log(p, a.status, a.raw.slice(0, 200), a.headers.get('x-wp-total'), a.headers.get('x-wp-totalpages'), a.headers.get('content-type'), a.headers.get('cache-control')); }
const p = (await s.wc('POST', 'products', { name: 'x' })).body.id;
console.log('variation', (await s.wc('GET', `products/${p}/variations/98`)).raw);
console.log('variations of simple', (await s.wc('GET', `products/${p}/variations`)).raw);
// OAuth 1.0a
const url = s.home + '/wp-json/wc/v3/products';
const q: Record<string, string> = { oauth_consumer_key: s.keys.consumerKey, oauth_nonce: randomBytes(8).toString('hex'), oauth_signature_method: 'HMAC-SHA256', oauth_timestamp: String(Math.floor(Date.now() / 1000)) };
const sorted = Object.keys(q).sort().map((k) => `${k}=${encodeURIComponent(q[k]!)}`).join('&');
const base = `GET&${encodeURIComponent(url)}&${encodeURIComponent(sorted)}`;
q.oauth_signature = createHmac('sha256', s.keys.consumerSecret + '&').update(base).digest('base64');
const a = await fetch(url + '?' + new URLSearchParams(q)); console.log('oauth', a.status);
for (const h of [{}, { authorization: 'Basic ' + btoa('ck_x:cs_y') }]) { const b = await fetch(url, { headers: h as {} }); console.log(b.status, await b.text()); }
const bad = await fetch(url + '?' + new URLSearchParams({ ...q, oauth_consumer_key: 'ck_no' })); console.log(bad.status, await bad.text());
const c = await fetch(s.home + '/wp-json/wc/v3/products/12/'); console.log(c.status, await c.text());
await s.stop();
console.log('LOG', await s.log());
process.exit(0);
