// What can be wrong when a run begins in a folder or goes on from a checkpoint.
import { TrainerError } from '../trainer-error.ts';

/** The output folder holds something, and neither resuming nor overwriting was asked for. */
export class OutputDirNotEmptyError extends TrainerError {
  override readonly name = 'OutputDirNotEmptyError';
  readonly path: string;

  constructor(path: string, example: string) {
    super(
      `${path} is not empty (it holds ${JSON.stringify(example)}, for one). Go on with ` +
        '--resume-from-checkpoint, begin anew with --overwrite-output-dir (its checkpoints are ' +
        'deleted), or choose another folder.',
    );
    this.path = path;
  }
}

/** There is no whole checkpoint to go on from. */
export class NoCheckpointError extends TrainerError {
  override readonly name = 'NoCheckpointError';
  readonly path: string;

  constructor(path: string, problem: string) {
    super(
      `${path}: ${problem}. Name another checkpoint, or leave --resume-from-checkpoint out to begin anew.`,
    );
    this.path = path;
  }
}

/** The checkpoint was made with another model, other data, or another kind of optimizer. */
export class ResumeMismatchError extends TrainerError {
  override readonly name = 'ResumeMismatchError';
  readonly path: string;
  /** What differs. */
  readonly part: 'model' | 'data' | 'optimizer';

  constructor(path: string, part: ResumeMismatchError['part'], detail: string) {
    super(
      `${path} was made with ${part === 'optimizer' ? 'another' : 'other'} ${part}: ${detail}. Resume ` +
        'with what it was made with, or begin a new run from its weights alone.',
    );
    this.path = path;
    this.part = part;
  }
}

/** A JSON file of a checkpoint does not hold what it should. */
export class CheckpointFileError extends TrainerError {
  override readonly name = 'CheckpointFileError';
  readonly path: string;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`${path}: ${problem}. Resume from another checkpoint.`, options);
    this.path = path;
  }
}
