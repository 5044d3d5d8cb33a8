import { join } from 'node:path';
import { programs } from '../store/programs.ts';
import { runProgram } from '../store/run-program.ts';

/** By PHP, which is needed anyway, where a `zip` may not be installed. */
const code = `[, $folder, $file] = $argv;
$zip = new ZipArchive();
$zip->open($file, ZipArchive::CREATE | ZipArchive::OVERWRITE);
$all = new RecursiveIteratorIterator(new RecursiveDirectoryIterator($folder, FilesystemIterator::SKIP_DOTS));
foreach ($all as $path) { $zip->addFile($path, basename($folder) . substr($path, strlen($folder))); }
exit($zip->close() ? 0 : 1);`;

/** Zips a folder, with the folder itself in it, as WordPress wants plugins. @param into the zip's folder; gives the zip's path */
export async function zipFolder(folder: string, into: string): Promise<string> {
  const file = join(into, `${folder.split('/').at(-1)}.zip`);
  await runProgram(programs.php(), ['-r', code, folder, file]);
  return file;
}
