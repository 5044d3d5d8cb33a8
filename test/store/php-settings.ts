import { join } from 'node:path';

/** The file that PHP logs its errors to. */
export function phpLogFile(folder: string): string {
  return join(folder, 'php.log');
}

/** Whose settings. */
export interface PhpSettingsOptions {
  readonly folder: string;
  readonly debug: boolean;
  /** A web server, which keeps compiled code for its next requests; a process of its own only loses time by it. */
  readonly server: boolean;
}

/**
 * PHP's settings for a store whose files lie in `folder`, as `name` → value. WooCommerce 3.9 raises a deprecation on nearly
 * every line under PHP 8: they would fill the log and, displayed, break the JSON of answers.
 */
export function phpSettings({ folder, debug, server }: PhpSettingsOptions): Readonly<Record<string, string>> {
  return {
    error_reporting: debug ? '32767' : String(32767 & ~(8192 | 16384 | 8 | 1024)),
    display_errors: '0',
    log_errors: '1',
    error_log: phpLogFile(folder),
    memory_limit: '512M',
    max_execution_time: '120',
    upload_max_filesize: '64M',
    post_max_size: '64M',
    // Not `opcache.file_cache`, which would spare the processes of `php()` the compiling: shared by several processes it
    // made about one in ten of them crash (PHP 8.2).
    'opcache.enable_cli': server ? '1' : '0',
    'opcache.memory_consumption': '192',
    'opcache.max_accelerated_files': '20000',
    'opcache.revalidate_freq': '0',
  };
}

/** The settings as command line options of PHP. */
export function phpSettingArguments(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-d', `${name}=${value}`]);
}
