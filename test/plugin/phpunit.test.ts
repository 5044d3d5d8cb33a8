import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * The plugin's PHPUnit tests, each as a test of this run, so that one command runs and counts them all. They need no WordPress; what
 * needs one is in the real-store suite.
 */
const plugin = join(import.meta.dirname, '../../plugin');
const phpunit = join(plugin, 'vendor/bin/phpunit');
const missing = !existsSync(phpunit)
  ? 'PHPUnit is not installed: npm run plugin:install (it needs Composer)'
  : spawnSync('php', ['--version']).error
    ? 'PHP is not installed'
    : null;

interface Case {
  readonly name: string;
  readonly failure: string | null;
}

/** @returns the cases of a JUnit report */
function casesOf(report: string): Case[] {
  return [...report.matchAll(/<testcase ([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)].map(
    ([, attributes = '', body]) => ({
      name: `${/class="([^"]*)"/.exec(attributes)?.[1] ?? ''} ${/name="([^"]*)"/.exec(attributes)?.[1] ?? ''}`.replace(
        'Dstnc\\WooCommerce\\Tests\\',
        '',
      ),
      failure: body !== undefined && /<(failure|error)/.test(body) ? body : null,
    }),
  );
}

describe.skipIf(missing !== null)(`the plugin's PHP${missing === null ? '' : ` (${missing})`}`, () => {
  if (missing !== null) {
    it('runs', () => undefined);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'dstnc-phpunit-'));
  const file = join(folder, 'junit.xml');
  const run = spawnSync(phpunit, ['--log-junit', file], { cwd: plugin, encoding: 'utf8' });
  const report = existsSync(file) ? readFileSync(file, 'utf8') : '';
  rmSync(folder, { recursive: true, force: true });
  const cases = casesOf(report);

  it('runs to its end', () => {
    expect(cases.length, run.stdout + run.stderr).toBeGreaterThan(0);
    // 1: some tests failed, which are named below; anything above is a fault of the run itself.
    expect(run.status, run.stdout + run.stderr).toBeLessThan(2);
  });
  it.each(cases)('$name', ({ failure }) => {
    expect(failure).toBeNull();
  });
});
