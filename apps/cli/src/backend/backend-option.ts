// --backend and --bf16: what computes, and how precisely.
import { choice, optionalFlag, type OptionValues } from '../options/option-spec.ts';

/** Names of --backend. */
const BACKENDS = ['auto', 'native', 'tensorflow', 'wasm', 'cpu'] as const;

/** The options of every command that computes. */
export const backendOptions = {
  backend: choice(
    { description: 'what computes; auto takes the fastest that works and says which' },
    'auto',
    BACKENDS,
  ),
  bf16: optionalFlag({
    description:
      'matrix products in bfloat16, which needs --backend native and a processor that has it ' +
      '(default: in pretrain where the processor has it, elsewhere not)',
  }),
};

/** What was typed for them. */
export type BackendValues = OptionValues<typeof backendOptions>;
