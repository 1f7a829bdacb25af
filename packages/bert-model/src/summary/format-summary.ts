// A model's layers as a table, in the layout of Keras' model.summary().
import type * as tf from '@tensorflow/tfjs-core';

/** One line of the summary. */
export interface SummaryLayer {
  /** Prefix of its parameters' names, without the last dot; also the line's name. */
  readonly name: string;
  /** Class name, as transformers or Keras calls it. */
  readonly type: string;
  /** Output shape; words stand for sizes that the batch decides. */
  readonly outputShape: readonly (number | string)[];
}

const nameWidth = 46;
const shapeWidth = 26;
const countWidth = 14;
const lineWidth = nameWidth + shapeWidth + countWidth;

/** Lines of equal width, without a final newline. Frozen parameters count as non-trainable. */
export function formatSummary(
  modelName: string,
  layers: readonly SummaryLayer[],
  parameters: ReadonlyMap<string, tf.Variable>,
): string {
  const all = [...parameters];
  const rows = layers.map(({ name, type, outputShape }) => {
    const own = all.filter(([parameter]) => parameter.startsWith(`${name}.`));
    return formatRow(`${name} (${type})`, `[${outputShape.join(', ')}]`, countText(own));
  });
  const trainable = all.filter(([, variable]) => variable.trainable);
  const frozen = all.filter(([, variable]) => !variable.trainable);
  return [
    `Model: "${modelName}"`,
    '_'.repeat(lineWidth),
    formatRow('Layer (type)', 'Output Shape', 'Param #'),
    '='.repeat(lineWidth),
    ...rows,
    '='.repeat(lineWidth),
    `Total params: ${countText(all)}`,
    `Trainable params: ${countText(trainable)}`,
    `Non-trainable params: ${countText(frozen)}`,
    '_'.repeat(lineWidth),
  ].join('\n');
}

function formatRow(name: string, shape: string, count: string): string {
  return `${name.padEnd(nameWidth)}${shape.padEnd(shapeWidth)}${count.padStart(countWidth)}`;
}

function countText(parameters: readonly (readonly [string, tf.Variable])[]): string {
  return parameters.reduce((sum, [, { size }]) => sum + size, 0).toLocaleString('en-US');
}
