// From an error to what a user reads: the message of a typed error in the words of the command line, no
// stack, and for what nobody foresaw where to report it. Loaded only when something failed, since it needs
// every package.
import { BertConfigError } from '@malmoi/bert-model';
import { CheckpointError, HubError } from '@malmoi/checkpoint';
import { DatasetsError } from '@malmoi/datasets';
import { BackendLoadError, OpError } from '@malmoi/ops';
import { PipelineError } from '@malmoi/pipelines';
import { SafetensorsError } from '@malmoi/safetensors';
import { DurableWriteError } from '@malmoi/safetensors/node';
import { TrainerError } from '@malmoi/trainer';
import { WordPieceError } from '@malmoi/wordpiece';

import { fixOf } from '../backend/instruction-set.ts';
import { CommandError } from './command-error.ts';
import { inFlags } from './in-flags.ts';
import { UsageError } from './usage-error.ts';

const EXPECTED = [
  CommandError,
  UsageError,
  WordPieceError,
  DatasetsError,
  SafetensorsError,
  DurableWriteError,
  CheckpointError,
  HubError,
  PipelineError,
  BertConfigError,
  OpError,
  TrainerError,
] as const;

/** An error as its user reads it. */
export interface ErrorDescription {
  readonly message: string;
  /** False for what is a bug of this program, or of one below it. */
  readonly expected: boolean;
  /** For --verbose. */
  readonly stack: string | undefined;
}

/** Describes whatever was thrown. */
export function describeError(error: unknown): ErrorDescription {
  const stack = error instanceof Error ? error.stack : undefined;
  if (error instanceof BackendLoadError) {
    const message = `--backend ${error.backend}: ${error.reason}\nTo fix it: ${fixOf(error)}`;
    return { message, expected: true, stack };
  }
  if (EXPECTED.some((kind) => error instanceof kind)) {
    return { message: inFlags((error as Error).message), expected: true, stack };
  }
  const { code, path, message } = asSystemError(error);
  if (code !== undefined && path !== undefined) {
    return { message: `${path}: the system refused (${code}): ${message}`, expected: true, stack };
  }
  return { message: `unexpected error: ${message}`, expected: false, stack };
}

function asSystemError(error: unknown): {
  code: string | undefined;
  path: string | undefined;
  message: string;
} {
  if (!(error instanceof Error)) {
    return { code: undefined, path: undefined, message: String(error) };
  }
  const { code, path, message } = error as NodeJS.ErrnoException;
  return { code, path, message };
}
