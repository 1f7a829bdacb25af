// Events of TensorBoard: tensorflow/core/util/event.proto and core/framework/{summary,histogram,tensor}.proto, by
// their field numbers.
import type { Histogram } from './histogram.ts';
import {
  bytesField,
  doubleField,
  doublesField,
  floatField,
  integerField,
  message,
  type Field,
} from './protobuf.ts';

/** `SessionLog.START`: what the run logged before it went back to this step is no longer shown. */
const SESSION_START = 1;
/** `DT_STRING` */
const STRING_TYPE = 7;

/** The first event of every file. */
export function versionEvent(wallTime: number): Uint8Array {
  return message(doubleField(1, wallTime), bytesField(3, 'brain.Event:2'));
}

/** Says that a run goes on from a step. */
export function restartEvent(wallTime: number, step: number): Uint8Array {
  const sessionLog = message(integerField(1, SESSION_START));
  return event(wallTime, step, bytesField(7, sessionLog));
}

/** One number under a tag. */
export function scalarEvent(
  wallTime: number,
  step: number,
  tag: string,
  value: number,
): Uint8Array {
  return summaryEvent(wallTime, step, message(bytesField(1, tag), floatField(2, value)));
}

/** A text under a tag, shown as Markdown. */
export function textEvent(wallTime: number, step: number, tag: string, text: string): Uint8Array {
  const oneElement = message(bytesField(2, message(integerField(1, 1))));
  const tensor = message(
    integerField(1, STRING_TYPE),
    bytesField(2, oneElement),
    bytesField(8, text),
  );
  const metadata = message(bytesField(1, message(bytesField(1, 'text'))));
  const value = message(bytesField(1, tag), bytesField(8, tensor), bytesField(9, metadata));
  return summaryEvent(wallTime, step, value);
}

/** A distribution under a tag. */
export function histogramEvent(
  wallTime: number,
  step: number,
  tag: string,
  values: Histogram,
): Uint8Array {
  const histogram = message(
    doubleField(1, values.min),
    doubleField(2, values.max),
    doubleField(3, values.count),
    doubleField(4, values.sum),
    doubleField(5, values.sumOfSquares),
    doublesField(6, values.limits),
    doublesField(7, values.counts),
  );
  return summaryEvent(wallTime, step, message(bytesField(1, tag), bytesField(5, histogram)));
}

function summaryEvent(wallTime: number, step: number, value: Uint8Array): Uint8Array {
  return event(wallTime, step, bytesField(5, message(bytesField(1, value))));
}

function event(wallTime: number, step: number, what: Field): Uint8Array {
  return message(doubleField(1, wallTime), integerField(2, step), what);
}
