// Lets a process of its own run TypeScript, with @malmoi/* resolved to the sources as in Jest: nothing has to be built.
import { fileURLToPath } from 'node:url';

import { register } from 'tsx/esm/api';

register({ tsconfig: fileURLToPath(new URL('tsconfig.sources.json', import.meta.url)) });
