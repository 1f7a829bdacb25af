// How an op finds its fast kernels. A fused op is a pair of kernel names (forward and gradient), each with
// a composition of plain TensorFlow.js ops that any backend runs. A backend that registers the pair
// (tf.registerKernel) replaces the composition; nothing else changes for the caller.
import { customGrad, engine, getBackend, getKernel, tidy, Variable } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

import { OpKernelError } from './errors.ts';

type GradSaveFunc = (tensors: Tensor[]) => void;

/** An object type all of whose properties are tensors. */
type Tensors<T> = { [K in keyof T]: Tensor };

/**
 * The two kernels of an op.
 *
 * The forward kernel gets `inputs` (optional ones absent, never undefined) and `attributes`, to which
 * `recording` is added: false where no gradient can be asked for. It returns the value first, then, if
 * recording, whatever its own gradient needs. The gradient kernel gets `dy`, the inputs named in
 * `savedInputs`, those extra outputs as `saved0`, `saved1`, ..., and `attributes`; it returns a gradient for
 * each differentiable input that is present, in the order of `gradients`, float32, each of the shape of its
 * input. What the extra outputs hold is the private affair of a pair, so a backend registers both kernels
 * or neither.
 */
export interface KernelPair<Inputs extends Tensors<Inputs>, Saved extends keyof Inputs & string> {
  /** Name under which a backend registers the forward kernel. */
  readonly kernelName: string;
  /** Name under which a backend registers the gradient kernel. */
  readonly gradKernelName: string;
  /** The differentiable inputs, in the order in which gradients are returned. */
  readonly gradients: readonly (keyof Inputs & string)[];
  /** The inputs that stay alive until the gradient has been computed. */
  readonly savedInputs: readonly Saved[];
}

/** A fused op: its kernel pair and the composition of each. */
export interface FusedOp<
  Inputs extends Tensors<Inputs>,
  Attributes extends object,
  Saved extends keyof Inputs & string = never,
> extends KernelPair<Inputs, Saved> {
  /** Composition of the forward kernel: the value, then what `backward` needs. */
  readonly forward: (inputs: Inputs, attributes: Attributes) => [Tensor, ...Tensor[]];
  /** Composition of the gradient kernel: a gradient for each differentiable input that is present. */
  readonly backward: (
    dy: Tensor,
    inputs: Pick<Inputs, Saved>,
    saved: readonly Tensor[],
    attributes: Attributes,
  ) => Tensor[];
}

/** True where the active backend registered the kernel. */
export function hasKernel(kernelName: string): boolean {
  // tf.getKernel is typed as if it always found one.
  const kernel = getKernel(kernelName, getBackend()) as object | undefined;
  return kernel !== undefined;
}

/**
 * Runs a fused op on the active backend, on the gradient tape when one is recording. Intermediate tensors
 * are disposed; the caller owns the result.
 *
 * @throws OpKernelError where the backend registered only one kernel of the pair.
 */
export function runFusedOp<
  Inputs extends Tensors<Inputs>,
  Attributes extends object,
  Saved extends keyof Inputs & string,
>(op: FusedOp<Inputs, Attributes, Saved>, inputs: Inputs, attributes: Attributes): Tensor {
  return hasKernelPair(op)
    ? runKernelPair(op, inputs, attributes)
    : record(
        op,
        inputs,
        () => op.forward(inputs, attributes),
        (dy, savedInputs, saved) =>
          op.backward(dy, savedInputs as Pick<Inputs, Saved>, saved, attributes),
      );
}

/** Runs the kernels of an op that the active backend has, otherwise as `runFusedOp`. */
export function runKernelPair<Inputs extends Tensors<Inputs>, Saved extends keyof Inputs & string>(
  pair: KernelPair<Inputs, Saved>,
  inputs: Inputs,
  attributes: object,
): Tensor {
  const recording = engine().state.gradientDepth > 0;
  return record(
    pair,
    inputs,
    () => runKernel(pair.kernelName, inputs, { ...attributes, recording }),
    (dy, savedInputs, saved) =>
      runKernel(pair.gradKernelName, { dy, ...savedInputs, ...numbered(saved) }, attributes),
  );
}

/**
 * Puts a forward computation and its gradient on the tape. Variables among the saved inputs are not saved but
 * read again: they are alive anyway, and a copy of each, though it shares its memory, is a kernel call and a node
 * of the tape.
 */
function record<Inputs extends Tensors<Inputs>, Saved extends keyof Inputs & string>(
  { gradients, savedInputs }: KernelPair<Inputs, Saved>,
  inputs: Inputs,
  forward: () => [Tensor, ...Tensor[]],
  backward: (dy: Tensor, savedInputs: Record<string, Tensor>, saved: readonly Tensor[]) => Tensor[],
): Tensor {
  const present = (name: string): boolean => name in inputs;
  const names = savedInputs.filter(present);
  const copied = names.filter((name) => !(inputs[name] instanceof Variable));
  const run = customGrad((...args) => {
    const save = args.at(-1) as GradSaveFunc;
    const [value, ...extra] = forward();
    save([...copied.map((name) => inputs[name]), ...extra]);
    const gradFunc = (dy: Tensor, kept: Tensor[]): Tensor[] => {
      const copies = Object.fromEntries(copied.map((name, i) => [name, kept[i]]));
      const again = Object.fromEntries(names.map((name) => [name, copies[name] ?? inputs[name]]));
      return tidy(() => backward(dy, again, kept.slice(copied.length)));
    };
    return { value, gradFunc };
  });
  return run(...gradients.filter(present).map((name) => inputs[name]));
}

/** Runs a registered kernel and returns its outputs as a list. */
export function runKernel(
  kernelName: string,
  inputs: object,
  attributes: object,
): [Tensor, ...Tensor[]] {
  const outputs = engine().runKernel<Tensor | Tensor[]>(
    kernelName,
    { ...inputs },
    { ...attributes },
  );
  return (Array.isArray(outputs) ? outputs : [outputs]) as [Tensor, ...Tensor[]];
}

/**
 * True where the active backend registered both kernels, false where neither.
 *
 * @throws OpKernelError where it registered only one.
 */
export function hasKernelPair(op: { kernelName: string; gradKernelName: string }): boolean {
  const forward = hasKernel(op.kernelName);
  const backward = hasKernel(op.gradKernelName);
  if (forward !== backward) {
    const [present, absent] = forward
      ? [op.kernelName, op.gradKernelName]
      : [op.gradKernelName, op.kernelName];
    throw new OpKernelError(
      op.kernelName,
      getBackend(),
      `registers ${present} but not ${absent}; register both, or neither to use the composition.`,
    );
  }
  return forward;
}

function numbered(saved: readonly Tensor[]): Record<string, Tensor> {
  return Object.fromEntries(saved.map((tensor, i) => [`saved${i}`, tensor]));
}
