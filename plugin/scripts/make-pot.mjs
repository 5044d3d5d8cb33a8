// Writes languages/dstnc-for-woocommerce.pot: what PHP says, and what the page says. The page's texts are noted under the file
// that WordPress loads, because translations of scripts are found by that file's name. There are no line numbers: the file changes
// when a text does. A text that translators could do nothing with is a fault.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, traverse } from '@babel/core';
import PhpParser from 'php-parser';

const domain = 'dstnc-for-woocommerce';
/** Which argument is what; the text domain comes after them. */
const functions = {
  __: ['id'],
  _e: ['id'],
  _x: ['id', 'context'],
  _ex: ['id', 'context'],
  _n: ['id', 'plural', 'count'],
  _nx: ['id', 'plural', 'count', 'context'],
  _n_noop: ['id', 'plural'],
  _nx_noop: ['id', 'plural', 'context'],
  esc_html__: ['id'],
  esc_html_e: ['id'],
  esc_html_x: ['id', 'context'],
  esc_attr__: ['id'],
  esc_attr_e: ['id'],
  esc_attr_x: ['id', 'context'],
};

/** Entries by what makes them one: context, text and plural. */
const entries = new Map();
const faults = [];

const main = `${domain}.php`;
const header = readFileSync(main, 'utf8');
const headerOf = (name) => new RegExp(`^ \\* ${name}:\\s+(.+)$`, 'm').exec(header)?.[1];
for (const name of ['Plugin Name', 'Description', 'Author']) {
  note({ id: headerOf(name), comment: `${name} of the plugin`, file: main });
}
for (const file of [main, ...files('includes', /\.php$/)]) readPhp(file);
for (const file of files('admin', /(?<!\.d|\.test|\.type-test)\.tsx?$/))
  if (!file.includes('testing')) readScript(file);

if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exit(1);
}
const head = [
  `# Copyright (C) ${headerOf('Author')}`,
  `# This file is distributed under the ${headerOf('License')}.`,
  'msgid ""',
  'msgstr ""',
  ...[
    `Project-Id-Version: ${headerOf('Plugin Name')} ${headerOf('Version')}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=UTF-8',
    'Content-Transfer-Encoding: 8bit',
    'Plural-Forms: nplurals=2; plural=(n != 1);',
    `X-Domain: ${domain}`,
  ].map((line) => `"${line}\\n"`),
].join('\n');
writeFileSync(`languages/${domain}.pot`, `${[head, ...[...entries].map(block)].join('\n\n')}\n`);
console.log(`languages/${domain}.pot: ${entries.size} texts`);

function files(folder, wanted) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => wanted.test(name))
    .sort()
    .map((name) => join(folder, name));
}

function readPhp(file) {
  const parser = new PhpParser.Engine({ parser: { extractDoc: true, php7: true }, ast: { withPositions: true } });
  const tree = parser.parseCode(readFileSync(file, 'utf8'), file);
  const walk = (node) => {
    if (Array.isArray(node)) for (const one of node) walk(one);
    else if (node && typeof node === 'object') {
      if (node.kind === 'call') call({ ...node, name: node.what.name, comments: tree.comments, file, reference: file });
      for (const [key, value] of Object.entries(node)) if (key !== 'loc' && key !== 'comments') walk(value);
    }
  };
  walk(tree.children);
}

function readScript(file) {
  const tree = parseSync(readFileSync(file, 'utf8'), {
    filename: file,
    configFile: false,
    babelrc: false,
    parserOpts: { plugins: ['typescript', 'jsx'] },
  });
  traverse(tree, {
    CallExpression({ node }) {
      call({ ...node, name: node.callee.name, comments: tree.comments, file, reference: 'build/page.js' });
    },
  });
}

function call({ name, arguments: given, loc, comments, file, reference }) {
  const kinds = Object.hasOwn(functions, name ?? '') ? functions[name] : undefined;
  if (!kinds) return;
  const where = `${file}:${loc.start.line}`;
  const texts = given.map(textOf);
  const said = Object.fromEntries(kinds.map((kind, index) => [kind, texts[index]]));
  const own = texts[kinds.length];
  // Another's text, such as "Edit product" of WooCommerce, is translated there.
  if (own !== undefined && own !== domain) return;
  if (own === undefined) faults.push(`${where}: the text domain is missing`);
  if (said.id === undefined) return faults.push(`${where}: a text that is put together can't be translated`);
  const comment = comments
    .filter(
      ({ value, loc: { end } }) =>
        /translators:/.test(value) && loc.start.line - end.line >= 0 && loc.start.line - end.line <= 1,
    )
    .at(-1)
    ?.value.replace(/^[\s/*#]+|[\s*/]+$/g, '');
  if (/%(\d+\$)?[sd]/.test(said.id) && !comment)
    faults.push(`${where}: a translators comment is to say what %s stands for`);
  note({ ...said, comment, file: reference });
}

function note({ id, plural, context, comment, file }) {
  const key = JSON.stringify([context, id, plural]);
  const entry = entries.get(key) ?? { id, plural, context, comments: new Set(), files: new Set() };
  entries.set(key, entry);
  if (comment) entry.comments.add(comment);
  entry.files.add(file);
}

function textOf(node) {
  if (node.kind === 'string' || node.type === 'StringLiteral') return node.value;
  const joins =
    (node.kind === 'bin' && node.type === '.') || (node.type === 'BinaryExpression' && node.operator === '+');
  if (!joins) return undefined;
  const [left, right] = [textOf(node.left), textOf(node.right)];
  return left === undefined || right === undefined ? undefined : left + right;
}

function block([, { id, plural, context, comments, files }]) {
  return [
    ...[...comments].map((comment) => `#. ${comment}`),
    ...[...files].map((file) => `#: ${file}`),
    ...(context ? [`msgctxt ${quote(context)}`] : []),
    `msgid ${quote(id)}`,
    ...(plural ? [`msgid_plural ${quote(plural)}`, 'msgstr[0] ""', 'msgstr[1] ""'] : ['msgstr ""']),
  ].join('\n');
}

function quote(text) {
  return JSON.stringify(text);
}
