// Lets Node.js run the sources, in the main thread and in every worker thread and child process: worker files
// are loaded by Node.js itself, out of reach of Jest's transform and of its mapping of @malmoi/* to sources.
// TypeScript is stripped by tsx (which on its own registers only in the main thread on Node 20), and @malmoi/*
// is resolved by resolve-sources.mjs, so that no package has to be built before another one is tested.
import { register } from 'node:module';
import { register as registerTypeScript } from 'tsx/esm/api';

registerTypeScript();
register('./resolve-sources.mjs', import.meta.url);
