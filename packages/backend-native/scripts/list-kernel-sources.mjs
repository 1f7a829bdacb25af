// Prints the C++ files of folders under native/ for binding.gyp, `kernels` by default, sorted so that every
// machine builds from the same command.
import { readdirSync } from 'node:fs';

const native = new URL('../native/', import.meta.url);
const folders = process.argv.length > 2 ? process.argv.slice(2) : ['kernels'];
for (const folder of folders) {
  for (const name of readdirSync(new URL(`${folder}/`, native)).sort()) {
    if (name.endsWith('.cc')) console.log(`native/${folder}/${name}`);
  }
}
