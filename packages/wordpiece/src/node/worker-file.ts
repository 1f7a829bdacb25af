// Where the code of worker threads lies: beside the file that starts them, TypeScript in the sources and
// JavaScript in the published package.

/**
 * The URL of a worker file.
 * @param name its name without extension
 * @param importMetaUrl `import.meta.url` of a file in the same folder
 */
export function workerFile(name: string, importMetaUrl: string): URL {
  const extension = importMetaUrl.endsWith('.ts') ? 'ts' : 'js';
  return new URL(`./${name}.${extension}`, importMetaUrl);
}
