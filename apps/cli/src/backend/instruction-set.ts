// MALMOI_ISA, which chooses the instruction set of the native backend: what to do where it names one that this
// machine has not. The backend's own message says which this machine has.

/** The variable. */
const VARIABLE = 'MALMOI_ISA';

/** Names of the instruction sets, best first: those of @malmoi/backend-native. */
const INSTRUCTION_SETS = ['amx', 'avx512bf16', 'avx512', 'avx2', 'portable'] as const;

/** Why a backend does not load, and what mends that. */
interface BackendProblem {
  readonly reason: string;
  readonly fix: string;
}

/** What mends a problem: advice about the variable where that is the cause, else the backend's own. */
export function fixOf({ reason, fix }: BackendProblem): string {
  if (!reason.includes(VARIABLE)) return fix;
  return (
    `unset ${VARIABLE} for the best that this machine has, or set it to one of those named above ` +
    `(${INSTRUCTION_SETS.join(', ')} are all there are; portable runs everywhere).`
  );
}
