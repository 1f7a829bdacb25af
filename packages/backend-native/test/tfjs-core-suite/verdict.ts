// What a run of specs comes to: they all pass but the excluded ones, which all fail, and each of which exists.

/** One spec and how it ended. TensorFlow.js disables some itself (`xit`); those that must not run are `skipped`. */
export interface SpecResult {
  /** The spec file, without folder dist/ and ending _test.js, e.g. `ops/abs`. */
  readonly file: string;
  /** The names of its suites and its own, without the test environment's. */
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'disabled' | 'skipped';
  /** What failed; empty unless it did. */
  readonly message: string;
}

/** The specs of one file that do not count, and why. */
interface Exclusion {
  readonly reason: string;
  readonly specs: readonly string[];
}

/** By spec file, as SpecResult names it. */
export type Exclusions = Readonly<Record<string, Exclusion>>;

/** Those of the files whose names contain a text. */
export function exclusionsOf(filter: string, exclusions: Exclusions): Exclusions {
  return Object.fromEntries(Object.entries(exclusions).filter(([file]) => file.includes(filter)));
}

/** Counts and complaints. A run is good when there is no problem. */
export interface Verdict {
  readonly files: number;
  readonly specs: number;
  readonly passed: number;
  /** Those that failed, as they have to, and those that were skipped. */
  readonly excluded: number;
  readonly disabled: number;
  /** Each names the spec. */
  readonly problems: readonly string[];
}

/** What a run is held against: the exclusions of the files that were loaded. */
export interface Expectations {
  /** Specs that have to fail. */
  readonly exclusions: Exclusions;
  /** Specs that have to be skipped. */
  readonly notRun: Exclusions;
}

/**
 * Judges a run.
 *
 * @param results every spec of the files that were loaded. Several may bear one name.
 */
export function judge(
  results: readonly SpecResult[],
  { exclusions, notRun }: Expectations,
): Verdict {
  const excluded = results.filter((result) => isIn(exclusions, result));
  const skipped = results.filter((result) => isIn(notRun, result));
  const counted = results.filter((result) => !isIn(exclusions, result) && !isIn(notRun, result));
  return {
    files: new Set(results.map(({ file }) => file)).size,
    specs: results.length,
    passed: counted.filter(({ status }) => status === 'passed').length,
    excluded: excluded.length + skipped.length,
    disabled: counted.filter(({ status }) => status === 'disabled').length,
    problems: [
      ...counted.filter(({ status }) => status === 'failed').map(describeFailure),
      ...excluded.filter(({ status }) => status !== 'failed').map(describeNeedless),
      ...missing(results, exclusions),
      ...missing(results, notRun),
    ],
  };
}

/** Some specs compare arrays of 100,000 elements and say so. */
const MAX_LINES = 6;
const MAX_LINE_LENGTH = 300;

function isIn(exclusions: Exclusions, { file, name }: SpecResult): boolean {
  return exclusions[file]?.specs.includes(name) ?? false;
}

function describeFailure({ file, name, message }: SpecResult): string {
  const lines = message.split('\n').slice(0, MAX_LINES);
  return `${file}: ${name}\n    failed: ${lines.map((line) => line.slice(0, MAX_LINE_LENGTH)).join('\n    ')}`;
}

function describeNeedless({ file, name, status }: SpecResult): string {
  return `${file}: ${name}\n    is excluded but ${status}: take it off the list`;
}

/** Excluded names that no spec bears. */
function missing(results: readonly SpecResult[], exclusions: Exclusions): string[] {
  return Object.entries(exclusions).flatMap(([file, { specs }]) =>
    specs
      .filter((name) => !results.some((result) => result.file === file && result.name === name))
      .map((name) => `${file}: ${name}\n    is excluded but does not exist: take it off the list`),
  );
}

/** The verdict in words: one line of counts, then the problems. */
export function formatVerdict(backend: string, verdict: Verdict): string {
  const { files, specs, passed, excluded, disabled, problems } = verdict;
  const counts =
    `tfjs-core's suite on ${backend}: ${specs} specs of ${files} files, ${passed} passed, ` +
    `${excluded} excluded, ${disabled} disabled by TensorFlow.js, ${problems.length} problems.`;
  return [counts, ...problems.map((problem) => `  ${problem}`)].join('\n');
}
