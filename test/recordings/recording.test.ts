import { createHmac } from 'node:crypto';
import { statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deliveryBody } from './delivery-body.ts';
import { deliveryHeader } from './delivery-header.ts';
import { listRecordings } from './list-recordings.ts';
import { readRecording } from './read-recording.ts';

const files = await listRecordings();
const versions = [...new Set(files.map(({ woocommerce }) => woocommerce))];

describe('the committed recordings', () => {
  test('are of an old, a middle and a new WooCommerce', () => {
    expect(versions).toEqual(['3.9.1', '8.9.3', '11.0.1']);
  });

  test.each(versions)('of %s stay under 3 MB', (version) => {
    const sizes = files.filter(({ woocommerce }) => woocommerce === version).map(({ path }) => statSync(path).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(3 * 1024 * 1024);
  });
});

describe.each(files)('$woocommerce $scenario', ({ woocommerce, scenario, path }) => {
  test('parses, and is what its name says', async () => {
    const { manifest, steps } = await readRecording(path);
    expect(manifest).toMatchObject({ woocommerce, scenario });
    expect(steps.map(({ step, what }) => ({ step, what }))).toEqual(manifest.steps);
    expect(steps.map(({ step }) => step)).toEqual(steps.map((_, index) => index));
  });

  test('has a right signature on every delivery but the pings, which have none', async () => {
    const { manifest, deliveries } = await readRecording(path);
    for (const delivery of deliveries) {
      const body = deliveryBody(delivery);
      const signature = deliveryHeader(delivery, 'X-WC-Webhook-Signature');
      if (/^webhook_id=\d+$/.test(delivery.body)) expect(signature).toBeUndefined();
      else expect(signature).toBe(createHmac('sha256', manifest.webhookSecret).update(body).digest('base64'));
    }
  });

  test('ends in the state of its last answers', async () => {
    const { steps, end } = await readRecording(path);
    const answers = new Map(steps.flatMap((step) => Object.entries(step.answers)));
    for (const product of end.state.products) {
      expect(answers.get(`products/${product.id}`)?.body).toMatchObject({ id: product.id, status: product.status });
    }
  });
});

describe('readRecording', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'recording-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('names the file and the line that is wrong', async () => {
    const path = join(folder, 'broken.jsonl');
    await writeFile(path, '{"kind":"surprise"}\n');
    await expect(readRecording(path)).rejects.toThrow(`${path}:1 is no line of a recording`);
  });

  test('refuses a file that breaks off', async () => {
    const path = join(folder, 'cut.jsonl');
    const { path: whole } = files[0]!;
    const { manifest } = await readRecording(whole);
    await writeFile(path, `${JSON.stringify(manifest)}\n`);
    await expect(readRecording(path)).rejects.toThrow('ends with its end');
  });
});

describe('converges', () => {
  /** The groups, by their parent's id, whose last change no later delivery names. */
  const unnamed = async (path: string): Promise<number[]> => {
    const { steps, deliveries } = await readRecording(path);
    const groups = new Map<number, number>();
    const changedAt = new Map<number, number>();
    const known = new Map<string, string>();
    for (const { step, answers } of steps) {
      for (const [answerPath, { body }] of Object.entries(answers)) {
        const id = Number(/^products\/(\d+)$/.exec(answerPath)?.[1]);
        if (!id) continue;
        const { related_ids: _, ...product } = body as { id?: number; parent_id?: number; related_ids?: unknown };
        if (product.id !== undefined) groups.set(id, product.parent_id || id);
        const comparable = JSON.stringify(product);
        // A page's answer, which is no product's, concerns nobody.
        if (known.get(answerPath) !== comparable && groups.has(id)) changedAt.set(groups.get(id) ?? id, step);
        known.set(answerPath, comparable);
      }
    }
    const namedAt = new Map<number, number>();
    for (const { step, body } of deliveries) {
      const id = body.startsWith('{') ? (JSON.parse(body) as { id?: number }).id : undefined;
      if (id !== undefined) namedAt.set(groups.get(id) ?? id, step);
    }
    return [...changedAt].filter(([group, step]) => (namedAt.get(group) ?? -1) < step).map(([group]) => group);
  };

  test.each(files)('is right for $woocommerce $scenario', async ({ path }) => {
    const { manifest } = await readRecording(path);
    expect((await unnamed(path)).length > 0).toBe(manifest.converges === 'sweep');
  });
});
