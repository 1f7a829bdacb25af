// The commands, in the order in which a user needs them.
import type { Command } from './command.ts';
import { doctor } from './commands/doctor.ts';
import { evaluate } from './commands/evaluate.ts';
import { fillMask } from './commands/fill-mask.ts';
import { inspect } from './commands/inspect.ts';
import { prepare } from './commands/prepare.ts';
import { pretrain } from './commands/pretrain.ts';
import { vocab } from './commands/vocab.ts';

export const commands: readonly Command[] = [
  vocab,
  prepare,
  pretrain,
  evaluate,
  fillMask,
  inspect,
  doctor,
];
