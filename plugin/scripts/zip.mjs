// Writes dstnc-for-woocommerce.zip: what a shop installs, and nothing else.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import AdmZip from 'adm-zip';

const name = 'dstnc-for-woocommerce';
const files = [`${name}.php`, 'uninstall.php', 'readme.txt'];
const folders = { includes: /\.php$/, build: /\.(js|css|php)$/, languages: /\.(pot|po|mo|json|php)$/ };

const contents = new Map([['license.txt', '../LICENSE']]);
for (const file of files) contents.set(file, file);
for (const [folder, wanted] of Object.entries(folders)) {
  for (const path of readdirSync(folder, { recursive: true })) {
    const file = join(folder, path);
    if (wanted.test(file) && statSync(file).isFile()) contents.set(file, file);
  }
}

const missing = [...contents.values()].filter((file) => !existsSync(file));
if (missing.length > 0) {
  console.error(`Not there: ${missing.join(', ')}`);
  process.exit(1);
}

const zip = new AdmZip();
for (const [path, file] of [...contents].sort(([a], [b]) => a.localeCompare(b, 'en'))) {
  zip.addFile(`${name}/${path}`, readFileSync(file));
}
// The same contents give the same file, whenever it is built.
for (const entry of zip.getEntries()) entry.header.time = new Date(2020, 0, 1);
zip.writeZip(`${name}.zip`);
console.log(`${name}.zip: ${contents.size} files, ${Math.round(statSync(`${name}.zip`).size / 1024)} KiB`);
