// Finds the compiled addon: the one built in this package, else a prebuilt one for this platform.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import { NativeBackendError } from '../errors.ts';
import type { NativeAddon } from './native-addon.ts';

const require = createRequire(import.meta.url);

/** node-gyp-build, which has no types. */
interface AddonFinder {
  /** Path of the addon of the package in `folder`. */
  resolve(folder: string): string;
}

let loaded: NativeAddon | undefined;

/**
 * The addon, loaded once for each JavaScript thread.
 *
 * @throws NativeBackendError where there is none for this platform, or it does not load.
 */
export function loadAddon(): NativeAddon {
  loaded ??= load();
  return loaded;
}

function load(): NativeAddon {
  // The package's root, from src/ as from dist/.
  const root = fileURLToPath(new URL('../..', import.meta.url));
  let file: string;
  try {
    file = (require('node-gyp-build') as AddonFinder).resolve(root);
  } catch (error) {
    throw new NativeBackendError(
      `there is no compiled addon for ${process.platform}-${process.arch} in ${root}. Compile it there with a C++17 ` +
        'compiler and Python 3: node scripts/build-addon.mjs (in the Malmoi repository: npx nx run backend-native:addon).',
      { cause: error },
    );
  }
  try {
    return require(file) as NativeAddon;
  } catch (error) {
    throw new NativeBackendError(
      `${file} does not load: ${error instanceof Error ? error.message : String(error)}. Compile it again: ` +
        'node scripts/build-addon.mjs.',
      { cause: error },
    );
  }
}
