// The folders that transformers wrote, the inputs and outputs it computed, and how to compute ours.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import type { BertInputs, BertPreTrainedModel } from '@malmoi/bert-model';
import { openSafetensors } from '@malmoi/safetensors';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));

/** Path of a folder that transformers wrote (see tools/parity/generate_checkpoints.py). */
export function fixtureFolder(name: string): string {
  return join(fixtures, name);
}

/** A copy of a fixture that a test may change: some files replaced, or removed where undefined. */
export function copyFixture(
  name: string,
  target: string,
  changes: Record<string, string | Uint8Array | undefined> = {},
): string {
  mkdirSync(target, { recursive: true });
  for (const file of readdirSync(fixtureFolder(name))) {
    if (!(file in changes))
      writeFileSync(join(target, file), readFileSync(join(fixtureFolder(name), file)));
  }
  for (const [file, content] of Object.entries(changes)) {
    if (content !== undefined) writeFileSync(join(target, file), content);
  }
  return target;
}

interface FixtureInputs {
  input_ids: number[][];
  token_type_ids: number[][];
  attention_mask: number[][];
}

function createInputs(): BertInputs {
  const inputs = JSON.parse(readFileSync(join(fixtures, 'inputs.json'), 'utf8')) as FixtureInputs;
  const toTensor = (rows: number[][]): tf.Tensor2D => tf.tensor2d(rows, undefined, 'int32');
  return {
    inputIds: toTensor(inputs.input_ids),
    tokenTypeIds: toTensor(inputs.token_type_ids),
    attentionMask: toTensor(inputs.attention_mask),
  };
}

/** A model with a forward pass: all of bert-model's are. */
type ForwardModel = BertPreTrainedModel & { forward(inputs: BertInputs): object };

/** The outputs for the fixtures' inputs, by transformers' names. Disposes what it makes. */
function computeOutputs(model: ForwardModel): Map<string, Float32Array> {
  const outputs = new Map<string, Float32Array>();
  tf.tidy(() => {
    for (const [key, value] of Object.entries(model.forward(createInputs())) as [
      string,
      unknown,
    ][]) {
      if (value instanceof tf.Tensor)
        outputs.set(snakeCase(key), Float32Array.from(value.dataSync()));
    }
  });
  return outputs;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Holds a model's outputs against those that transformers computed for a fixture. */
export function expectOutputsOf(fixture: string, model: ForwardModel, tolerance = 2e-5): void {
  const expected = openSafetensors(
    readFileSync(join(fixtures, 'expected', `${fixture}.safetensors`)),
  );
  const outputs = computeOutputs(model);
  expect([...outputs.keys()].sort()).toEqual([...expected.tensors.keys()].sort());
  for (const [name, actual] of outputs) {
    const reference = expected.tensorSync(name).toFloat32();
    expect(actual).toHaveLength(reference.length);
    expect(
      Math.max(...reference.map((value, i) => Math.abs(value - (actual[i] ?? NaN)))),
    ).toBeLessThan(tolerance);
  }
}

/** Every file of a folder by name. */
export function readFolder(folder: string): Map<string, Buffer> {
  return new Map(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name))]),
  );
}
