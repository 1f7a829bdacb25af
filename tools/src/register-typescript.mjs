// Lets Node.js load TypeScript, in the main thread and in every worker thread: worker files are loaded
// by Node.js itself, out of reach of Jest's transform. (tsx registers only in the main thread on Node 20.)
import { register } from 'tsx/esm/api';

register();
