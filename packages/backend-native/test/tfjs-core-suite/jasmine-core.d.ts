// The part of jasmine-core 5 that runs tfjs-core's specs; the package ships no types, and those of @types/jasmine are
// globals that would collide with Jest's.
declare module 'jasmine-core' {
  /** A suite or a spec, as declared. */
  export interface Declared {
    readonly id: string;
    /** Absent on a spec. */
    readonly children?: readonly Declared[];
  }

  export interface FailedExpectation {
    readonly message: string;
    readonly stack?: string;
  }

  /** What a reporter hears when a spec or a suite is done. */
  export interface Result {
    readonly id: string;
    readonly fullName: string;
    readonly status: string;
    readonly failedExpectations: readonly FailedExpectation[];
  }

  export interface Reporter {
    specDone?(result: Result): void;
    suiteDone?(result: Result): void;
  }

  export interface Environment {
    configure(options: {
      readonly random: boolean;
      readonly specFilter: (spec: { getFullName(): string }) => boolean;
    }): void;
    topSuite(): Declared;
    addReporter(reporter: Reporter): void;
    execute(): Promise<{ readonly failedExpectations: readonly FailedExpectation[] }>;
  }

  export interface Jasmine {
    DEFAULT_TIMEOUT_INTERVAL: number;
    getEnv(): Environment;
  }

  const jasmineCore: {
    /** Makes describe, it, expect, spyOn and the others global. */
    boot(): Jasmine;
  };
  export default jasmineCore;
}
