// Reads the gzip'd safetensors files of the fixtures.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

import { openSafetensors, type SyncSafetensorsReader } from '@malmoi/safetensors';

/** `test/fixtures/<path>.safetensors.gz` */
export function readTensors(path: string): SyncSafetensorsReader {
  return openSafetensors(gunzipSync(readFileSync(fixtureUrl(`${path}.safetensors.gz`))));
}

/** A text file of the fixtures. */
export function readText(path: string): string {
  return readFileSync(fixtureUrl(path), 'utf8');
}

function fixtureUrl(path: string): URL {
  return new URL(`../fixtures/${path}`, import.meta.url);
}
