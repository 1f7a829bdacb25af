// --backend: the names that there are.
import { choice } from '../options/option-spec.ts';

/** Names of --backend. */
const BACKENDS = ['auto', 'native', 'tensorflow', 'wasm', 'cpu'] as const;

/** A value of --backend. */
export type BackendName = (typeof BACKENDS)[number];

/** The option. */
export const backendOption = choice(
  { description: 'what computes; auto takes the fastest that works and says which' },
  'auto',
  BACKENDS,
);
