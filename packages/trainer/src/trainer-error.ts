// Base of the errors of this package; each kind has a class of its own beside what throws it.

/** Base class: catch it to catch every error that this package makes. */
export class TrainerError extends Error {
  override readonly name: string = 'TrainerError';
}
